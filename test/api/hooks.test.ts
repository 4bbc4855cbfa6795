import { expect } from "chai";
import { hookUrl } from "../../src/core/webhook-url.js";
import { openTestApi, type TestApi } from "./open-test-api.js";
import { HOOK_SECRET } from "./parts.js";

const path = `/hooks/twilio/twilio/twilio/${HOOK_SECRET}/status`;
const form = "application/x-www-form-urlencoded";
const signed = {
  headers: { "content-type": form, "x-twilio-signature": "right" },
  body: "MessageStatus=delivered&To=%2B1",
};

describe("POST /hooks", () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi({ apiKey: "a-key-of-sixteen-or-more" });
  });
  afterEach(() => api.close());

  it("hands the raw body and the public URL to the connection and its reports to the engine", async () => {
    const answer = await api.call("POST", `${path}?effect=eff_1`, {
      ...signed,
      headers: { ...signed.headers, host: "10.0.0.7" },
    });
    expect(answer.status).to.equal(204);
    const [request] = api.parts.received;
    expect(request?.url).to.equal(`https://patchbay.example.com${path}?effect=eff_1`);
    expect(Buffer.from(request?.body ?? []).toString()).to.equal(signed.body);
    expect(request?.headers).to.include({ "content-type": form });
    expect(api.parts.reports).to.have.lengthOf(1);
  });

  it("takes an address that is spelled otherwise for the same", async () => {
    const spelled = path.replace("/status", "/%73tatus");
    expect((await api.call("POST", spelled, signed)).status).to.equal(204);
    expect(api.parts.received[0]?.url).to.equal(`https://patchbay.example.com${spelled}`);
  });

  it("answers at the address that hookUrl gives", async () => {
    const connection = api.parts.installer.catalog().connection("twilio/twilio")!;
    expect(hookUrl("https://patchbay.example.com", connection, "status")).to.equal(
      `https://patchbay.example.com${path}`,
    );
  });

  it("answers 404 alike for a wrong secret, connection, connector or webhook", async () => {
    const wrong = [
      "/hooks/twilio/twilio/twilio/wrong/status",
      `/hooks/twilio/twilio/other/${HOOK_SECRET}/status`,
      `/hooks/http/twilio/twilio/${HOOK_SECRET}/status`,
      `/hooks/twilio/twilio/twilio/${HOOK_SECRET}/other`,
    ];
    for (const address of wrong) {
      const answer = await api.call("POST", address, signed);
      expect(answer.status, address).to.equal(404);
      expect(answer.json).to.include({ code: "WEBHOOK_UNKNOWN" });
    }
    expect(api.parts.reports).to.be.empty;
  });

  it("answers 403 to a request the vendor did not sign", async () => {
    const answer = await api.call("POST", path, { ...signed, headers: { "content-type": form } });
    expect(answer.status).to.equal(403);
    expect(api.parts.reports).to.be.empty;
    expect(api.parts.memory.refused).to.deep.equal(["twilio/twilio SIGNATURE_INVALID"]);
  });

  it("refuses a request while the store is away, too", async () => {
    api.parts.setStoreAvailable(false);
    const answer = await api.call("POST", path, { ...signed, headers: { "content-type": form } });
    expect(answer.status).to.equal(403);
    expect(api.logged.join("")).to.contain("could not be told");
  });

  it("answers 503 while the store is away, so that the vendor reports again", async () => {
    api.parts.setStoreAvailable(false);
    expect((await api.call("POST", path, signed)).status).to.equal(503);
  });

  it("refuses a body over the limit", async () => {
    expect((await api.call("POST", path, { ...signed, body: "x".repeat(30_000) })).status).to.equal(413);
  });

  it("keeps the secret out of the log", async () => {
    await api.call("POST", path, signed);
    expect(api.logged.join("")).to.contain("/hooks/{connector}");
    expect(api.logged.join("")).not.to.contain(HOOK_SECRET);
  });
});
