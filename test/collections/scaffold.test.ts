import { expect } from "chai";
import { readCollection } from "../../src/collections/read-collection.js";
import { readCollectionFolder } from "../../src/collections/read-folder.js";
import { inferSchema } from "../../src/collections/scaffold/infer-schema.js";
import { firstTest, type NewCollection, newCollection } from "../../src/collections/scaffold/new-collection.js";
import { type Leaf, leavesOf, suggestMapping, toSkeleton } from "../../src/collections/scaffold/suggest-mapping.js";
import type { JsonObject, JsonSchema } from "../../src/core/json.js";
import { readingContext, repositoryPath } from "./parts.js";

const paid = {
  number: "A1",
  placed_at: "2026-02-03T17:29:15Z",
  total: 12.5,
  customer: { first_name: "Jo", mobile: "+12135550142", email: "jo@example.com" },
  lines: [
    { sku: "x", qty: 1 },
    { sku: "y", qty: 2, gift: true },
  ],
};
const unpaid = {
  number: "A2",
  placed_at: "2026-02-04T17:29:15Z",
  total: 12,
  customer: { first_name: "Al", mobile: null },
  lines: [],
};

describe("inferring a schema", () => {
  it("requires what all samples have, and takes the wider of two types", () => {
    const { schema } = inferSchema("shop/Order", [paid, unpaid]);
    expect(schema).to.deep.equal({
      $id: "shop/Order",
      title: "Order",
      type: "object",
      "x-key": ["number"],
      required: ["number", "placed_at", "total", "customer", "lines"],
      properties: {
        number: { type: "string" },
        placed_at: { type: "string", format: "date-time" },
        total: { type: "number" },
        customer: {
          type: "object",
          required: ["first_name", "mobile"],
          properties: {
            first_name: { type: "string", "x-pii": true },
            mobile: { type: ["null", "string"], pattern: "^\\+[1-9][0-9]{6,14}$", "x-pii": true },
            email: { type: "string", format: "email", "x-pii": true },
          },
        },
        lines: {
          type: "array",
          items: {
            type: "object",
            required: ["sku", "qty"],
            properties: { sku: { type: "string" }, qty: { type: "integer" }, gift: { type: "boolean" } },
          },
        },
      },
    });
  });

  it("says everything that it guessed", () => {
    const { guesses } = inferSchema("shop/Order", [paid, unpaid]);
    expect(guesses.map(({ path, message }) => `${path} ${message}`)).to.deep.equal([
      "/placed_at is an instant (format: date-time)",
      "/customer/first_name says something about a person (x-pii)",
      "/customer/mobile is a phone number with its country code (pattern)",
      "/customer/mobile says something about a person (x-pii)",
      "/customer/email is an e-mail address (format: email)",
      "/customer/email says something about a person (x-pii)",
      "/number names a record: the same again is an update (x-key)",
    ]);
    expect(
      inferSchema("shop/Order", [paid])
        .guesses.map(({ message }) => message)
        .join(),
    ).to.include("was seen once");
  });

  it("makes a key up where no member looks like one, or is the same in two samples", () => {
    const auto = { "x-key": ["id"], "x-key-auto": true };
    expect(inferSchema("a/B", [{ text: "hello" }]).schema)
      .to.include.keys("x-key", "x-key-auto")
      .and.deep.include(auto);
    expect(inferSchema("a/B", [{ id: "1" }, { id: "1" }]).schema).to.deep.include(auto);
    expect(inferSchema("a/B", [{ order_id: 7 }]).schema).to.deep.include({ "x-key": ["order_id"] });
    expect(inferSchema("a/B", [{ ref: "B-1" }]).schema).to.deep.include({ "x-key": ["ref"] });
  });
});

