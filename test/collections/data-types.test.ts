import { expect } from "chai";
import { compileDataTypes } from "../../src/collections/data-types.js";
import { compileSchemaCheck } from "../../src/collections/schema-compiler.js";
import type { JsonObject } from "../../src/core/json.js";

const address = {
  $id: "shop/Address",
  type: "object",
  required: ["firstname", "city"],
  properties: { firstname: { type: "string" }, city: { type: "string" }, default: { $ref: "shop/Zip" } },
};
const zip = { $id: "shop/Zip", type: "object", properties: { code: { type: "string", pattern: "^[0-9]+$" } } };
const order = {
  $id: "shop/Order",
  title: "Order",
  type: "object",
  required: ["id"],
  "x-key": ["id"],
  "x-index": ["address.city"],
  properties: {
    id: { type: "string", pattern: "^R" },
    total: { type: ["number", "null"], minimum: 0 },
    at: { type: "string", format: "date-time" },
    status: { enum: ["new", "old"] },
    address: { $ref: "shop/Address" },
    "a/b": { type: "boolean" },
  },
  additionalProperties: false,
};

const { dataTypes, failures } = compileDataTypes([order, address, zip].map((schema) => ({ name: schema.$id, schema })));

function problemsOf(record: JsonObject): string[] {
  return (dataTypes.get("shop/Order")?.validate(record) ?? []).map(({ path, message }) => `${path} ${message}`);
}

describe("a data type", () => {
  it("compiles with the data types it refers to", () => {
    expect(failures.size).to.equal(0);
    expect(dataTypes.get("shop/Order")).to.include({ name: "shop/Order", title: "Order", keyAuto: false });
    expect(dataTypes.get("shop/Order")?.key).to.deep.equal(["id"]);
    expect(dataTypes.get("shop/Order")?.indexed).to.deep.equal(["address.city"]);
  });

  it("lists every problem in plain words, with the path of the missing member", () => {
    const record = { total: -1, at: "yesterday", status: "lost", address: { city: 7 }, "a/b": 1, extra: true };
    expect(problemsOf(record)).to.have.members([
      "/id is required",
      "/total must be 0 or more",
      "/at must be a date and time such as 2026-02-03T17:29:15Z",
      '/status must be one of "new", "old"',
      "/address/firstname is required",
      "/address/city must be a string",
      "/a~1b must be true or false",
      "/extra is not a known member",
    ]);
  });

  it("follows references in properties whose names are keywords", () => {
    const record = { id: "R1", address: { firstname: "a", city: "b", default: { code: "x" } } };
    expect(problemsOf(record)).to.deep.equal(["/address/default/code must match ^[0-9]+$"]);
  });

  it("keeps different patterns apart", () => {
    expect(problemsOf({ id: "1", address: { firstname: "a", city: "b", default: { code: "1" } } })).to.deep.equal([
      "/id must match ^R",
    ]);
  });

  it("needs its key, whatever the schema requires", () => {
    const schema = { type: "object", "x-key": ["id"], properties: { id: { type: "string" } } };
    const keyed = compileDataTypes([{ name: "shop/Thing", schema }]).dataTypes.get("shop/Thing");
    expect(keyed?.validate({})).to.deep.equal([{ path: "/id", message: "is required: it is the key" }]);
    expect(keyed?.validate({ id: "" })).to.deep.equal([{ path: "/id", message: "must not be empty: it is the key" }]);
    const auto = { ...schema, "x-key-auto": true };
    const made = compileDataTypes([{ name: "shop/Thing", schema: auto }]).dataTypes.get("shop/Thing");
    expect(made?.validate({})).to.deep.equal([]);
  });

  it("says whether records that do not fit are kept", () => {
    const schema = { type: "object", "x-key": ["id"], properties: { id: { type: "string" } } };
    const variants: [object, boolean][] = [
      [{}, false],
      [{ "x-quarantine": false }, false],
      [{ "x-quarantine": true }, true],
    ];
    for (const [more, quarantine] of variants) {
      const { dataTypes: compiled } = compileDataTypes([{ name: "shop/Thing", schema: { ...schema, ...more } }]);
      expect(compiled.get("shop/Thing")?.quarantine).to.equal(quarantine);
    }
  });

  it("never changes the record", () => {
    const schema = { type: "object", properties: { n: { type: "integer", default: 1 } } };
    const type = compileDataTypes([{ name: "shop/Thing", schema }]).dataTypes.get("shop/Thing");
    const record = Object.freeze({ m: "2" });
    expect(type?.validate(record)).to.deep.equal([]);
    expect(record).to.deep.equal({ m: "2" });
  });

  it("lists the first hundred problems and counts the others", () => {
    const check = compileSchemaCheck({ type: "array", items: { type: "string" } });
    const problems = check(Array.from({ length: 150 }, (_, index) => index));
    expect(problems).to.have.lengthOf(101);
    expect(problems.at(-1)).to.deep.equal({ path: "", message: "has 50 more problems" });
  });

  it("matches hostile patterns in linear time", () => {
    const check = compileSchemaCheck({ type: "string", pattern: "^(a+)+$" });
    expect(check(`${"a".repeat(50_000)}!`)).to.deep.equal([{ path: "", message: "must match ^(a+)+$" }]);
  });

  it("says once which of several members is needed", () => {
    const check = compileSchemaCheck({ type: "object", anyOf: [{ required: ["a"] }, { required: ["b"] }] });
    expect(check({})).to.deep.equal([{ path: "", message: "needs a or b" }]);
  });
});
