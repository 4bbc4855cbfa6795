import { expect } from "chai";
import { createTwilioConnector } from "../../../src/connectors/twilio/connector.js";
import { loginOf } from "../../../src/connectors/twilio/login.js";
import type { Connection } from "../../../src/core/connector.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import { type Simulator, startSimulator } from "../../../src/simulator/start-simulator.js";
import { failed, thrown } from "../../http/failed.js";
import { accountSid, authToken, openAccount, openTestHttp } from "./account.js";

const apiKey = `SK${"c".repeat(32)}`;
const apiKeySecret = "the secret of the key";
const payload = { to: "+16175551212", from: "+15005550006", body: "Hey Maria!" };

describe("a connection by API key", () => {
  let simulator: Simulator;
  let http: Http;
  let connection: Connection;

  beforeEach(async () => {
    simulator = await startSimulator({
      deliveryDelaysMs: { queued: 0, sent: 1, delivered: 2 },
      accounts: [{ accountSid, authToken: "not given away", apiKeys: { [apiKey]: apiKeySecret } }],
    });
    http = openTestHttp();
    connection = open();
  });
  afterEach(async () => {
    await connection.close();
    await http.close();
    await simulator.stop();
  });

  function open(more: JsonObject = {}): Connection {
    const given = { accountSid, authToken, apiKey, apiKeySecret, apiUrl: simulator.url, checkMedia: false };
    return createTwilioConnector({ http }).open({ ...given, ...more });
  }
  const send = (by: Connection) =>
    by.send("send-message", by.prepare("send-message", payload).request, { effectId: "eff_1", callbackUrl: null });

  it("makes every kind of request with the key, and none with the auth token", async () => {
    const { vendorId } = await send(connection);
    expect(simulator.messages().map(({ sid }) => sid)).to.deep.equal([vendorId]);
    await simulator.settled();
    expect(await connection.messages?.fetch(vendorId!)).to.include({ vendorId, status: "delivered" });
    expect(await connection.templates?.fetch()).to.be.an("array");
    expect((await connection.inspect?.())?.account).to.have.property("status");
    const search = { since: new Date(0), isTaken: async () => false };
    const found = await connection.find("send-message", connection.prepare("send-message", payload).request, search);
    expect(found).to.include({ vendorId });
  });

  it("is refused with a wrong secret, which the refusal does not show", async () => {
    const other = open({ apiKeySecret: "a wrong secret" });
    const error = await failed(send(other), "ENDPOINT_MISCONFIGURED");
    expect(error.details.vendorCode).to.equal("20003");
    expect(JSON.stringify([error.message, error.details])).not.to.contain("a wrong secret");
    await other.close();
  });

  it("needs both parts of the key", () => {
    const error = thrown(() => openAccount(http, { apiKey }), "ENDPOINT_MISCONFIGURED");
    expect(error.message).to.contain("apiKeySecret");
  });

  it("hides the key and the auth token in what is shown", () => {
    const { hide, authorization } = loginOf({ accountSid, authToken, apiKey, apiKeySecret } as never);
    const text = `${accountSid} ${authToken} ${apiKey} ${apiKeySecret} ${authorization.slice(6)}`;
    expect(hide(text)).to.equal("[hidden] [hidden] [hidden] [hidden] [hidden]");
  });
});
