import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { type Running, run, sampleOf } from "./running.js";

const store = { storeName: "Example Shop" };
const jane = "+12135550142";

describe("the collection shipping-updates", () => {
  let running: Running;
  afterEach(() => running.close());

  const flows = ["shipping-updates/note-update", "shipping-updates/tell-customer"];
  const order = (changes: JsonObject) => sampleOf("shipping-updates/samples/shipped-orders.json", changes);
  async function open(parameters: JsonObject = {}, startsAt?: string): Promise<void> {
    running = await run({ "shipping-updates": { ...store, ...parameters } }, { flows, ...(startsAt && { startsAt }) });
    await running.push("ecommerce/Order", await order({ status: "complete" }));
  }
  async function become(...statuses: string[]): Promise<void> {
    for (const status of statuses) await running.push("ecommerce/Order", await order({ status }));
  }

  it("texts each state once, however often the order takes it, with the tracking link", async () => {
    await open();
    await become("shipped", "Out for delivery", "delayed", "out-for-delivery", "shipped", "delivered");
    const link = "Track it: https://carrier.example/1Z999AA10123456784";
    expect(running.texts()).to.deep.equal([
      `${jane} Example Shop: your order R3001 is on its way. ${link}`,
      `${jane} Example Shop: your order R3001 is out for delivery today. ${link}`,
      `${jane} Example Shop: your order R3001 is delayed, we are sorry. We keep you informed. ${link}`,
      `${jane} Example Shop: your order R3001 has been delivered.`,
    ]);
  });

  it("says nothing about what the parameters leave out, another change, or an order that arrives as shipped", async () => {
    await open({ states: ["delivered"] });
    await become("shipped", "processing");
    await running.push("ecommerce/Order", await order({ status: "processing", email: "new@example.com" }));
    await running.push("ecommerce/Order", await order({ id: "R9", status: "delivered" }));
    await running.push("ecommerce/Order", await order({ id: "R9", status: "delivered", email: "new@example.com" }));
    expect(running.texts()).to.deep.equal([]);
  });

  it("knows the shop's own words and the carrier's address", async () => {
    await open({
      ...{ words: { Versandt: "shipped" }, footer: "Reply STOP to opt out." },
      trackingUrl: "https://track.example/?n={tracking}",
    });
    await running.push("ecommerce/Order", await order({ status: "Versandt", tracking: "1 Z", tracking_url: "" }));
    expect(running.texts()).to.deep.equal([
      `${jane} Example Shop: your order R3001 is on its way. Track it: https://track.example/?n=1%20Z Reply STOP to opt out.`,
    ]);
  });

  it("waits for the morning of the customer's clock", async () => {
    await open({}, "2026-02-04T06:00:00Z"); // ten in the evening in Los Angeles
    await become("shipped");
    expect(running.texts()).to.deep.equal([]);
    const [resting] = await running.runs("shipping-updates/tell-customer");
    expect(resting?.wait).to.include({ kind: "quiet-hours", timeZone: "America/Los_Angeles" });
    await running.pass(10 * 60 + 1);
    expect(running.texts()).to.have.lengthOf(1);
  });

  it("ends with a notice without a phone number, and fails with one that is none", async () => {
    await open();
    const bare = await order({ status: "shipped", shipping_address: undefined as never });
    await running.push("ecommerce/Order", JSON.parse(JSON.stringify(bare)) as JsonObject);
    const [noted] = await running.runs("shipping-updates/note-update");
    expect(noted?.stopReason).to.equal("Order R3001 has no phone number in shipping_address, so no text was sent");
    const { shipping_address: address } = await order({});
    const wrong = await order({ status: "delayed", shipping_address: { ...(address as JsonObject), phone: "12" } });
    await running.push("ecommerce/Order", wrong);
    expect((await running.runs("shipping-updates/note-update"))[0]?.failure?.code).to.equal("PHONE_INVALID");
    expect(running.texts()).to.deep.equal([]);
  });
});

