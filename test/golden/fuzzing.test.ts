import { expect } from "chai";
import type { CollectionFiles } from "../../src/collections/installer.js";
import { deriveRecord } from "../../src/golden/fuzz/derive-record.js";
import { fuzzCollection } from "../../src/golden/fuzz/fuzz-collection.js";
import type { FuzzResult } from "../../src/golden/fuzz/fuzz-flow.js";
import { toReadyTest } from "../../src/golden/fuzz/ready-test.js";
import { wishesOf } from "../../src/golden/fuzz/wishes.js";
import { openGolden } from "../../src/open-golden.js";
import { clinic } from "./clinic.js";
import { preparedOf, resultsOf } from "./parts.js";

async function fuzzed(files: CollectionFiles): Promise<FuzzResult> {
  const parts = openGolden({ translatorTimeoutMs: 2_000, translatorMemoryMb: 64 });
  try {
    const [result] = await fuzzCollection(await preparedOf(files), { parts, order: { runs: 5, seed: 1 } });
    if (result === undefined) throw new Error("nothing was fuzzed");
    return result;
  } finally {
    await parts.close();
  }
}

describe("fuzzing a flow", () => {
  it("finds that it fails without an optional member, and makes the record as small as it can be", async () => {
    const { findings, gaps } = await fuzzed(clinic);
    expect(findings).to.have.lengthOf(1);
    const [finding] = findings;
    expect(Object.keys(finding?.document ?? {})).to.deep.equal(["id", "at"]);
    expect(finding?.flow).to.equal("clinic/remind");
    expect(finding?.given).to.deep.equal([{ push: "clinic/Visit", record: finding?.document }]);
    expect(gaps.map(({ path, body }) => [path, body])).to.deep.equal([["/patient/name", "Dear , see you soon."]]);
  });

  it("prints it as a golden test that fails until the flow copes", async () => {
    const [finding] = (await fuzzed(clinic)).findings;
    if (finding === undefined) throw new Error("nothing was found");
    const ready = { "tests/found.test.yaml": toReadyTest(finding) };
    const [before] = await resultsOf(await preparedOf({ ...clinic, ...ready }));
    expect(before?.mismatches.map(({ about }) => about)).to.include("runs");
    const stop = "  - { id: none, when: $not($exists(patient.phone)), stop: no phone }\n";
    const copes = clinic["flows/remind.flow.yaml"]?.replace("steps:\n", `steps:\n${stop}`) ?? "";
    const [after] = await resultsOf(await preparedOf({ ...clinic, ...ready, "flows/remind.flow.yaml": copes }));
    expect(after?.mismatches).to.deep.equal([]);
    expect((await fuzzed({ ...clinic, "flows/remind.flow.yaml": copes })).findings).to.deep.equal([]);
  });

  it("makes a flow start that waits for a value", async () => {
    const flow = clinic["flows/remind.flow.yaml"] ?? "";
    const schema =
      clinic["schemas/visit.schema.yaml"]?.replace("properties:\n", "properties:\n  state: { type: string }\n") ?? "";
    const waiting = flow.replace("events: [created]", 'events: [updated], when: state = "planned"');
    const { started, pushed } = await fuzzed({
      ...clinic,
      "schemas/visit.schema.yaml": schema,
      "flows/remind.flow.yaml": waiting,
    });
    expect(pushed).to.be.at.least(8);
    expect(started).to.equal(pushed);
  });

  it("reads what a condition wants off it, when it says so plainly", () => {
    const on = { kind: "record", dataType: "a/B", events: ["updated"], mode: "becomes-true" } as const;
    const wishes = wishesOf({
      ...on,
      changed: ["total"],
      when: 'status in ["shipped", "sent"] and address.country = "US"',
    });
    expect(wishes.after).to.deep.equal({ status: "shipped", address: { country: "US" } });
    expect(wishes.before).to.deep.equal({ status: "before", address: { country: "before" }, total: "before" });
  });
});

