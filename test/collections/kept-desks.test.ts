import { expect } from "chai";
import { keepConnection } from "../../src/collections/kept-connection.js";
import { createTwilioConnector } from "../../src/connectors/twilio/connector.js";
import { startSimulator } from "../../src/simulator/start-simulator.js";
import { openTestHttp } from "../connectors/twilio/account.js";
import { failed } from "../http/failed.js";

describe("a kept connection", () => {
  it("has the desks for files and messages that the connection has", async () => {
    const simulator = await startSimulator();
    const http = openTestHttp();
    const { accountSid, authToken, url: apiUrl } = simulator;
    const kept = keepConnection(() => createTwilioConnector({ http }).open({ accountSid, authToken, apiUrl }));
    await failed(kept.messages!.fetch(`SM${"0".repeat(32)}`), "ENDPOINT_REFUSED");
    await failed(kept.media!.fetch({ url: "https://a.test/1", channel: "mms" }), "MEDIA_REFUSED");
    expect(kept.media!.remove).to.equal(null);
    await kept.close();
    await http.close();
    await simulator.stop();
  });
});
