import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { openTestApp, sampleOrder, type TestApp } from "./parts.js";

const own = "+15005550006";
const customer = "+14155550132";
const path = "/api/v1/connections/twilio/twilio";

describe("a Twilio account is connected, over real sockets", () => {
  let test: TestApp;
  beforeEach(async () => {
    test = await openTestApp();
    await test.setUp();
  });
  afterEach(() => test.close());

  const post = async (verb: string, body: JsonObject = {}) =>
    (await test.request("POST", `${path}/${verb}`, body)).body;
  const plan = async (query = "") => (await test.request("GET", `${path}/webhooks${query}`)).body;
  const concerns = async () => ((await post("check")).concerns as JsonObject[]).map(({ code }) => code);
  async function connect(senders?: string[]): Promise<unknown[]> {
    const { hash } = await plan(senders ? `?senders=${encodeURIComponent(senders.join(","))}` : "");
    const applied = await post("webhooks/apply", { hash: hash ?? "", ...(senders && { senders }) });
    return (applied.senders as JsonObject[]).map(({ outcome }) => outcome);
  }

  it("until what a phone writes to its number is a conversation here", async () => {
    expect(await concerns()).to.include("webhook-missing");
    expect(await connect()).to.deep.equal(["entered"]);
    expect(await concerns()).to.deep.equal([]);
    expect(await connect()).to.deep.equal(["left"]);
    test.simulator.write({ from: customer, body: "Hello" });
    await test.simulator.settled();
    const [conversation] = await test.list("/api/v1/conversations");
    expect(conversation).to.include({ contact: customer, channel: "sms", state: "open" });
  });

  it("also when a Messaging Service has the word, and at WhatsApp senders", async () => {
    const sid = `MG${"a".repeat(32)}`;
    test.simulator.setAccount({ services: [{ sid, numbers: [own] }], whatsApp: [{ number: own }] });
    expect(await connect()).to.deep.equal(["entered"]);
    // Another sender than the connection's own: somebody has to name it.
    expect(await connect([`whatsapp:${own}`])).to.deep.equal(["entered"]);
    test.simulator.write({ from: customer, body: "One" });
    test.simulator.write({ from: `whatsapp:${customer}`, body: "Two" });
    await test.simulator.settled();
    const conversations = await test.list("/api/v1/conversations");
    expect(conversations.map(({ channel }) => channel)).to.have.members(["sms", "whatsapp"]);
  });

  it("and it is told how it was found before, and what became of its calls", async () => {
    await concerns();
    await connect();
    const list = async (query = "") => test.list(`${path}/checks${query}`);
    const told = (await list()).map(({ occasion, health }) => ({ occasion, health }));
    expect(told).to.deep.equal([
      { occasion: "entered", health: "fine" },
      { occasion: "asked", health: "problems" },
    ]);
    const [trouble, ...others] = await list("?trouble=true");
    expect(trouble).to.have.nested.property("concerns[0].code", "webhook-missing");
    expect(trouble).to.have.nested.property("concerns[0].remedy").that.includes("patchbay twilio connect");
    expect(others).to.deep.equal([]);
    const { body: history } = await test.request("GET", `${path}/history`);
    expect(history).to.include({ before: null });
    expect((history.looks as JsonObject[]).map(({ health }) => health)).to.deep.equal(["problems", "fine"]);
    const { body: later } = await test.request("GET", `${path}/history?from=2999-01-01&to=2999-01-02`);
    expect(later).to.deep.include({ before: "fine", looks: [], calls: [] });
    const { status, body } = await test.request("GET", `${path}/history?from=2026-01-02&to=2026-01-01`);
    expect({ status, code: body.code }).to.deep.equal({ status: 400, code: "REQUEST_INVALID" });
  });

  it("and takes nothing from another system that was not named", async () => {
    test.simulator.setAccount({ numbers: [{ number: own, smsUrl: "https://other.example/sms" }] });
    const { senders } = await plan();
    const items = (senders as JsonObject[])[0]?.items as JsonObject[];
    expect(items.map(({ action }) => action)).to.deep.equal(["conflict", "create"]);
    await connect();
    expect(JSON.stringify(await plan())).to.include("https://other.example/sms");
    await connect([own]);
    expect(await concerns()).to.deep.equal([]);
  });

  it("and switched off: orders wait until it is on again, also over a restart", async () => {
    await test.request("PATCH", "/api/v1/flows/twilio/send-sms-for-new-order", { active: true });
    expect(await post("deactivate", { by: "ann", reason: "wrong texts" })).to.include({ active: false });
    const order = await sampleOrder({ id: "R1" }, { phone: customer });
    expect((await test.request("POST", "/api/v1/records/ecommerce/Order", order)).status).to.equal(201);
    const waiting = () => test.list("/api/v1/runs?status=waiting");
    const [run] = await test.until(waiting, ([found]) => found !== undefined);
    expect((run?.wait as JsonObject).summary).to.match(
      /^the connection twilio\/twilio: it was deactivated .* by ann: wrong texts$/,
    );
    await test.restart();
    expect(await test.list("/api/v1/connections")).to.have.nested.property("[0].deactivated.reason", "wrong texts");
    expect(test.simulator.created).to.equal(0);
    expect(await post("activate", { by: "bob" })).to.include({ active: true });
    await test.until(
      async () => test.simulator.created,
      (created) => created === 1,
    );
    const titles = (await test.list("/api/v1/notifications?level=notice")).map(({ title }) => title);
    expect(titles).to.include.members([
      "twilio/twilio was activated by bob",
      "twilio/twilio was deactivated by ann: wrong texts",
    ]);
  });
});
