import { expect } from "chai";
import { emptyOf, shapeOf } from "../../src/console/features/records/field-shape.js";
import { setIn } from "../../src/console/features/records/set-in.js";
import type { JsonObject } from "../../src/core/json.js";

describe("The form of a data type", () => {
  const address: JsonObject = { type: "object", properties: { city: { type: "string" } } };
  const schemas = new Map([["shop/Address", address]]);
  const kindOf = (schema: JsonObject): string => shapeOf(schema, schemas).kind;

  it("has a field of its own for each kind of value, and JSON for what has none", () => {
    expect(kindOf({ type: "string" })).to.equal("text");
    expect(kindOf({ type: ["string", "null"] })).to.equal("text");
    expect(kindOf({ type: "string", enum: ["a", "b"] })).to.equal("choice");
    expect(kindOf({ type: "string", format: "date" })).to.equal("date");
    expect(kindOf({ type: "string", format: "date-time" })).to.equal("instant");
    expect(kindOf({ type: "integer" })).to.equal("integer");
    expect(kindOf({ type: "boolean" })).to.equal("flag");
    expect(kindOf({ type: "array", items: { type: "string" } })).to.equal("list");
    for (const schema of [{}, { type: ["string", "number"] }, { type: "object" }, { type: "array" }]) {
      expect(kindOf(schema), JSON.stringify(schema)).to.equal("json");
    }
  });

  it("takes from another data type what refers to it", () => {
    const shape = shapeOf({ $ref: "shop/Address" }, schemas);
    expect(shape.kind === "object" && shape.fields.map(({ name }) => name)).to.deep.equal(["city"]);
    expect(kindOf({ $ref: "shop/Unknown" })).to.equal("json");
    expect(emptyOf(shape)).to.deep.equal({});
  });

  it("changes one value and leaves the rest, also what the data type does not name", () => {
    const order = { id: "R1", extra: [1], lines: [{ n: 1 }, { n: 2 }] };
    expect(setIn(order, ["lines", 1, "n"], 5)).to.deep.equal({ ...order, lines: [{ n: 1 }, { n: 5 }] });
    expect(setIn(order, ["lines", 0], undefined)).to.deep.equal({ ...order, lines: [{ n: 2 }] });
    expect(setIn(order, ["lines", 2], {})).to.deep.equal({ ...order, lines: [...order.lines, {}] });
    expect(setIn(order, ["extra"], undefined)).to.deep.equal({ id: "R1", lines: order.lines });
    expect(setIn(order, ["address", "city"], "Ghent")).to.deep.equal({ ...order, address: { city: "Ghent" } });
    expect(order.lines).to.deep.equal([{ n: 1 }, { n: 2 }]);
  });
});
