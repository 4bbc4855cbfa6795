import { expect } from "chai";
import { indexedValues, keyOf } from "../../src/core/data-type.js";
import type { JsonObject } from "../../src/core/json.js";

describe("keyOf", () => {
  const cases: readonly (readonly [string, readonly string[], JsonObject, string | null])[] = [
    ["takes a text as it is", ["id"], { id: "R1" }, "R1"],
    ["writes a number as in JSON", ["id"], { id: 7 }, "7"],
    ["joins several fields in the order of the key", ["shop", "id"], { id: 7, shop: "berlin" }, "berlin~7"],
    ["gives null when a field is missing", ["shop", "id"], { id: 7 }, null],
    ["gives null for an empty text", ["id"], { id: "" }, null],
    ["gives null for null", ["id"], { id: null }, null],
    ["gives null for an object", ["id"], { id: { value: 7 } }, null],
    ["takes 0 for a key", ["id"], { id: 0 }, "0"],
  ];
  for (const [name, key, record, expected] of cases) {
    it(name, () => {
      expect(keyOf({ key }, record)).to.equal(expected);
    });
  }

  it("names the same record by a number and its text", () => {
    expect(keyOf({ key: ["id"] }, { id: 7 })).to.equal(keyOf({ key: ["id"] }, { id: "7" }));
  });
});

describe("indexedValues", () => {
  it("gives texts and numbers at dotted paths, as text", () => {
    const record = { email: "a@b.c", total: 9.5, address: { phone: "+1", geo: { zip: 90210 } } };
    const indexed = ["email", "total", "address.phone", "address.geo.zip"];
    expect(indexedValues({ indexed }, record)).to.deep.equal({
      email: "a@b.c",
      total: "9.5",
      "address.phone": "+1",
      "address.geo.zip": "90210",
    });
  });

  it("leaves out what is missing or no plain value", () => {
    const record = { a: null, b: true, c: [1], d: { e: "x" } };
    const indexed = ["a", "b", "c", "d", "d.x", "d.e.f", "missing.path"];
    expect(indexedValues({ indexed }, record)).to.deep.equal({});
  });

  it("does not reach into prototypes", () => {
    expect(indexedValues({ indexed: ["constructor.name", "toString.length"] }, {})).to.deep.equal({});
  });
});
