import { expect } from "chai";
import { createTwilioConnector } from "../../../src/connectors/twilio/connector.js";
import type { CallResult, Connection } from "../../../src/core/connector.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import { type Simulator, startSimulator } from "../../../src/simulator/start-simulator.js";
import { failed, thrown } from "../../http/failed.js";
import { openTestHttp } from "./account.js";

const context = { effectId: "eff_1", callbackUrl: null };
const messagingServiceSid = `MG${"a".repeat(32)}`;

describe("scheduled messages at the simulator", () => {
  let simulator: Simulator;
  let http: Http;
  let connection: Connection;

  beforeEach(async () => {
    simulator = await startSimulator({ deliveryDelaysMs: { queued: 0, sent: 0, delivered: 0 } });
    http = openTestHttp();
    const { accountSid, authToken, url: apiUrl } = simulator;
    connection = createTwilioConnector({ http }).open({ accountSid, authToken, apiUrl, messagingServiceSid });
  });
  afterEach(async () => {
    await http.close();
    await simulator.stop();
  });

  const call = (endpoint: string, payload: JsonObject): Promise<CallResult> =>
    connection.send(endpoint, connection.prepare(endpoint, payload).request, context);
  const schedule = (): Promise<CallResult> =>
    call("send-message", {
      to: "+16175551212",
      body: "Tomorrow",
      sendAt: new Date(Date.now() + 86_400_000).toISOString(),
    });

  it("are scheduled by send-message, and taken back by cancel-message, as often as one likes", async () => {
    const { vendorId, messageStatus } = await schedule();
    expect(messageStatus).to.equal("scheduled");
    for (const _time of [1, 2]) {
      const { response, report } = await call("cancel-message", { sid: vendorId });
      expect(response.status).to.equal("canceled");
      expect(report).to.include({ vendorId, status: "canceled" });
    }
    expect(simulator.messages()[0]?.status).to.equal("canceled");
  });

  it("that have left are refused with Twilio's code", async () => {
    const { vendorId } = await schedule();
    simulator.advance(2 * 86_400);
    await simulator.settled();
    const error = await failed(call("cancel-message", { sid: vendorId }), "ENDPOINT_REFUSED");
    expect(error.details.vendorCode).to.equal("30409");
    const { response, report } = await call("fetch-message", { sid: vendorId });
    expect(response.status).to.equal("delivered");
    expect(response.price).to.equal("-0.00790");
    expect(report).to.include({ status: "delivered", dedupeKey: `twilio:${vendorId}:delivered` });
    expect(report?.price).to.deep.equal({ amount: 0.0079, currency: "USD" });
  });

  it("are asked about and taken back at the connection's desk", async () => {
    const { vendorId } = await schedule();
    const { fetch, cancel } = connection.messages!;
    expect(await fetch(vendorId!)).to.equal(null);
    expect(await cancel(vendorId!)).to.include({ status: "canceled" });
    expect(await fetch(vendorId!)).to.include({ status: "canceled" });
    await failed(fetch(`SM${"0".repeat(32)}`), "ENDPOINT_REFUSED");
  });

  it("are named by a SID", () => {
    thrown(() => connection.prepare("cancel-message", { sid: "../Accounts" }), "PAYLOAD_INVALID");
    thrown(() => connection.prepare("fetch-message", {}), "PAYLOAD_INVALID");
  });
});
