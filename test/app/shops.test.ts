import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import type { JsonObject } from "../../src/core/json.js";
import { openTestApp, type TestApp } from "./parts.js";

const secret = "shop-secret-of-the-tests";

async function sample(path: string, changes: JsonObject): Promise<JsonObject> {
  const { documents } = JSON.parse(await readFile(packagePath(`collections/${path}.json`), "utf8"));
  return { ...documents[0], ...changes };
}

function sign(body: string, key = secret): string {
  return createHmac("sha256", key).update(body).digest("base64");
}

/** An instant this many seconds ago. */
function ago(seconds: number): string {
  return new Date(Date.now() - seconds * 1_000).toISOString();
}

describe("a shop hands over its orders: from the signed webhook to the text, over real sockets", () => {
  let test: TestApp;
  beforeEach(async () => {
    test = await openTestApp();
  });
  afterEach(() => test.close());

  async function setUp(collection: string, flows: readonly string[], ...texting: string[]): Promise<string> {
    await test.setUp(...texting);
    const installed = await test.request("POST", "/api/v1/collections/install", {
      name: collection,
      parameters: { secret },
    });
    expect(installed.status).to.equal(201);
    for (const flow of flows) {
      expect((await test.request("PATCH", `/api/v1/flows/${collection}/${flow}`, { active: true })).status).to.equal(
        200,
      );
    }
    const { body } = await test.request("GET", `/api/v1/connections/${collection}/shop`);
    return String((body.webhooks as JsonObject[])[0]?.url);
  }
  async function post(url: string, body: string, headers: Record<string, string>): Promise<number> {
    const answer = await fetch(url, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
    });
    await answer.text();
    return answer.status;
  }
  function shopify(url: string, [topic, id]: readonly [string, string], document: JsonObject): Promise<number> {
    const body = JSON.stringify(document);
    const headers = { "x-shopify-topic": topic, "x-shopify-webhook-id": id, "x-shopify-hmac-sha256": sign(body) };
    return post(url, body, headers);
  }
  function texts(): string[] {
    return test.simulator.messages().map(({ body, to }) => `${to} ${body}`);
  }
  async function order(key: string): Promise<JsonObject> {
    return (await test.request("GET", `/api/v1/records/ecommerce/Order/${key}`)).body;
  }

  it("Shopify: a new order is texted once, its shipping too, and what comes late undoes nothing", async () => {
    const flows = ["order-created", "order-updated", "order-cancelled", "fulfillment-shipped"];
    const url = await setUp("shopify", flows, "twilio/send-sms-for-new-order", "twilio/order-shipped");
    const created = await sample("shopify/samples/orders", { processed_at: ago(60), updated_at: ago(60) });

    const forged = { "x-shopify-topic": "orders/create", "x-shopify-hmac-sha256": sign("{}") };
    expect(await post(url, JSON.stringify(created), forged)).to.equal(403);
    expect(await test.list("/api/v1/events")).to.deep.equal([]);

    const codes = await Promise.all([1, 2, 3, 4].map(() => shopify(url, ["orders/create", "w-1"], created)));
    expect(codes).to.deep.equal([200, 200, 200, 200]);
    await test.until(
      async () => texts(),
      ({ length }) => length === 1,
    );
    expect(texts()).to.deep.equal(["+12075550142 Order ID 1042 status complete!"]);

    const fulfillments = [await sample("shopify/samples/fulfillments", {})];
    const shipped = { ...created, fulfillment_status: "fulfilled", fulfillments, updated_at: ago(20) };
    expect(await shopify(url, ["orders/updated", "w-2"], shipped)).to.equal(200);
    expect(await shopify(url, ["orders/updated", "w-3"], { ...created, updated_at: ago(40), note: "late" })).to.equal(
      200,
    );
    expect(await shopify(url, ["fulfillments/create", "w-4"], fulfillments[0]!)).to.equal(200);
    await test.until(
      async () => texts(),
      ({ length }) => length === 2,
    );
    expect(texts()[1]).to.equal("+12075550142 Hey Nora! Your order 1042 has shipped.");
    expect((await order("1042")).document ?? (await order("1042"))).to.deep.nested.include({ status: "shipped" });
    const shipment = await test.request("GET", "/api/v1/records/ecommerce/Shipment/5290117744001");
    expect(JSON.stringify(shipment.body)).to.contain("1ZA3F0000300000042");

    const { entries } = (await test.request("GET", "/api/v1/timeline?order=1042")).body;
    const told = (entries as JsonObject[]).map(({ title }) => title);
    expect(told).to.include("orders/create came by shopify/shop");
    const deliveries = await test.list("/api/v1/events?kind=webhook.orders/create");
    expect(deliveries).to.have.lengthOf(1);
    const errors = await test.list("/api/v1/notifications?level=error");
    expect(errors.map(({ title }) => title)).to.deep.equal(["shopify/shop refused a webhook request"]);
  });

  it("Shopify: an old order texts nobody when it is first heard of, and its next change may", async () => {
    const url = await setUp("shopify", ["order-updated"], "twilio/send-sms-for-new-order", "twilio/order-shipped");
    const old = { created_at: "2025-06-01T10:00:00Z", processed_at: "2025-06-01T10:00:00Z" };
    const first = await sample("shopify/samples/orders", { ...old, updated_at: ago(30) });
    expect(await shopify(url, ["orders/updated", "w-1"], first)).to.equal(200);
    expect(
      await shopify(url, ["orders/updated", "w-2"], { ...first, updated_at: ago(9), fulfillment_status: "fulfilled" }),
    ).to.equal(200);
    await test.until(
      async () => texts(),
      ({ length }) => length === 1,
    );
    expect(texts()).to.deep.equal(["+12075550142 Hey Nora! Your order 1042 has shipped."]);
  });

  it("WooCommerce: its trial gets 200, orders of one second are two, and one order is texted once", async () => {
    const url = await setUp("woocommerce", ["order-created", "order-updated"], "twilio/send-sms-for-new-order");
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect(await post(url, "webhook_id=12", form)).to.equal(200);
    expect(await post(url, "webhook_id=12&id=1", form)).to.equal(403);
    expect(await test.list("/api/v1/events")).to.deep.equal([]);

    const now = new Date().toISOString().slice(0, 19);
    const one = await sample("woocommerce/samples/orders", { date_created_gmt: now, date_modified_gmt: now });
    const two = { ...one, id: 4120, number: "4120" };
    for (const document of [one, two, one]) {
      const body = JSON.stringify(document);
      const headers = { "x-wc-webhook-signature": sign(body), "x-wc-webhook-delivery-id": "same-second" };
      expect(await post(url, body, { ...headers, "x-wc-webhook-topic": "order.created" })).to.equal(200);
    }
    const body = JSON.stringify(one);
    const updated = { "x-wc-webhook-signature": sign(body), "x-wc-webhook-topic": "order.updated" };
    expect(await post(url, body, updated)).to.equal(200);
    await test.until(
      async () => texts(),
      ({ length }) => length === 2,
    );
    expect(texts().sort()).to.deep.equal([
      "+15055550163 Order ID 4117 status complete!",
      "+15055550163 Order ID 4120 status complete!",
    ]);
    expect(await test.list("/api/v1/events?kind=webhook.order.created")).to.have.lengthOf(2);
    expect(await test.list("/api/v1/events?kind=webhook.order.updated")).to.have.lengthOf(1);
  });

  it("what is too large is refused, and what nobody takes or can read is kept and told", async () => {
    const url = await setUp("shopify", []);
    expect(await post(url, " ".repeat(4_200_000), {})).to.equal(413);
    expect(await shopify(url, ["app/uninstalled", "w-8"], { id: 1 })).to.equal(200);
    const broken = '{"id": 1, "name":';
    const headers = { "x-shopify-topic": "orders/create", "x-shopify-webhook-id": "w-9" };
    expect(await post(url, broken, { ...headers, "x-shopify-hmac-sha256": sign(broken) })).to.equal(200);
    const told = (await test.list("/api/v1/notifications")).map(({ level, code }) => `${level} ${code}`);
    expect(told.sort()).to.deep.equal(["error WEBHOOK_UNREADABLE", "warning WEBHOOK_IGNORED"]);
    const [event] = await test.list("/api/v1/events?kind=webhook.orders/create");
    const { body } = await test.request("GET", `/api/v1/events/${event?.id}`);
    expect((body.payload as JsonObject).text).to.equal(broken);
  });
});