describe("fuzzing what starts on other things than records", () => {
  const flow = clinic["flows/remind.flow.yaml"] ?? "";
  const account =
    '/* title: Visit to text\n   from: Visit */\n{ "to": patient.phone, "body": "Dear " & patient.name & "." }\n';
  const door = `  - name: shop
    connector: webhook
    settings: { verification: hmac, header: X-Sign, secret: =$params.token, topicHeader: X-Topic }
`;

  it("has people write all kinds of things to a flow that answers", async () => {
    const answer = `name: answer
title: Answer
on: { message: received }
steps:
  - { id: fail, when: $length(body) > 1000, translate: visit-to-text }
  - { id: send, call: twilio/send-message, connection: account, with: { to: =$record.from, body: Thanks } }
`;
    const result = await fuzzed({ ...without(clinic, "flows/remind.flow.yaml"), "flows/answer.flow.yaml": answer });
    expect(result.flow).to.equal("clinic/answer");
    expect(result.started).to.equal(result.pushed).and.to.be.above(0);
  });

  it("hands documents of the translator's data type over to a flow that a webhook starts", async () => {
    const hook = flow.replace("on: { record: Visit, events: [created] }", "on: { webhook: shop, topic: visits }");
    const manifest = (clinic["collection.yaml"] ?? "") + door;
    const files = { ...clinic, "collection.yaml": manifest, "flows/remind.flow.yaml": hook };
    const { started, pushed, findings } = await fuzzed({ ...files, "translators/visit-to-text.jsonata": account });
    expect(started).to.equal(pushed).and.to.be.above(5);
    expect(findings.map(({ given }) => given[0]?.webhook)).to.include("clinic/shop");
  });

  it("sends texts of which the vendor says what a flow on messages starts on", async () => {
    const told = `name: told
title: Told
on: { message: [undelivered] }
steps:
  - { id: tell, notify: =$uppercase(flow), level: notice }
`;
    const test = `title: Told\nactivate: [remind, told]\ngiven:\n  - { vendor: delivers, status: undelivered }
  - { push: Visit, sample: visits }\nexpect: { messages: any, notifications: any, runs: [{ flow: told, status: succeeded }] }\n`;
    const files = { ...clinic, "flows/told.flow.yaml": told, "tests/told.test.yaml": test };
    const parts = openGolden({ translatorTimeoutMs: 2_000, translatorMemoryMb: 64 });
    const results = await fuzzCollection(await preparedOf(files), { parts, order: { runs: 2, seed: 1 } });
    await parts.close();
    const [, second] = results;
    expect(second).to.include({ flow: "clinic/told" });
    expect(second?.started).to.be.above(0);
  });

  it("finds by trying which flow's texts a condition means, and has the vendor give the reason that it looks for", async () => {
    const told = `name: told
title: Told
on:
  message: [undelivered]
  when: flow = "clinic/warn" and errorCode in ["30008", "30001"]
steps:
  - { id: tell, notify: =$uppercase(flow), level: notice }
`;
    const test = `title: Told\nactivate: [remind, warn, told]\ngiven:\n  - { vendor: delivers, status: undelivered, error: 30001 }
  - { push: Visit, sample: visits }\nexpect: { messages: any, notifications: any, runs: [{ flow: remind, status: succeeded }] }\n`;
    const warn = flow.replace("name: remind", "name: warn");
    const more = { "flows/told.flow.yaml": told, "flows/warn.flow.yaml": warn, "tests/told.test.yaml": test };
    const parts = openGolden({ translatorTimeoutMs: 2_000, translatorMemoryMb: 64 });
    const results = await fuzzCollection(await preparedOf({ ...clinic, ...more }), {
      parts,
      order: { runs: 2, seed: 1 },
    });
    await parts.close();
    const result = results.find((one) => one.flow === "clinic/told");
    expect(result?.started).to.be.above(0);
  });
});

function without(files: CollectionFiles, path: string): CollectionFiles {
  return Object.fromEntries(Object.entries(files).filter(([file]) => file !== path));
}

describe("deriving a record", () => {
  const schemaOf = (name: string) =>
    name === "a/Part" ? { type: "object", required: ["n"], properties: { n: { type: "integer" } } } : null;
  const schema = {
    type: "object",
    required: ["id", "kind", "parts", "code"],
    properties: {
      id: { type: "string", minLength: 40 },
      kind: { enum: ["x", "y"] },
      code: { type: "string", pattern: "^[A-Z]{2}$" },
      parts: { type: "array", minItems: 2, items: { $ref: "a/Part" } },
      price: { type: "number", minimum: 5, maximum: 6 },
      self: { $ref: "#" },
      either: { oneOf: [{ type: "boolean" }, { const: "maybe" }] },
      both: {
        allOf: [{ $ref: "a/Part" }, { type: "object", properties: { more: { type: "string", format: "email" } } }],
      },
    },
  };

  it("keeps to types, lengths, ranges, patterns and references", () => {
    const record = deriveRecord(schema, {
      seed: 7,
      schemaOf,
      strange: false,
      keep: (path) => !path.startsWith("/self/"),
    });
    expect(String(record.id)).to.have.length.at.least(40);
    expect(["x", "y"]).to.include(record.kind);
    expect(record.code).to.match(/^[A-Z]{2}$/);
    expect(record.parts).to.have.lengthOf(2);
    expect(record.price).to.be.within(5, 6);
    expect(record.both).to.have.keys("n", "more");
  });

  it("is the same for the same seed, whatever else is left out", () => {
    const derive = (keep: (path: string) => boolean) =>
      deriveRecord(schema, { seed: 7, schemaOf, strange: true, keep });
    const { price: _price, self: _self, ...rest } = derive((path) => !path.startsWith("/self"));
    expect(derive((path) => path !== "/price" && !path.startsWith("/self"))).to.deep.equal(rest);
  });

  it("comes to an end where a data type contains itself", () => {
    expect(
      JSON.stringify(deriveRecord(schema, { seed: 7, schemaOf, strange: true, keep: () => true })),
    ).to.have.length.below(20_000);
  });
});
