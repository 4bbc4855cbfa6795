import { expect } from "chai";
import { openTestApi, type TestApi } from "./open-test-api.js";

describe("messages over HTTP", () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(() => api.close());

  const estimate = (body: object) => api.call("POST", "/api/v1/message-estimates", { body });
  const payload = { to: "+16175551212", body: "“Hi”" };

  it("are estimated without being kept, by the only connection or the one that is named", async () => {
    for (const connection of [{}, { connection: "twilio/twilio" }]) {
      expect((await estimate({ payload, ...connection })).json).to.deep.equal({
        ...{ connection: "twilio/twilio", channel: "sms", from: null, to: "+16175551212" },
        ...{ segments: 2, encoding: "UCS-2", units: 4, outsideGsm: ["“", "”"] },
        price: { amount: 0.0166, currency: "USD" },
        ...{ instead: null, obstacles: [] },
      });
    }
  });

  it("are not estimated by a flow that there is not", async () => {
    expect((await estimate({ payload, flow: "a/b" })).json).to.include({ status: 404, code: "FLOW_UNKNOWN" });
  });

  it("are not estimated when they could not be sent, or by nobody knows whom", async () => {
    expect((await estimate({ payload: {} })).json).to.include({ code: "PHONE_MISSING" });
    const unknown = await estimate({ payload, connection: "a/b" });
    expect(unknown.json).to.include({ code: "CONNECTION_UNKNOWN" });
    expect(unknown.text).to.include("there are: twilio/twilio");
  });

  it("are taken back while they are scheduled", async () => {
    const { messages } = api.parts.memory;
    const [first] = messages;
    messages[0] = { ...first!, status: "scheduled" };
    const path = `/api/v1/messages/${first!.id}/cancel`;
    expect((await api.call("POST", path)).json).to.include({ id: first!.id, status: "canceled" });
    expect((await api.call("POST", path)).json).to.include({ code: "MESSAGE_NOT_SCHEDULED" });
    expect((await api.call("POST", "/api/v1/messages/msg_none/cancel")).json).to.include({ code: "MESSAGE_UNKNOWN" });
  });
});
