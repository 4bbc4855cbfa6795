import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { openTestApp, sampleOrder, type TestApp } from "./parts.js";

const orders = "/api/v1/records/ecommerce/Order";
const direct = "twilio/send-sms-for-new-order";

describe("the main job: an order in, a text out, a notification on the list", () => {
  let test: TestApp;
  beforeEach(async () => {
    test = await openTestApp();
  });
  afterEach(() => test.close());

  async function followed(key: string, status: string): Promise<JsonObject> {
    const [message] = await test.until(
      () => test.list(`/api/v1/messages?dataType=ecommerce/Order&key=${key}`),
      (messages) => messages[0]?.status === status,
    );
    return message ?? {};
  }
  async function notified(key: string): Promise<JsonObject> {
    const [notification] = await test.until(
      () => test.list(`/api/v1/notifications?dataType=ecommerce/Order&key=${key}`),
      (notifications) => notifications.length > 0,
    );
    return notification ?? {};
  }

  it("texts the customer of a new order and follows the text to delivery", async () => {
    await test.setUp(direct);
    const answer = await test.request(
      "POST",
      orders,
      await sampleOrder({ id: "R1", status: "complete" }, { phone: "(415) 555-0132" }),
    );
    expect(answer.status).to.equal(201);
    expect(answer.body).to.include({ verdict: "created", key: "R1", version: 1 });
    const message = await followed("R1", "delivered");
    expect(message).to.include({ to: "+14155550132", body: "Order ID R1 status complete!" });
    expect(test.simulator.messages().map(({ to, body }) => [to, body])).to.deep.equal([
      ["+14155550132", "Order ID R1 status complete!"],
    ]);
    expect(await notified("R1")).to.include({ level: "info", flow: direct });
    const { items } = (await test.request("GET", "/api/v1/events?dataType=ecommerce/Order&key=R1")).body;
    expect(items?.map(({ kind }) => kind).sort()).to.deep.equal([
      "message.delivered",
      "message.sent",
      "record.created",
    ]);
  });

  it("sends one text however often the same order comes", async () => {
    await test.setUp(direct);
    const order = await sampleOrder({ id: "R1" }, { phone: "+14155550132" });
    const answers = await Promise.all(Array.from({ length: 10 }, () => test.request("POST", orders, order)));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([...Array(9).fill(200), 201]);
    await followed("R1", "delivered");
    expect(test.simulator.created).to.equal(1);
  });

  it("sends through a saved SMS record in the staged way, and texts when an order ships", async () => {
    await test.setUp("twilio/convert-order-to-sms", "twilio/send-sms-with-twilio", "twilio/order-shipped");
    const order = await sampleOrder(
      { id: "R1", status: "complete" },
      { phone: "+14155550132", firstname: "Ann", lastname: "Lee" },
    );
    await test.request("POST", orders, order);
    const sent = () => Promise.resolve(test.simulator.messages().map(({ body }) => body));
    expect(await test.until(sent, (bodies) => bodies.length === 1)).to.deep.equal([
      "Hey Lee! Your order R1 has been received!",
    ]);
    await test.request("PATCH", `${orders}/R1`, { status: "shipped" });
    expect(await test.until(sent, (bodies) => bodies.length === 2)).to.include("Hey Ann! Your order R1 has shipped.");
    const saved = await test.request("GET", "/api/v1/records/communication/Sms");
    expect(saved.body.items).to.have.lengthOf(1);
  });

  it("welcomes a new customer", async () => {
    await test.setUp("twilio/convert-customer-to-sms", "twilio/send-sms-with-twilio");
    const { shipping_address } = await sampleOrder({}, { phone: "+14155550132" });
    const customer = { id: "C1", firstname: "Joe", lastname: "Doe", shipping_address: shipping_address ?? null };
    expect((await test.request("POST", "/api/v1/records/ecommerce/Customer", customer)).status).to.equal(201);
    const sent = () => Promise.resolve(test.simulator.messages().map(({ body }) => body));
    expect(await test.until(sent, (bodies) => bodies.length === 1)).to.deep.equal(["Welcome Joe!"]);
  });

  it("ends an order without a phone visibly, without a text", async () => {
    await test.setUp(direct);
    const order = await sampleOrder({ id: "R1" });
    delete (order.shipping_address as JsonObject).phone;
    expect((await test.request("POST", orders, order)).status).to.equal(201);
    const notification = await notified("R1");
    expect(notification.level).to.equal("notice");
    expect(notification.title).to.contain("R1 has no phone number");
    expect(test.simulator.created).to.equal(0);
  });

  it("fails the run of an order whose phone is not a number, and accepts the order", async () => {
    await test.setUp(direct);
    expect((await test.request("POST", orders, await sampleOrder({ id: "R1" }, { phone: "12" }))).status).to.equal(201);
    expect(await notified("R1")).to.include({ level: "error", code: "PHONE_INVALID" });
    expect(test.simulator.created).to.equal(0);
  });

  it("sends to a number of another country when it carries its country code", async () => {
    await test.setUp(direct);
    await test.request("POST", orders, await sampleOrder({ id: "R1" }, { phone: "0049 30 901820" }));
    expect((await followed("R1", "delivered")).to).to.equal("+4930901820");
  });

  it("goes on after a restart: nothing is lost and nothing is sent again", async () => {
    await test.setUp(direct);
    await test.request("POST", orders, await sampleOrder({ id: "R1" }, { phone: "+14155550132" }));
    await followed("R1", "delivered");
    await test.restart();
    expect(
      (await test.request("POST", orders, await sampleOrder({ id: "R1" }, { phone: "+14155550132" }))).body,
    ).to.include({
      verdict: "unchanged",
    });
    await test.request("POST", orders, await sampleOrder({ id: "R2" }, { phone: "+14155550133" }));
    await followed("R2", "delivered");
    expect(test.simulator.created).to.equal(2);
  });
});

