import { expect } from "chai";
import { PatchbayError } from "../../src/core/errors.js";
import { openTestApi, type TestApi } from "./open-test-api.js";
import { ACCOUNT_SID } from "./parts.js";

const path = "/compat/flowlink/send_sms";
const request = {
  request_id: "5519811a43454e16463a0100",
  parameters: { twilio_account_sid: ACCOUNT_SID, twilio_auth_token: "not-kept" },
  sms: { from: "+15005550006", phone: "+15005550010", message: "Welcome Joe!" },
};

describe("POST /compat/flowlink/send_sms", () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(() => api.close());

  const send = (body: unknown) => api.call("POST", path, { body });

  it("keeps the SMS as a record for the sending flow, without the credentials", async () => {
    const answer = await send(request);
    expect(answer.status).to.equal(200);
    expect(answer.headers)
      .to.have.property("content-type")
      .that.matches(/^application\/json/);
    expect(answer.json).to.deep.equal({
      request_id: request.request_id,
      summary: 'SMS "Welcome Joe!" accepted for +15005550010',
    });
    const record = await api.call("GET", `/api/v1/records/communication/Sms/flowlink-${request.request_id}`);
    expect(record.json).to.have.property("document").that.includes({ phone: "+15005550010", from: "+15005550006" });
    expect(record.text + api.logged.join("")).not.to.contain("not-kept");
  });

  it("sends nothing when a request is replayed", async () => {
    const first = await send(request);
    const second = await send(request);
    expect(second.json).to.deep.equal(first.json);
    expect(api.parts.accepts()).to.equal(1);
  });

  it("refuses a request_id that was used for another SMS, even when that was deleted", async () => {
    await send(request);
    const changed = await send({ ...request, sms: { ...request.sms, message: "Another" } });
    await api.call("DELETE", `/api/v1/records/communication/Sms/flowlink-${request.request_id}`);
    const deleted = await send(request);
    expect([changed.status, deleted.status]).to.deep.equal([422, 422]);
    expect(api.parts.accepts()).to.equal(1);
  });

  it("answers 406 without a body to what is not JSON", async () => {
    for (const body of ["", "request_id=1", "{"]) {
      const answer = await api.call("POST", path, { headers: { "content-type": "application/json" }, body });
      expect([answer.status, answer.text]).to.deep.equal([406, ""]);
    }
  });

  const invalid: [string, object, string][] = [
    ["sms", { ...request, sms: undefined }, "/sms is required"],
    ["sms.phone", { ...request, sms: { message: "Hi" } }, "/sms/phone is required"],
    ["sms.message", { ...request, sms: { phone: "+1", message: "" } }, "/sms/message must NOT have fewer"],
    ["parameters", { ...request, parameters: {} }, "/parameters/twilio_account_sid is required"],
    ["request_id", { ...request, request_id: 7 }, "/request_id must be string"],
  ];
  for (const [field, body, hint] of invalid) {
    it(`answers 422 and names ${field} when it is missing or wrong`, async () => {
      const answer = await send(body);
      expect(answer.status).to.equal(422);
      expect(answer.json).to.have.property("summary").that.contains(hint);
      expect(api.parts.accepts()).to.equal(0);
    });
  }

  it("refuses another account than the installed connection's", async () => {
    const answer = await send({ ...request, parameters: { twilio_account_sid: "AC9" } });
    expect(answer.status).to.equal(422);
    expect(answer.json).to.include({ request_id: request.request_id });
    expect(answer.text).to.contain("not the account of the installed Twilio connection");
  });

  it("names the flow to activate when nothing would send", async () => {
    await api.call("PATCH", "/api/v1/flows/twilio/send-sms-with-twilio", { body: { active: false } });
    const answer = await send(request);
    expect(answer.status).to.equal(422);
    expect(answer.text).to.contain("twilio/send-sms-with-twilio");
    expect(api.parts.accepts()).to.equal(0);
  });

  it("answers a failure in the same form", async () => {
    api.parts.failNext(new PatchbayError("STORE_UNAVAILABLE", "The disk is full"));
    const away = await send(request);
    api.parts.failNext(new Error("secret inside"));
    const broken = await send(request);
    expect(away.json).to.deep.equal({ request_id: request.request_id, summary: "The disk is full" });
    expect(away.headers).to.have.property("retry-after");
    expect(broken.status).to.equal(500);
    expect(broken.text).not.to.contain("secret inside");
  });

  it("greets and answers /auth as the original does", async () => {
    expect((await api.call("GET", "/compat/flowlink/")).text).to.equal("TwilioEndpoint ok");
    const auth = await api.call("GET", "/compat/flowlink/auth");
    expect([auth.status, auth.text]).to.deep.equal([200, ""]);
  });

  it("is not open to other sites' pages", async () => {
    const headers = { "content-type": "text/plain", origin: "https://evil.example.com" };
    expect((await api.call("POST", path, { headers, body: JSON.stringify(request) })).status).to.equal(403);
  });
});

describe("POST /compat/flowlink/send_sms with an API key", () => {
  it("needs it in X-Hub-Token, and answers 401 without a body else", async () => {
    const apiKey = "a-key-of-sixteen-or-more";
    const api = await openTestApi({ apiKey });
    try {
      const wrong = await api.call("POST", path, { headers: { "x-hub-token": "wrong" }, body: request });
      const right = await api.call("POST", path, { headers: { "x-hub-token": apiKey }, body: request });
      expect([wrong.status, wrong.text, right.status]).to.deep.equal([401, "", 200]);
    } finally {
      await api.close();
    }
  });
});
