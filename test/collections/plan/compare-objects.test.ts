import { expect } from "chai";
import { objectsOfFiles } from "../../../src/collections/plan/canonical-objects.js";
import { changelogBetween } from "../../../src/collections/plan/changelog.js";
import { compareObjects, lineDiff } from "../../../src/collections/plan/compare-objects.js";
import { parameterObjects } from "../../../src/collections/plan/parameter-objects.js";
import { triggerWords } from "../../../src/collections/plan/trigger-words.js";
import type { Collection } from "../../../src/core/collection.js";

const manifest = "name: shop\nversion: 1.0.0\nconnections:\n  - { name: out, connector: twilio, settings: {} }\n";
const files = {
  "collection.yaml": manifest,
  "README.md": "# Shop",
  "schemas/order.schema.yaml": "$id: shop/Order\ntype: object\nx-key: [id]\n",
  "translators/greet.jsonata": '/* title: Greet */\n{ "a": 1 }\n',
  "flows/thank.flow.yaml": "title: Thank\non: { record: shop/Order, events: [created] }\nsteps: []\n",
};

describe("comparing the objects of two versions", () => {
  const objects = objectsOfFiles("shop", files);

  it("names them by kind, and leaves out what is no object", () => {
    expect(objects.map(({ kind, name }) => `${kind} ${name}`)).to.deep.equal([
      "connection shop/out",
      "data type shop/Order",
      "flow shop/thank",
      "translator shop/greet",
    ]);
  });

  it("finds nothing in another order, another spelling, comments and line ends", () => {
    const same = {
      ...files,
      "schemas/order.schema.yaml": "# An order\r\nx-key: ['id']\r\n'type': object\r\n$id: shop/Order\r\n",
      "translators/greet.jsonata": files["translators/greet.jsonata"].replaceAll("\n", "\r\n"),
    };
    const actions = compareObjects(objects, objectsOfFiles("shop", same)).map(({ action }) => action);
    expect(new Set(actions)).to.deep.equal(new Set(["unchanged"]));
  });

  it("tells what comes, changes and goes, with the lines", () => {
    const { "flows/thank.flow.yaml": flow, ...rest } = files;
    const next = {
      ...rest,
      "flows/welcome.flow.yaml": flow,
      "schemas/order.schema.yaml": "$id: shop/Order\ntype: object\nx-key: [number]\n",
    };
    const changed = compareObjects(objects, objectsOfFiles("shop", next)).filter(
      ({ action }) => action !== "unchanged",
    );
    expect(changed.map(({ action, name }) => `${action} ${name}`)).to.deep.equal([
      "update shop/Order",
      "remove shop/thank",
      "create shop/welcome",
    ]);
    expect(changed[0]?.diff).to.equal(" $id: shop/Order\n type: object\n x-key:\n-  - id\n+  - number");
  });

  it("does not spend its life on texts that have nothing in common", () => {
    const lines = (word: string) => Array.from({ length: 3_000 }, (_, n) => `${word} ${n}`).join("\n");
    expect(lineDiff(lines("a"), lines("b"))).to.equal("… more than 2,000 lines differ …");
  });
});

describe("parameters in a plan", () => {
  const collection = {
    parameters: {
      type: "object",
      properties: { token: { type: "string", writeOnly: true }, from: { type: "string" }, pace: { type: "number" } },
    },
  } as unknown as Collection;

  it("have their values, but those of secrets only whether they are given now", () => {
    const texts = (given: string[]) =>
      parameterObjects({ collection, parameters: { from: "+1" } }, { given: new Set(given) }).map(({ text }) => text);
    expect(texts([])).to.deep.equal([
      "type: string\nvalue: (a secret)\nwriteOnly: true\n",
      'type: string\nvalue: "+1"\n',
      "type: number\n",
    ]);
    expect(texts(["token"])[0]).to.equal("type: string\nvalue: (a secret, given now)\nwriteOnly: true\n");
  });

  it("are shown when they have a value or were there before, and say when they have it by default", () => {
    const shop = {
      parameters: {
        type: "object",
        properties: {
          ...{ token: { type: "string", writeOnly: true }, from: { type: "string" }, pace: { type: "number" } },
          greeting: { type: "string", default: "Hello" },
        },
      },
    } as unknown as Collection;
    const shown = (before: string[], given: string[]) =>
      parameterObjects(
        { collection: shop, parameters: { from: "+1", greeting: "Hello" } },
        { given: new Set(given), before: new Set(before) },
      ).map(({ name, note }) => [name, note]);
    expect(shown([], ["from"])).to.deep.equal([
      ["from", undefined],
      ["greeting", "by default"],
    ]);
    expect(shown(["pace"], ["token", "from", "greeting"]).map(([name]) => name)).to.deep.equal([
      ...["token", "from", "pace", "greeting"],
    ]);
    expect(shown([], ["greeting"])[1]).to.deep.equal(["greeting", undefined]);
  });
});

describe("what a changelog says between two versions", () => {
  const text = "# Changes\n\n## [1.2.0] - 2026\n\nNew.\n\n## 1.1.0\n\nOther.\n\n## v1.0.0\n\nFirst.\n";

  it("is the sections behind the one and up to the other", () => {
    expect(changelogBetween(text, { from: "1.0.0", to: "1.2.0" })).to.equal(
      "## [1.2.0] - 2026\n\nNew.\n\n## 1.1.0\n\nOther.",
    );
    expect(changelogBetween(text, { from: "1.1.0", to: "1.2.0" })).to.equal("## [1.2.0] - 2026\n\nNew.");
    expect(changelogBetween(text, { from: "1.2.0", to: "1.0.0" })).to.equal(null);
    expect(changelogBetween("Nothing here.", { from: "1.0.0", to: "2.0.0" })).to.equal(null);
  });
});

describe("a trigger in words", () => {
  const record = { kind: "record", dataType: "shop/Order", changed: [], when: null, mode: "while-true" } as const;

  it("says of which records, and under which condition", () => {
    expect(triggerWords({ ...record, events: ["created"] })).to.equal("on every new shop/Order");
    const when = '  status =\n "paid"';
    expect(triggerWords({ ...record, events: ["created", "updated"], when })).to.equal(
      'on every new or changed shop/Order where status = "paid"',
    );
    expect(triggerWords({ ...record, events: ["updated"], changed: ["status"] })).to.equal(
      "on every changed shop/Order of which status changes",
    );
  });

  it("says when nothing happens to a record", () => {
    const silence = { kind: "silence", dataType: "shop/Order", forMs: 7_200_000, when: null } as const;
    expect(triggerWords(silence)).to.equal("when there was no shop/Order for 2 hours");
    const clock = { kind: "schedule", cron: "0 8 * * *", timeZone: "UTC", missed: "skip", when: null } as const;
    expect(triggerWords(clock)).to.equal("by the clock, at 0 8 * * * in UTC");
    expect(triggerWords({ kind: "received", connection: null, when: null })).to.equal("whenever a customer writes");
    expect(triggerWords({ kind: "manual", when: null })).to.equal("when somebody or another flow starts it");
  });
});
