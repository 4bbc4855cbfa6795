import { expect } from "chai";
import { createTwilioConnector } from "../../../src/connectors/twilio/connector.js";
import type { CallResult, Connection } from "../../../src/core/connector.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import type { Fault } from "../../../src/simulator/faults.js";
import { type Simulator, startSimulator } from "../../../src/simulator/start-simulator.js";
import { failed } from "../../http/failed.js";
import { openTestHttp } from "./account.js";

const payload = { to: "+16175551212", from: "+15005550006", body: "Hey Maria! Your order 7 has been received!" };
const since = new Date();
const service = `MG${"a".repeat(32)}`;

describe("twilio/send-message find at the simulator", () => {
  let simulator: Simulator;
  let http: Http;
  let connection: Connection;

  beforeEach(async () => {
    await open({ queued: 0, sent: 600_000 });
  });

  async function open(deliveryDelaysMs: Readonly<Record<string, number>>): Promise<void> {
    simulator = await startSimulator({ deliveryDelaysMs });
    http = openTestHttp();
    const { accountSid, authToken, url } = simulator;
    connection = createTwilioConnector({ http }).open({ accountSid, authToken, apiUrl: url });
  }

  afterEach(() => close());

  async function close(): Promise<void> {
    await connection.close();
    await http.close();
    await simulator.stop();
  }

  const taken = new Set<string>();
  const search = { since, isTaken: async (vendorId: string) => taken.has(vendorId) };
  const requestOf = (given: JsonObject): JsonObject => connection.prepare("send-message", given).request;
  const send = (given: JsonObject = payload): Promise<CallResult> =>
    connection.send("send-message", requestOf(given), { effectId: "eff_1", callbackUrl: null });
  const find = (given: JsonObject = payload) => connection.find("send-message", requestOf(given), search);

  for (const [name, fault, found] of [
    ["hung up on after it was made", { kind: "timeout-after-send", holdMs: 20 }, true],
    ["hung up on before it was made", { kind: "timeout-before", holdMs: 20 }, false],
    ["reset after it was made", { kind: "reset-after-send" }, true],
    ["reset before it was made", { kind: "reset" }, false],
    ["answered with 500 after it was made", { kind: "status", status: 500, afterSend: true }, true],
    ["answered with 500 before it was made", { kind: "status", status: 500 }, false],
    ["answered with half a 201", { kind: "garbage" }, true],
    ["answered by a web page on the way", { kind: "garbage", form: "html" }, false],
  ] as const satisfies readonly (readonly [string, Fault, boolean])[]) {
    it(`tells what became of a message that was ${name}, unsent as it still is`, async () => {
      simulator.addFault(fault);
      await failed(send(), "ENDPOINT_OUTCOME_UNKNOWN");
      const finding = await find();
      if (!found) return expect(finding).to.equal("absent");
      const [message] = simulator.messages();
      expect(message?.sentAt).to.equal(null);
      expect(finding).to.include({ vendorId: message?.sid, messageStatus: "queued" });
    });
  }

  it("gives just what sending gave", async () => {
    const whatsapp = { ...payload, to: `whatsapp:${payload.to}` };
    const pictures = { ...payload, mediaUrl: ["https://a.test/1.png"] };
    for (const given of [payload, whatsapp, pictures]) expect(await find(given)).to.equal("absent");
    for (const given of [payload, whatsapp, pictures]) {
      const sent = await send(given);
      expect(await find(given)).to.deep.equal({ ...sent, report: null });
    }
  });

  it("gives a report of what has become of it meanwhile, as a callback would", async () => {
    await close();
    await open({ queued: 0, sent: 0, delivered: 0 });
    const undelivered = { ...payload, to: "+15005553005" };
    const { vendorId } = await send(undelivered);
    while (simulator.messages()[0]?.status !== "failed") await new Promise((resolve) => setImmediate(resolve));
    const found = await find(undelivered);
    expect(found).to.have.nested.property("report.vendorId", vendorId);
    expect(found).to.have.nested.property("report.status", "failed");
    expect(found).to.have.nested.property("report.errorCode", "30005");
    expect(found).to.have.nested.property("report.dedupeKey", `twilio:${vendorId}:failed:30005`);
    expect(found).to.have.nested.property("report.remedy").that.is.a("string");
  });

  it("finds what a messaging service sends, before and after it has chosen the sender", async () => {
    const byService = { to: payload.to, body: payload.body, messagingServiceSid: service };
    const { vendorId } = await send(byService);
    expect(await find(byService)).to.include({ vendorId });
    while (simulator.messages()[0]?.from === null) await new Promise((resolve) => setImmediate(resolve));
    expect(await find(byService)).to.include({ vendorId, messageStatus: "queued" });
    expect(await find({ ...byService, messagingServiceSid: service.replaceAll("a", "b") })).to.equal("absent");
  });

  it("finds it on a later page, among many to the same recipient", async () => {
    const { vendorId } = await send();
    for (let number = 0; number < 120; number += 20) {
      const others = Array.from({ length: 20 }, (_, index) => send({ ...payload, body: `Other ${number + index}` }));
      await Promise.all(others);
    }
    expect(await find()).to.include({ vendorId });
    expect(simulator.counts().asked.lists).to.equal(3);
  });

  it("cannot tell among more messages than it reads", async () => {
    for (let number = 0; number < 260; number += 20) {
      const others = Array.from({ length: 20 }, (_, index) => send({ ...payload, body: `Other ${number + index}` }));
      await Promise.all(others);
    }
    expect(await find({ ...payload, body: "Nobody sent this" })).to.equal("unclear");
  });

  it("gives two equal effects a message each, once one of them is known", async () => {
    const first = await send();
    const second = await send();
    expect(await find()).to.equal("unclear");
    taken.add(String(first.vendorId));
    expect(await find()).to.include({ vendorId: second.vendorId });
    taken.add(String(second.vendorId));
    expect(await find()).to.equal("absent");
    taken.clear();
  });

  it("cannot be asked while the list fails, and sees a message only when the list shows it", async () => {
    const { vendorId } = await send();
    simulator.setList({ failing: true });
    await failed(find(), "ENDPOINT_UNREACHABLE");
    simulator.setList({ failing: false, visibleAfterMs: 600_000 });
    expect(await find()).to.equal("absent");
    simulator.setList({ visibleAfterMs: 0 });
    expect(await find()).to.include({ vendorId });
  });
});
