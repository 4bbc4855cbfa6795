import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { openTestApp, sampleOrder, type TestApp } from "./parts.js";

const flow = "twilio/send-sms-for-new-order";
const customer = "+14155550132";

describe("a customer texts STOP: from the phone to the next order, over real sockets", () => {
  let test: TestApp;
  beforeEach(async () => {
    test = await openTestApp();
    await test.setUp(flow);
    const collections = await test.list("/api/v1/collections");
    const installed = collections.find(({ name }) => name === "twilio")?.installed as JsonObject;
    const inbound = (installed.webhooks as JsonObject[]).find(({ key }) => key === "inbound");
    test.simulator.listenAt({ url: String(inbound?.url) });
  });
  afterEach(() => test.close());

  async function push(id: string): Promise<void> {
    const order = await sampleOrder({ id }, { phone: customer });
    expect((await test.request("POST", "/api/v1/records/ecommerce/Order", order)).status).to.equal(201);
  }
  async function write(body: string): Promise<string | null> {
    const { autoReply } = test.simulator.write({ from: customer, body });
    await test.simulator.settled();
    return autoReply;
  }
  const statusOf = (id: string) =>
    test.until(
      () => test.list(`/api/v1/messages?dataType=ecommerce/Order&key=${id}`),
      ([message]) => ["delivered", "suppressed"].includes(String(message?.status)),
    );

  it("nothing more is sent, Twilio is not even asked, and START opens again", async () => {
    await push("R1");
    await statusOf("R1");
    expect(await write("Stop")).to.contain("unsubscribed");
    await push("R2");
    const [suppressed] = await statusOf("R2");
    expect(suppressed).to.include({ status: "suppressed", to: customer, vendorId: null });
    expect(test.simulator.counts().asked.creates).to.equal(1);
    const [run] = await test.list("/api/v1/runs?dataType=ecommerce/Order&key=R2");
    expect(run).to.include({ status: "succeeded" });
    expect(run?.stopReason).to.contain("texted Stop");
    const [consent] = await test.list("/api/v1/consent?state=opted-out");
    expect(consent).to.include({ contact: customer, scope: "sender:+15005550006" });
    await write("START");
    await push("R3");
    expect((await statusOf("R3"))[0]).to.include({ status: "delivered" });
    expect(await test.list("/api/v1/issues")).to.deep.equal([]);
  });

  it("what only Twilio knows is learnt from its refusal, once, and not forgotten by a restart", async () => {
    test.simulator.listenAt({ url: `${test.url}/nowhere` });
    await write("STOP");
    await push("R1");
    expect((await statusOf("R1"))[0]).to.include({ status: "suppressed", errorCode: "21610" });
    await test.restart();
    await push("R2");
    expect((await statusOf("R2"))[0]).to.include({ status: "suppressed", errorCode: null });
    expect(test.simulator.counts().asked.creates).to.equal(1);
    const [consent] = await test.list("/api/v1/consent?how=vendor-report");
    expect((consent?.entry as JsonObject).word).to.equal("21610");
  });
});