describe("suggesting a mapping", () => {
  const leaf = (path: string, type: string | null, required = false): Leaf => ({
    path: path.split("."),
    type,
    format: null,
    required,
  });

  it("goes by names, words for the same thing, and types", () => {
    const from = [
      leaf("id", "string"),
      leaf("shipping_address.phone", "string"),
      leaf("firstName", "string"),
      leaf("lines", "array"),
    ];
    const to = [
      leaf("number", "integer"),
      leaf("mobile", "string"),
      leaf("first_name", "string"),
      leaf("colour", "string", true),
    ];
    const found = suggestMapping(from, to);
    expect(
      found.map(({ to: { path }, from: source }) => [path.join("."), source?.path.join(".") ?? null]),
    ).to.deep.equal([
      ["number", "id"],
      ["mobile", "shipping_address.phone"],
      ["first_name", "firstName"],
      ["colour", null],
    ]);
    expect(found[2]?.score).to.equal(1);
    expect(found.map(({ score }) => score >= 0 && score <= 1)).to.not.include(false);
    expect(toSkeleton(found, { country: '"US"', instead: {} })).to.equal(
      `/* Nothing was found for: colour (string, required) */
{
  "number": $number(id),
  "mobile": $phone(shipping_address.phone, "US"),
  "first_name": firstName
}`,
    );
  });

  it("finds the leaves of data types that refer to others, and of themselves once", () => {
    const schemas: Record<string, JsonSchema> = {
      "a/Address": {
        type: "object",
        required: ["phone"],
        properties: { phone: { type: "string" }, next: { $ref: "a/Address" } },
      },
    };
    const order: JsonSchema = {
      type: "object",
      required: ["to"],
      properties: { to: { $ref: "a/Address" }, my: { $ref: "#/$defs/x" } },
      $defs: { x: { type: "integer" } },
    };
    const leaves = leavesOf(order, (name) => schemas[name] ?? null);
    expect(leaves[0]).to.deep.equal(leaf("to.phone", "string", true));
    expect(leaves.at(-1)).to.deep.equal(leaf("my", "integer"));
    expect(leaves).to.have.length.below(10);
  });
});

describe("a new collection", () => {
  async function orderOf(
    samples: readonly JsonObject[],
  ): Promise<NewCollection & { readonly problems: (files: JsonObject) => Promise<unknown> }> {
    const files = await readCollectionFolder(repositoryPath("collections/communication"));
    const { collection } = readCollection(files, await readingContext());
    const schema = collection?.dataTypes.find(({ name }) => name === "communication/Sms")?.schema ?? {};
    const target = { name: "communication/Sms", schema, version: "1.0.0" };
    return {
      ...{ name: "shop", type: "SalesOrder", samples, target, schemaOf: () => null },
      problems: async (made) =>
        readCollection(made as Record<string, string>, await readingContext(collection ? [collection] : [])).problems,
    };
  }

  it("has no problems, not even warnings, with its first test", async () => {
    for (const samples of [[paid, unpaid], [{ text: "hello" }], [{ "odd name": 1, id: 7, tel: "1" }]]) {
      const order = await orderOf(samples);
      const scaffold = newCollection(order);
      const made = { kind: "made", document: { message: "x" } } as const;
      const test = firstTest(order, scaffold, made);
      expect(await order.problems({ ...scaffold.files, ...test }), JSON.stringify(samples)).to.deep.equal([]);
      expect(Object.keys(test)).to.deep.equal(["tests/sales-order-to-sms.test.yaml"]);
    }
  });

  it("gives the record of its first test the key that would be made up, so that it is the same every time", async () => {
    const order = await orderOf([{ text: "hello" }]);
    const { tested, ...scaffold } = newCollection(order);
    expect(tested).to.deep.equal({ id: "sales-order-1" });
    const test = firstTest(order, { ...scaffold, tested }, { kind: "made", document: {} });
    expect(test["tests/sales-order-to-sms.test.yaml"]).to.include("    with:\n      id: sales-order-1\n");
    expect(newCollection(await orderOf([paid])).tested).to.deep.equal({});
  });

  it("stops where there is no phone number, if there is a member for one", async () => {
    const withPhone = newCollection(await orderOf([paid]));
    expect(withPhone.stops).to.equal(true);
    expect(withPhone.phone).to.deep.equal(["customer", "mobile"]);
    expect(withPhone.files["flows/sales-order-to-sms.flow.yaml"]).to.include("noPhone");
    expect(newCollection(await orderOf([{ text: "hello" }])).stops).to.equal(false);
  });
});