describe("when Twilio does not do as it should", () => {
  let test: TestApp;
  beforeEach(async () => {
    test = await openTestApp({ RECONCILE_AFTER_MS: "500" });
    await test.setUp(direct);
  });
  afterEach(() => test.close());

  async function failureOf(key: string): Promise<JsonObject> {
    const [notification] = await test.until(
      () => test.list(`/api/v1/notifications?dataType=ecommerce/Order&key=${key}`),
      (notifications) => notifications.length > 0,
    );
    return notification ?? {};
  }
  async function push(phone = "+14155550132"): Promise<void> {
    const answer = await test.request("POST", orders, await sampleOrder({ id: "R1" }, { phone }));
    expect(answer.status).to.equal(201);
  }

  for (const [number, code] of [
    ["+15005550001", "ENDPOINT_REFUSED"],
    ["+15005550003", "ENDPOINT_MISCONFIGURED"],
    ["+15005550004", "RECIPIENT_OPTED_OUT"],
    ["+15005550009", "ENDPOINT_REFUSED"],
  ] as const) {
    it(`says what to do about ${number} (${code})`, async () => {
      await push(number);
      const notification = await failureOf("R1");
      expect(notification).to.include({ code });
      expect(notification.remedy).to.be.a("string").and.not.equal("");
      expect(test.simulator.created).to.equal(0);
    });
  }

  for (const [what, fault, code] of [
    ["401", { kind: "status", status: 401 }, "ENDPOINT_MISCONFIGURED"],
    ["404", { kind: "status", status: 404 }, "ENDPOINT_REFUSED"],
  ] as const) {
    it(`reports ${what} as ${code} and sends no second text`, async () => {
      test.simulator.addFault({ kind: "lose-callbacks" });
      test.simulator.addFault(fault);
      await push();
      expect(await failureOf("R1")).to.include({ code, level: "error" });
      expect(test.simulator.created).to.be.at.most(1);
      const [run] = await test.list("/api/v1/runs?dataType=ecommerce/Order&key=R1");
      expect(run?.status).to.equal("failed");
    });
  }

  for (const [what, fault] of [
    ["500", { kind: "status", status: 500 }],
    ["500 after sending", { kind: "status", status: 500, afterSend: true }],
    ["garbage", { kind: "garbage" }],
    ["a timeout before sending", { kind: "timeout-before" }],
    ["a timeout after sending", { kind: "timeout-after-send" }],
    ["a reset after sending", { kind: "reset-after-send" }],
  ] as const) {
    it(`asks Twilio what became of a call after ${what}, with one text in the end`, async () => {
      test.simulator.addFault({ kind: "lose-callbacks" });
      test.simulator.addFault(fault);
      await push();
      const [run] = await test.until(
        () => test.list("/api/v1/runs?dataType=ecommerce/Order&key=R1"),
        (runs) => runs[0]?.status === "succeeded" || runs[0]?.status === "failed",
      );
      expect(run?.status).to.equal("succeeded");
      expect(test.simulator.created).to.equal(1);
      const [message] = await test.list("/api/v1/messages?dataType=ecommerce/Order&key=R1");
      expect(message?.vendorId).to.match(/^SM/);
    });
  }

  it("waits and tries again after 429, with one text in the end", async () => {
    test.simulator.addFault({ kind: "status", status: 429, retryAfterSeconds: 1 });
    await push();
    await test.until(
      () => test.list("/api/v1/runs?status=succeeded"),
      (runs) => runs.length === 1,
    );
    expect(test.simulator.created).to.equal(1);
    expect(await failureOf("R1")).to.include({ level: "info", retries: 1 });
  });

  it("settles an unknown outcome by the callback that carries the effect", async () => {
    test.simulator.addFault({ kind: "reset-after-send" });
    await push();
    const [message] = await test.until(
      () => test.list("/api/v1/messages?dataType=ecommerce/Order&key=R1"),
      (messages) => messages[0]?.status === "delivered",
    );
    expect(message?.vendorId).to.match(/^SM/);
    expect(test.simulator.created).to.equal(1);
  });

  it("believes no callback with a forged signature", async () => {
    test.simulator.addFault({ kind: "forge-signature" });
    await push();
    await test.until(
      () => test.list("/api/v1/runs?status=succeeded"),
      (runs) => runs.length === 1,
    );
    await test.simulator.settled();
    const [message] = await test.list("/api/v1/messages?dataType=ecommerce/Order&key=R1");
    expect(message?.status).to.equal("queued");
  });

  it("tells the operator when a text was not delivered, and why", async () => {
    await push("+15005553005");
    const notifications = await test.until(
      () => test.list("/api/v1/notifications?level=error"),
      (found) => found.length === 1,
    );
    expect(notifications[0]?.title).to.contain("(30005)");
    expect(notifications[0]?.remedy).to.be.a("string");
  });
});