describe("the collection abandoned-cart", () => {
  let running: Running;
  afterEach(() => running.close());

  const cart = (changes: JsonObject = {}) => sampleOf("abandoned-cart/samples/carts.json", changes);
  async function open(parameters: JsonObject = {}, startsAt?: string): Promise<void> {
    running = await run(
      { "abandoned-cart": { ...store, ...parameters } },
      { flows: ["abandoned-cart/remind"], ...(startsAt && { startsAt }) },
    );
  }
  const reasons = async (): Promise<(string | null)[]> =>
    (await running.runs("abandoned-cart/remind")).map(({ stopReason, status }) => stopReason ?? status).reverse();
  const reminder = `${jane} Example Shop: your cart is waiting for you: Spree T-Shirt and one more. Finish your order: https://shop.example/cart/C5001 Reply STOP to opt out.`;

  it("reminds an hour after the last change, and never again of the same cart", async () => {
    await open();
    await running.push("ecommerce/Cart", await cart());
    await running.pass(40);
    await running.push("ecommerce/Cart", await cart({ status: "payment" }));
    await running.pass(40);
    expect(running.texts()).to.deep.equal([]);
    await running.pass(21);
    expect(running.texts()).to.deep.equal([reminder]);
    await running.push("ecommerce/Cart", await cart({ status: "address" }));
    await running.pass(61);
    expect(running.texts()).to.deep.equal([reminder]);
    expect(await reasons()).to.deep.equal([
      "Cart C5001 has changed meanwhile: what it is now is looked at by itself",
      "succeeded",
      "The customer was reminded of cart C5001 before",
    ]);
  });

  it("reminds nobody whose cart was ordered or closed meanwhile, is empty, or who has not agreed", async () => {
    await open();
    await running.push("ecommerce/Cart", await cart({ id: "A" }));
    await running.push("ecommerce/Cart", await cart({ id: "B" }));
    await running.push("ecommerce/Cart", await cart({ id: "C", line_items: [] }));
    await running.push("ecommerce/Cart", await cart({ id: "D", accepts_marketing: false }));
    await running.push("ecommerce/Cart", await cart({ id: "E", status: "Ordered" }));
    await running.push("ecommerce/Order", await sampleOf("ecommerce/samples/orders.json", { id: "A" }));
    await running.push("ecommerce/Cart", await cart({ id: "B", status: "complete" }));
    await running.pass(61);
    expect(running.texts()).to.deep.equal([]);
    expect(await reasons()).to.deep.equal([
      "Cart A has become an order",
      "Cart B has changed meanwhile: what it is now is looked at by itself",
      "The customer of cart D has not agreed to advertising (accepts_marketing), so nobody is reminded",
    ]);
  });

  it("leaves who has opted out in peace, and does not call it a failure", async () => {
    await open();
    await running.engine.recordConsent({
      ...{
        contact: jane,
        channel: "sms",
        scope: "everything",
        state: "opted-out",
        reason: null,
        by: "test",
        force: false,
      },
    });
    await running.push("ecommerce/Cart", await cart());
    await running.pass(61);
    expect(running.texts()).to.deep.equal([]);
    expect(await running.notifications("warning")).to.deep.equal([]);
    expect(await running.notifications("error")).to.deep.equal([]);
  });

  it("waits for the day, and looks then whether there is an order by now", async () => {
    await open({}, "2026-02-04T06:00:00Z"); // ten in the evening in Los Angeles
    await running.push("ecommerce/Cart", await cart());
    await running.push("ecommerce/Cart", await cart({ id: "A" }));
    await running.pass(61);
    expect(running.texts()).to.deep.equal([]);
    await running.push("ecommerce/Order", await sampleOf("ecommerce/samples/orders.json", { id: "A" }));
    await running.pass(11 * 60);
    expect(running.texts()).to.deep.equal([reminder]);
    expect(await reasons()).to.deep.equal(["succeeded", "Cart A has become an order over night"]);
  });

  it("tells the operator when Twilio refuses the reminder", async () => {
    await open();
    running.simulator.addFault({ kind: "status", status: 400, code: 21606 });
    await running.push("ecommerce/Cart", await cart());
    await running.pass(61);
    const [warning] = await running.notifications("warning");
    expect(warning?.title).to.equal("The reminder of cart C5001 was not sent");
    expect(running.texts()).to.deep.equal([]);
  });
});

describe("the collection review-request", () => {
  let running: Running;
  afterEach(() => running.close());

  const day = 24 * 60;
  const order = (changes: JsonObject) => sampleOf("review-request/samples/delivered-orders.json", changes);
  async function open(parameters: JsonObject = {}): Promise<void> {
    running = await run(
      { "review-request": { ...store, reviewUrl: "https://shop.example/review?order={order}", ...parameters } },
      { flows: ["review-request/ask"] },
    );
    await running.push("ecommerce/Order", await order({ status: "shipped" }));
  }
  const become = async (status: string) => running.push("ecommerce/Order", await order({ status }));
  const question = `${jane} Example Shop: how do you like your order R4001? Tell us and others: https://shop.example/review?order=R4001 Reply STOP to opt out.`;

  it("asks a week after the delivery, once", async () => {
    await open();
    await become("delivered");
    await running.pass(6 * day);
    expect(running.texts()).to.deep.equal([]);
    await running.pass(day);
    expect(running.texts()).to.deep.equal([question]);
    await become("shipped");
    await become("delivered");
    await running.pass(8 * day);
    expect(running.texts()).to.deep.equal([question]);
  });

  it("asks nobody who has sent it back, or whose order was delivered when it arrived", async () => {
    await open({ afterDays: 3 });
    await become("Delivered");
    await running.pass(2 * day);
    await become("Partially refunded");
    await running.push("ecommerce/Order", await order({ id: "R9" }));
    await running.pass(2 * day);
    expect(running.texts()).to.deep.equal([]);
    expect((await running.runs("review-request/ask")).map(({ stopReason }) => stopReason)).to.deep.equal([
      "Order R4001 was sent back, cancelled or deleted meanwhile, so nobody is asked for a review",
    ]);
  });

  it("waits for ten in the morning", async () => {
    await open({ afterDays: 1 });
    await running.pass(20 * 60); // 14:00 UTC, six in the morning in Los Angeles
    await become("delivered");
    await running.pass(day);
    expect(running.texts()).to.deep.equal([]);
    await running.pass(4 * 60 + 2);
    expect(running.texts()).to.deep.equal([question]);
  });
});
