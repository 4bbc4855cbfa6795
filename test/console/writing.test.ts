import { expect } from "chai";
import { addStep, copyStep, renameStep, spotAfter } from "../../src/console/features/flow-editor/change-steps.js";
import { entriesOf, entryAt, withMapping } from "../../src/console/features/workbench/mapping.js";
import { completeAt } from "../../src/console/writing/complete.js";
import { readWritten } from "../../src/console/writing/draft-flow.js";

const schemas = {
  "shop/Order": {
    properties: {
      id: { type: "string" },
      address: { $ref: "shop/Address" },
      items: { items: { properties: { sku: {} } } },
    },
  },
  "shop/Address": { properties: { phone: { type: "string" }, "zip code": {} } },
};
const schemaOf = (name: string) => schemas[name as keyof typeof schemas] ?? null;
const record = { example: { note: "hi" }, schema: { $ref: "shop/Order" } };
const sight = { "": record, record, steps: { example: { sms: { phone: "+1" } }, schema: null } };
const labels = (before: string) => completeAt(before, sight, schemaOf)?.options.map(({ label }) => label);

describe("What may be written next", () => {
  it("is a field of the record, of what it refers to, and of the items of lists", () => {
    expect(labels("=ad")).to.deep.equal(["address"]);
    expect(labels('="Call " & $record.address.')).to.deep.equal(["phone", "`zip code`"]);
    expect(labels("=items[0].s")).to.deep.equal(["sku"]);
    expect(labels("no")).to.include("note");
  });

  it("is a step before, what it gave, and a function", () => {
    expect(labels("$st")).to.deep.equal(["$steps", "$string"]);
    expect(labels("$steps.sms.p")).to.deep.equal(["phone"]);
    expect(labels("$pho")).to.deep.equal(["$phone"]);
    expect(labels("1 + ")).to.equal(undefined);
  });
});

describe("The members of a translator", () => {
  const source =
    '/* title: "T" */\n{\n  "id": id, "to": { "phone": $phone(a, {"x": 1}), "name": n },\n  "text": "a, b" & c\n}\n';

  it("are found with their places, also those inside others", () => {
    const read = entriesOf(source).map(({ path, from, to }) => `${path.join(".")}=${source.slice(from, to)}`);
    expect(read).to.include.members(["id=id", "to.name=n", 'text="a, b" & c']);
    expect(entryAt(source, source.indexOf("$phone"))?.path).to.deep.equal(["to", "phone"]);
  });

  it("are written in place of what is there, or at the end of their object", () => {
    expect(withMapping(source, ["id"], "number")).to.equal(source.replace('"id": id', '"id": number'));
    expect(withMapping(source, ["mail"], "email")).to.equal(source.replace("& c\n}", '& c,\n  "mail": email\n}'));
    expect(withMapping(source, ["to", "town"], "city")).to.include('"name": n,\n  "town": city\n}');
    expect(withMapping("{}", ["a", "b"], "c")).to.equal('{\n  "a": { "b": c }\n}');
    expect(withMapping("/* title: T */\n", ["a"], "b")).to.equal('/* title: T */\n{\n  "a": b\n}\n');
  });
});

describe("Steps of a flow that is written", () => {
  const text =
    "steps:\n  - { id: send, call: a/b }\n  - id: w\n    wait: { message: send, timeout: 1d }\n  - { id: t, notify: =$steps.send.sid & $steps.sender }\n";
  const written = readWritten(text);
  if (written === null) throw new Error("it can be read");
  const [send, wait] = written.steps;
  if (send === undefined || wait === undefined) throw new Error("it has steps");

  it("are read by their new name wherever they were by the old one", () => {
    const renamed = renameStep(text, written, { step: send, id: "text" }).text;
    expect(renamed).to.equal(
      text
        .replace("id: send", "id: text")
        .replace("message: send", "message: text")
        .replace("$steps.send.", "$steps.text."),
    );
  });

  it("are added and copied with ids that are free", () => {
    const step = { title: "", about: "", group: "steps", stem: "send", value: { notify: "Hi" } } as const;
    const added = addStep(text, written, { spot: spotAfter(send), step });
    expect(added.chosen).to.equal("send2");
    expect(added.text).to.include("call: a/b }\n  - id: send2\n    notify: Hi\n");
    expect(copyStep(text, written, wait).text).to.include("  - id: w2\n    wait:");
  });

  it("without an id, or with one that is taken, are drawn all the same", () => {
    expect(
      readWritten("steps: [{ notify: a }, { id: x, stop: b }, { id: x, stop: c }]")?.steps.map(({ id }) => id),
    ).to.deep.equal(["@/steps/0", "x", "x@/steps/2"]);
    expect(readWritten("steps: [")).to.equal(null);
  });
});
