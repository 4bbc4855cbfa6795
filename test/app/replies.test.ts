import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { openTestApp, sampleOrder, type TestApp } from "./parts.js";

const flow = "twilio/confirm-order-by-reply";
const customer = "+14155550132";

describe("a customer answers: from the phone to the flow, over real sockets", () => {
  let test: TestApp;
  beforeEach(async () => {
    test = await openTestApp();
    await test.setUp(flow);
    test.simulator.listenAt(await addresses());
  });
  afterEach(() => test.close());

  async function addresses(): Promise<{ url: string; fallbackUrl: string }> {
    const collections = await test.list("/api/v1/collections");
    const installed = collections.find(({ name }) => name === "twilio")?.installed as JsonObject;
    const webhooks = installed.webhooks as JsonObject[];
    const urlOf = (key: string) => String(webhooks.find((webhook) => webhook.key === key)?.url);
    return { url: urlOf("inbound"), fallbackUrl: urlOf("fallback") };
  }
  async function ask(id = "R1", phone = customer): Promise<void> {
    const order = await sampleOrder({ id, status: "complete" }, { phone, firstname: "Ann" });
    expect((await test.request("POST", "/api/v1/records/ecommerce/Order", order)).status).to.equal(201);
    await test.until(
      () => test.list(`/api/v1/runs?dataType=ecommerce/Order&key=${id}&flow=${flow}`),
      ([run]) => run?.status === "waiting" && (run.wait as JsonObject).kind === "awaited",
    );
  }
  async function ended(id = "R1"): Promise<string> {
    const [run] = await test.until(
      () => test.list(`/api/v1/runs?dataType=ecommerce/Order&key=${id}&flow=${flow}`),
      ([found]) => found?.status !== "waiting" && found?.status !== "running",
    );
    return String(run?.status);
  }
  function texts(): string[] {
    return test.simulator.messages().map(({ body }) => body);
  }

  it("YES confirms: the run goes on, and everything stands in the order's timeline and in the conversation", async () => {
    await ask();
    test.simulator.write({ from: customer, body: "Yes please!" });
    expect(await ended()).to.equal("succeeded");
    expect(texts()).to.deep.equal([
      "Hey Ann! Shall we send your order R1? Please answer YES or NO.",
      "Thank you! Your order R1 is confirmed.",
    ]);
    const { entries } = (await test.request("GET", "/api/v1/timeline?order=R1")).body;
    const wrote = (entries as JsonObject[]).filter(({ kind }) => kind === "received");
    expect(wrote.map(({ title }) => title)).to.deep.equal([`${customer} wrote: Yes please!`]);
    const [conversation] = await test.list("/api/v1/conversations");
    expect(conversation).to.include({ contact: customer, channel: "sms", state: "open" });
    const messages = await test.list(`/api/v1/conversations/${conversation?.id}/messages`);
    expect(messages.map(({ direction }) => direction)).to.deep.equal(["out", "in", "out"]);
    const received = messages[1]?.received as JsonObject;
    expect(received).to.include({ body: "Yes please!", contact: customer, to: "+15005550006", optOut: null });
    expect(received.answers).to.include({ dataType: "ecommerce/Order", key: "R1" });
  });

  it("answers Twilio with TwiML that says nothing", async () => {
    await ask();
    test.simulator.write({ from: customer, body: "no!" });
    await test.simulator.settled();
    const [{ answers } = { answers: [] }] = test.simulator.written();
    expect(answers.map(({ status, body }) => `${status} ${body}`)).to.deep.equal([
      '200 <?xml version="1.0" encoding="UTF-8"?><Response/>',
    ]);
  });

  it("NO notifies the operator, once, however often Twilio says it", async () => {
    await ask();
    test.simulator.write({ from: customer, body: "No, thanks", times: 5 });
    expect(await ended()).to.equal("succeeded");
    await test.simulator.settled();
    const warnings = await test.list("/api/v1/notifications?level=warning");
    expect(warnings.map(({ title, cause }) => `${title}: ${cause}`)).to.deep.equal([
      `The customer does not confirm order R1: ${customer} wrote No, thanks`,
    ]);
    expect(texts()).to.have.lengthOf(1);
    expect(await test.list("/api/v1/events?kind=message.received")).to.have.lengthOf(1);
  });

  it("waits on when the customer writes something else, also through a restart", async () => {
    await ask();
    test.simulator.write({ from: customer, body: "When will it come?" });
    await test.simulator.settled();
    await test.restart();
    await test.until(
      () => test.list(`/api/v1/runs?flow=${flow}`),
      ([run]) => run?.status === "waiting",
    );
    test.simulator.write({ from: customer, body: "YES" });
    expect(await ended()).to.equal("succeeded");
    const { entries } = (await test.request("GET", `/api/v1/timeline?phone=${encodeURIComponent(customer)}`)).body;
    const wrote = (entries as JsonObject[]).filter(({ kind }) => kind === "received");
    expect(wrote).to.have.lengthOf(2);
  });

  it("takes by the fallback address what the ordinary one missed, and tells the operator", async () => {
    await ask();
    const { url, fallbackUrl } = await addresses();
    test.simulator.listenAt({ url: url.replace(/inbound$/, "nothing"), fallbackUrl });
    test.simulator.write({ from: customer, body: "YES" });
    expect(await ended()).to.equal("succeeded");
    const [warning] = await test.list("/api/v1/notifications?level=warning");
    expect(warning).to.include({ code: "WEBHOOK_MISSED" });
    const everything = JSON.stringify([warning, await test.list("/api/v1/events?kind=message.received")]);
    expect(everything).not.to.contain(/\/hooks\/twilio\/twilio\/twilio\/([^/]+)/.exec(url)?.[1]);
  });

  it("believes nobody who does not sign, at whatever address, and keeps nothing of it", async () => {
    const { url, fallbackUrl } = await addresses();
    const { accountSid } = test.simulator;
    const body = new URLSearchParams({
      ...{ MessageSid: "SMforged", AccountSid: accountSid, From: customer, To: "+15005550006", Body: "YES" },
    });
    for (const [address, signature, status] of [
      [url, "", 403],
      [url, "Zm9yZ2Vk", 403],
      [fallbackUrl, "Zm9yZ2Vk", 403],
      [url.replace(/[^/]+\/inbound$/, "guessed/inbound"), "Zm9yZ2Vk", 404],
    ] as const) {
      const headers = { "x-twilio-signature": signature };
      expect((await fetch(address, { method: "POST", headers, body })).status, address).to.equal(status);
    }
    expect(await test.list("/api/v1/events?kind=message.received")).to.deep.equal([]);
    expect(await test.list("/api/v1/conversations")).to.deep.equal([]);
  });

  it("keeps pictures by WhatsApp and STOP, each in a conversation of its channel, and closes them", async () => {
    const media = [
      { url: "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1", contentType: "image/jpeg" },
    ];
    test.simulator.write({ from: `whatsapp:${customer}`, media });
    await test.simulator.settled();
    test.simulator.write({ from: customer, body: "Quit", optOutType: "STOP" });
    await test.simulator.settled();
    const conversations = await test.list("/api/v1/conversations?state=open");
    expect(conversations.map(({ channel }) => channel)).to.deep.equal(["sms", "whatsapp"]);
    const [{ received: stop } = {}] = await test.list(`/api/v1/conversations/${conversations[0]?.id}/messages`);
    expect(stop).to.include({ optOut: "stop", channel: "sms" });
    const [{ received: picture } = {}] = await test.list(`/api/v1/conversations/${conversations[1]?.id}/messages`);
    const [attachment] = await test.list("/api/v1/attachments");
    expect((picture as JsonObject).media).to.deep.equal([{ ...media[0], attachmentId: attachment?.id }]);
    for (const { id } of conversations) {
      const closed = await test.request("POST", `/api/v1/conversations/${id}/close`);
      expect(closed.body).to.include({ state: "closed" });
    }
    expect(await test.list("/api/v1/conversations?state=open")).to.deep.equal([]);
    const again = await test.request("POST", `/api/v1/conversations/${conversations[0]?.id}/reopen`);
    expect(again.body).to.include({ state: "open", closedAt: null });
    expect((await test.request("POST", "/api/v1/conversations/cnv_none/close")).body).to.include({
      code: "CONVERSATION_UNKNOWN",
    });
  });
});
