import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { compileDataTypes } from "../../src/collections/data-types.js";
import { readCollection } from "../../src/collections/read-collection.js";
import { readCollectionFolder } from "../../src/collections/read-folder.js";
import type { Collection } from "../../src/core/collection.js";
import type { DataType } from "../../src/core/data-type.js";
import type { Json, JsonObject } from "../../src/core/json.js";
import { startTranslation } from "../../src/translation/start-translation.js";
import type { Translation } from "../../src/translation/translation.js";
import { readingContext, repositoryPath, shippedConnectors } from "./parts.js";

const shopify: JsonObject = { channel: "shopify", orderPrefix: "", freshHours: 24, testOrders: false };
const woocommerce: JsonObject = { channel: "woocommerce", orderPrefix: "", freshHours: 24, completedMeans: "shipped" };

describe("what shops hand over becomes our orders, shipments and customers", () => {
  const collections = new Map<string, Collection>();
  let dataTypes: ReadonlyMap<string, DataType>;
  let translation: Translation;

  before(async () => {
    translation = startTranslation({ timeoutMs: 5_000, memoryMb: 64, maxOutputBytes: 1_000_000, threads: 1 });
    for (const name of ["ecommerce", "shopify", "woocommerce"]) {
      const files = await readCollectionFolder(repositoryPath(`collections/${name}`));
      const context = { ...(await readingContext([...collections.values()])), connectors: shippedConnectors() };
      const { collection, problems } = readCollection(files, context);
      expect(problems, name).to.deep.equal([]);
      collections.set(name, collection!);
    }
    dataTypes = compileDataTypes([...collections.values()].flatMap((collection) => collection.dataTypes)).dataTypes;
  });
  after(() => translation.stop());

  async function sample(path: string, index = 0): Promise<JsonObject> {
    const { documents } = JSON.parse(await readFile(repositoryPath(`collections/${path}.json`), "utf8"));
    return documents[index];
  }

  /** Translates as a flow does, and checks both ends. */
  async function translate(name: string, document: JsonObject, more: JsonObject = {}): Promise<JsonObject> {
    const [owner = ""] = name.split("/");
    const translator = collections.get(owner)?.translators.find((one) => one.name === name);
    expect(dataTypes.get(translator?.from ?? "")?.validate(document), "what comes").to.deep.equal([]);
    const { item, ...given } = more;
    const params = { ...(owner === "shopify" ? shopify : woocommerce), ...given };
    const webhook = { receivedAt: "2026-02-03T18:00:00.000Z" };
    const bindings = { params, webhook, record: document, ...(item === undefined ? {} : { item }) };
    const result = (await translation.evaluate(`=${translator?.source}`, { input: document, bindings })) as JsonObject;
    expect(dataTypes.get(translator?.to ?? "")?.validate(result), JSON.stringify(result)).to.deep.equal([]);
    return result;
  }

  it("a Shopify order, whole", async () => {
    expect(await translate("shopify/order", await sample("shopify/samples/orders"))).to.deep.equal({
      id: "1042",
      status: "complete",
      channel: "shopify",
      currency: "USD",
      placed_on: "2026-02-03T12:29:14-05:00",
      payment_status: "paid",
      source_id: "5912204837001",
      source_updated_at: "2026-02-03T12:29:17-05:00",
      totals: { item: 84, adjustment: 5.79, tax: 6.84, shipping: 6.95, payment: 89.79, order: 89.79 },
      line_items: [
        { product_id: "WOOL-SCARF-GRN", name: "Wool scarf - Green", quantity: 2, price: 29.5 },
        { product_id: "14870221300002", name: "Gift wrapping", quantity: 1, price: 25 },
      ],
      adjustments: [
        { name: "Tax", value: 6.84 },
        { name: "Shipping", value: 6.95 },
        { name: "Discount", value: -8 },
      ],
      shipments: [],
      email: "nora.lindqvist@example.com",
      shipping_instructions: "Ring twice",
      ...Object.fromEntries(
        ["shipping_address", "billing_address"].map((name) => [
          name,
          {
            ...{ firstname: "Nora", lastname: "Lindqvist", address1: "18 Harbor Lane", address2: "Apt 4" },
            ...{ zipcode: "04101", city: "Portland", state: "ME", country: "US", phone: "(207) 555-0142" },
          },
        ]),
      ),
    });
  });

  it("a Shopify order of one thing, without customer and address, has its phone from the checkout", async () => {
    const order = await translate("shopify/order", await sample("shopify/samples/orders", 1));
    expect(order).to.deep.include({ id: "1043", placed_on: "2026-02-03T18:40:02+01:00", adjustments: [] });
    expect(order.line_items).to.have.lengthOf(1);
    expect(order.totals).to.include({ item: 19.9, tax: 3.18, adjustment: 0, payment: 0, order: 19.9 });
    expect(order.shipping_address).to.include({ phone: "+12075550187", firstname: "", city: "" });
    expect(order).to.not.have.any.keys("email", "billing_address", "shipping_instructions");
  });

  it("the phone of a Shopify order is that of the shipping address, else billing, checkout, customer, in this order", async () => {
    const whole = await sample("shopify/samples/orders");
    const place = whole.shipping_address as JsonObject;
    const person = whole.customer as JsonObject;
    const home = person.default_address as JsonObject;
    const numbers = ["+12075550101", "+12075550102", "+12075550103", "+12075550104", "+12075550105"];
    for (let from = 0; from <= numbers.length; from++) {
      const [ship, bill, checkout, own, atHome] = numbers.map((number, index) =>
        index < from ? null : number,
      ) as Json[];
      const order = await translate("shopify/order", {
        ...whole,
        phone: checkout ?? null,
        shipping_address: { ...place, phone: ship ?? "" },
        billing_address: { ...place, phone: bill ?? null },
        customer: { ...person, phone: own ?? null, default_address: { ...home, phone: atHome ?? null } },
      });
      const { phone } = order.shipping_address as JsonObject;
      expect(phone, `${from} missing`).to.equal(numbers[from]);
    }
  });

  it("the status of a Shopify order follows cancellation, then fulfilment", async () => {
    const whole = await sample("shopify/samples/orders");
    const fulfillments = [await sample("shopify/samples/fulfillments")];
    const cancelled_at = "2026-02-05T10:00:00Z";
    for (const [changes, status] of [
      [{ fulfillment_status: "partial" }, "partially-shipped"],
      [{ fulfillment_status: "fulfilled", fulfillments }, "shipped"],
      [{ fulfillment_status: "fulfilled", cancelled_at }, "canceled"],
      [{ financial_status: "refunded" }, "complete"],
    ] as [JsonObject, string][]) {
      expect((await translate("shopify/order", { ...whole, ...changes })).status).to.equal(status);
    }
    const shipped = await translate("shopify/order", { ...whole, fulfillment_status: "fulfilled", fulfillments });
    expect((shipped.shipments as JsonObject[])[0]).to.include({ carrier: "UPS", tracking: "1ZA3F0000300000042" });
  });

  it("two shops share no order when they have prefixes", async () => {
    const prefix = { orderPrefix: "EU-" };
    expect((await translate("shopify/order", await sample("shopify/samples/orders"), prefix)).id).to.equal("EU-1042");
    const shipment = await translate("shopify/fulfillment", await sample("shopify/samples/fulfillments"), prefix);
    expect(shipment).to.include({ id: "EU-5290117744001", order_id: "EU-1042" });
  });

  it("a Shopify fulfilment is a shipment of that order, with its tracking", async () => {
    const whole = await sample("shopify/samples/fulfillments");
    const shipment = await translate("shopify/fulfillment", whole);
    expect(shipment).to.deep.include({
      ...{ id: "5290117744001", order_id: "1042", status: "shipped", shipping_method: "UPS" },
      ...{ tracking: "1ZA3F0000300000042", shipped_at: "2026-02-04", updated_at: "2026-02-04" },
      items: [{ product_id: "WOOL-SCARF-GRN", name: "Wool scarf - Green", quantity: 2, price: 29.5 }],
    });
    const bare = {
      ...whole,
      destination: null,
      email: null,
      tracking_number: null,
      line_items: [],
      name: "#1042-EU.2",
    };
    expect(await translate("shopify/fulfillment", bare)).to.deep.include({ order_id: "1042-EU", items: [] });
    const delivered = { ...whole, shipment_status: "delivered" };
    expect((await translate("shopify/fulfillment", delivered)).status).to.equal("delivered");
  });

  it("a Shopify customer, with an address or without", async () => {
    const customer = await translate("shopify/customer", await sample("shopify/samples/customers"));
    expect(customer).to.include({ id: "7140029384001", firstname: "Nora", email: "nora.lindqvist@example.com" });
    expect(customer.shipping_address).to.include({ phone: "+12075550142", state: "ME" });
    expect(await translate("shopify/customer", await sample("shopify/samples/customers", 1))).to.deep.equal({
      ...{ id: "7140029384002", firstname: "", lastname: "Okafor", source_updated_at: "2026-01-05T10:00:00Z" },
    });
  });

  it("a WooCommerce order, whole", async () => {
    const order = await translate("woocommerce/order", await sample("woocommerce/samples/orders"));
    const address = {
      ...{ firstname: "Tomás", lastname: "Herrera", address1: "402 Juniper Street", address2: "", zipcode: "87501" },
      ...{ city: "Santa Fe", state: "NM", country: "US", phone: "505-555-0163" },
    };
    expect(order).to.deep.equal({
      id: "4117",
      status: "complete",
      channel: "woocommerce",
      currency: "USD",
      placed_on: "2026-02-03T17:29:15Z",
      payment_status: "paid",
      source_id: "4117",
      source_updated_at: "2026-02-03T17:29:41Z",
      totals: { item: 58, adjustment: 3.42, tax: 3.92, shipping: 4.5, payment: 61.42, order: 61.42 },
      line_items: [
        { product_id: "POT-L", name: "Clay pot, large", quantity: 2, price: 24.5 },
        { product_id: "312", name: "Saucer", quantity: 1, price: 9 },
      ],
      adjustments: [
        { name: "Tax", value: 3.92 },
        { name: "Shipping", value: 4.5 },
        { name: "Discount", value: -5 },
      ],
      shipments: [],
      email: "tomas.herrera@example.com",
      shipping_address: address,
      billing_address: address,
    });
  });

  it("a WooCommerce order of a guest without shipping address, completed and tracked", async () => {
    const whole = await sample("woocommerce/samples/orders", 1);
    const order = await translate("woocommerce/order", whole);
    expect(order).to.include({ status: "shipped", shipping_instructions: "Leave it with the neighbours" });
    expect(order.shipping_address).to.include({ firstname: "Vogel & Söhne", city: "Bremen", phone: "0421 555 0100" });
    expect(order.adjustments).to.deep.equal([{ name: "Eco fee", value: 0 }]);
    expect((order.shipments as JsonObject[])[0]).to.include({ carrier: "dhl-de", tracking: "00340434161094000018" });
    expect((await translate("woocommerce/order", whole, { completedMeans: "complete" })).status).to.equal("complete");
    for (const [status, ours] of [
      ["cancelled", "canceled"],
      ["on-hold", "pending"],
      ["refunded", "refunded"],
    ]) {
      expect((await translate("woocommerce/order", { ...whole, status: status! })).status).to.equal(ours);
    }
  });

  it("the phone of a WooCommerce order is that of the shipping address, else of the billing address", async () => {
    const whole = await sample("woocommerce/samples/orders");
    const shipping = { ...(whole.shipping as JsonObject), phone: "505-555-0199" };
    const order = await translate("woocommerce/order", { ...whole, shipping });
    expect(order.shipping_address).to.include({ phone: "505-555-0199" });
    expect(order.billing_address).to.include({ phone: "505-555-0163" });
  });

  it("every tracking number of a WooCommerce order is a shipment", async () => {
    const whole = await sample("woocommerce/samples/orders", 1);
    const { value } = (whole.meta_data as JsonObject[])[0] as { value: JsonObject[] };
    const shipment = await translate("woocommerce/tracking", whole, { item: value[0]! });
    expect(shipment).to.deep.include({
      ...{ id: "4118-5f0c3e", order_id: "4118", status: "shipped", tracking: "00340434161094000018" },
      ...{ shipped_at: "2026-02-05", shipping_method: "dhl-de" },
    });
    expect(shipment.shipping_address).to.include({ city: "Bremen", phone: "0421 555 0100" });
    const asText = { ...value[0], date_shipped: "2026-02-06", tracking_id: "" };
    expect(await translate("woocommerce/tracking", whole, { item: asText })).to.include({
      shipped_at: "2026-02-06",
      id: "4118-00340434161094000018",
    });
  });

  it("every optional member may be absent, or null where it may be", async () => {
    const pairs: [translator: string, least: JsonObject][] = [
      [
        "shopify/order",
        {
          ...{ id: 7, name: "#7", currency: "USD" },
          ...{ created_at: "2026-02-03T17:00:00Z", updated_at: "2026-02-03T17:00:00Z" },
        },
      ],
      ["shopify/fulfillment", { id: 7, order_id: 1, name: "#7.1", updated_at: "2026-02-03T17:00:00Z" }],
      ["shopify/customer", { id: 7 }],
      [
        "woocommerce/order",
        {
          ...{ id: 7, status: "processing", currency: "USD" },
          ...{ date_created_gmt: "2026-02-03T17:00:00", date_modified_gmt: "2026-02-03T17:00:00" },
        },
      ],
      ["woocommerce/customer", { id: 7 }],
    ];
    for (const [name, least] of pairs) {
      const { id, source_updated_at: at } = await translate(name, least);
      expect([id, Number.isNaN(Date.parse(String(at)))], name).to.deep.equal(["7", false]);
      const [owner = ""] = name.split("/");
      const from = collections.get(owner)?.translators.find((one) => one.name === name)?.from ?? "";
      const { properties = {} } = dataTypes.get(from)?.schema as { properties?: Record<string, JsonObject> };
      const nulls = Object.entries(properties).filter(
        ([member, { type, anyOf }]) =>
          !Object.hasOwn(least, member) && JSON.stringify([type, anyOf]).includes('"null"'),
      );
      const document = { ...Object.fromEntries(nulls.map(([member]) => [member, null])), ...least };
      expect((await translate(name, document)).id, name).to.equal("7");
    }
  });

  it("a WooCommerce customer, with an address or without", async () => {
    const customer = await translate("woocommerce/customer", await sample("woocommerce/samples/customers"));
    expect(customer.shipping_address).to.include({ address1: "402 Juniper Street", phone: "505-555-0163" });
    expect(await translate("woocommerce/customer", await sample("woocommerce/samples/customers", 1))).to.deep.equal({
      ...{ id: "89", firstname: "guest89", lastname: "", email: "info@example.com" },
      source_updated_at: "2026-01-09T10:00:00Z",
    });
  });
});
