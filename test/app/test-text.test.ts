import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { openTestApp, type TestApp } from "./parts.js";

const path = "/api/v1/connections/twilio/twilio/test-text";
const phone = "+14155550132";

describe("A test text", () => {
  let test: TestApp;
  before(async () => {
    test = await openTestApp();
    await test.setUp();
  });
  after(() => test.close());

  const sent = async (body: JsonObject): Promise<string> => {
    const answer = await test.request("POST", path, body);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(202);
    return String(answer.body.runId);
  };
  const runOf = async (id: string) => (await test.request("GET", `/api/v1/runs/${id}`)).body;
  const messageOf = async (id: string) => ((await runOf(id)).messages as JsonObject[])[0];

  it("shows what would be sent and by whom, and sends nothing", async () => {
    const { status, body } = await test.request("POST", `${path}/preview`, { to: "(415) 555-0132", text: "Hello" });
    expect(status).to.equal(200);
    expect(body).to.deep.equal({
      ...{ flow: "patchbay/test-text", channel: "sms", to: phone, sender: "+15005550006", body: "Hello", segments: 1 },
      ...{ instead: null, obstacles: [] },
    });
    expect(test.simulator.created).to.equal(0);
    expect(await test.list("/api/v1/runs")).to.deep.equal([]);
  });

  it("leaves once, in the ledger, and is followed to its delivery", async () => {
    const before = test.simulator.created;
    const id = await sent({ to: phone });
    const message = await test.until(
      () => messageOf(id),
      (one) => one?.status === "delivered",
    );
    expect(message).to.include({ to: phone, connection: "twilio/twilio" });
    expect(message?.body).to.include("This is a test text from Patchbay");
    const run = await runOf(id);
    expect(run).to.include({ flow: "patchbay/test-text", status: "succeeded" });
    expect(run.effects).to.have.lengthOf(1);
    expect(test.simulator.created).to.equal(before + 1);
    const { entries } = (await test.request("GET", `/api/v1/timeline?run=${id}`)).body;
    expect((entries as JsonObject[]).map(({ kind }) => kind)).to.include.members(["request", "response", "message"]);
  });

  it("is one text however often its named request is sent", async () => {
    const before = test.simulator.created;
    const send = () =>
      fetch(test.url + path, {
        ...{ method: "POST", body: JSON.stringify({ to: phone, text: "Once" }) },
        headers: { "content-type": "application/json", "idempotency-key": "once" },
      });
    const [first, second] = [await send(), await send()];
    expect(first.status).to.equal(202);
    const { runId } = (await first.json()) as { runId: string };
    expect(await second.json()).to.have.property("runId", runId);
    await test.until(
      () => messageOf(runId),
      (one) => one?.status === "delivered",
    );
    expect(test.simulator.created).to.equal(before + 1);
  });

  it("is refused with what to do when its number is none, and leaves no run", async () => {
    const before = (await test.list("/api/v1/runs")).length;
    const { status, body } = await test.request("POST", path, { to: "12" });
    expect(status).to.equal(422);
    expect(body.code).to.equal("PHONE_INVALID");
    expect((await test.list("/api/v1/runs")).length).to.equal(before);
  });

  it("is not sent to who has opted out, and its preview says so", async () => {
    const to = "+14155550177";
    const statement = { contact: to, state: "opted-out", channel: "sms", by: "ann", reason: "asked by phone" };
    expect((await test.request("POST", "/api/v1/consent", statement)).status).to.be.lessThan(300);
    const { obstacles } = (await test.request("POST", `${path}/preview`, { to })).body;
    expect((obstacles as string[])[0]).to.include("has opted out");
    const before = test.simulator.created;
    const id = await sent({ to });
    const run = await test.until(
      () => runOf(id),
      ({ finishedAt }) => finishedAt !== null,
    );
    expect((run.messages as JsonObject[])[0]?.status).to.equal("suppressed");
    expect(test.simulator.created).to.equal(before);
  });

  it("goes on after a restart with the flow that it began with", async () => {
    expect((await test.request("POST", "/api/v1/connections/twilio/twilio/deactivate", {})).status).to.equal(200);
    const id = await sent({ to: phone, text: "Later" });
    await test.until(
      () => runOf(id),
      ({ status }) => status === "waiting",
    );
    await test.restart();
    expect((await test.request("POST", "/api/v1/connections/twilio/twilio/activate", {})).status).to.equal(200);
    const message = await test.until(
      () => messageOf(id),
      (one) => one?.status === "delivered",
    );
    expect(message?.body).to.equal("Later");
  });

  it("is written down with who has asked for it, and without the number", async () => {
    const entries = await test.list("/api/v1/audit?action=send-test-text");
    expect(entries.length).to.be.greaterThan(0);
    expect(JSON.stringify(entries)).not.to.include("4155550132");
    expect(entries[0]?.target).to.deep.equal({ ns: "twilio", name: "twilio" });
  });

  it("cannot be sent by a connection that sends none", async () => {
    const settings = { name: "shopify", parameters: { secret: "a-secret-of-a-shop" } };
    expect((await test.request("POST", "/api/v1/collections/install", settings)).status).to.be.lessThan(300);
    const connections = await test.list("/api/v1/connections");
    const [texting, other] = [
      connections.find(({ sendsTexts }) => sendsTexts),
      connections.find((one) => !one.sendsTexts),
    ];
    expect(texting?.name).to.equal("twilio/twilio");
    const { status, body } = await test.request("POST", `/api/v1/connections/${other?.name}/test-text`, { to: phone });
    expect(status).to.equal(422);
    expect(body.code).to.equal("ENDPOINT_UNKNOWN");
  });
});
