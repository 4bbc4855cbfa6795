import { expect } from "chai";
import { openTestApi, type TestApi } from "./open-test-api.js";

describe("Connections in the API", () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(() => api.close());

  const path = "/api/v1/connections/twilio/twilio";

  it("lists them with nothing found while nobody has looked", async () => {
    const { status, json } = await api.call("GET", "/api/v1/connections");
    expect(status).to.equal(200);
    expect(json).to.have.nested.property("items[0].name", "twilio/twilio");
    expect(json).to.deep.include({ next: null });
    expect(json).to.have.nested.property("items[0].health", null);
    expect(json).to.have.nested.property("items[0].active", true);
  });

  it("keeps what a check found, and shows it without asking again", async () => {
    const checked = await api.call("POST", `${path}/check`);
    expect(checked.json).to.have.nested.property("concerns[0].remedy", "Upgrade");
    expect((await api.call("GET", path)).json).to.deep.equal(checked.json);
    expect((await api.call("GET", "/api/v1/connections")).json).to.have.nested.property("items[0].health", "warnings");
  });

  it("names the connections that there are when one is asked for that there is not", async () => {
    const { status, json } = await api.call("GET", "/api/v1/connections/twilio/other");
    expect(status).to.equal(404);
    expect(json).to.include({ code: "CONNECTION_UNKNOWN" });
    expect(json).to.have.property("detail").that.includes("twilio/twilio");
  });

  it("lists what can be called by one, page by page", async () => {
    const { status, json } = await api.call("GET", `${path}/endpoints?limit=1`);
    expect(status).to.equal(200);
    expect(json)
      .to.have.nested.property("items[0].name")
      .that.matches(/^twilio\//);
    expect(json).to.have.nested.property("items[0].own", false);
    expect(json).to.have.nested.property("items[0].payload.type", "object");
    expect((await api.call("GET", "/api/v1/connections/twilio/other/endpoints")).status).to.equal(404);
  });

  it("carries out the plan that was looked at, and no other", async () => {
    const { json: plan } = await api.call("GET", `${path}/webhooks?senders=%2B15005550006`);
    expect(plan).to.have.nested.property("senders[0].items[0].action", "create");
    const applied = await api.call("POST", `${path}/webhooks/apply`, { body: { hash: "h1" } });
    expect(applied.json).to.have.nested.property("senders[0].outcome", "entered");
    const other = await api.call("POST", `${path}/webhooks/apply`, { body: { hash: "h0" } });
    expect(other.status).to.equal(409);
    expect(other.json).to.include({ code: "WEBHOOK_PLAN_CHANGED" });
  });

  it("refuses a sender that the account does not have", async () => {
    const { status, json } = await api.call("GET", `${path}/webhooks?senders=%2B15005550099`);
    expect(status).to.equal(422);
    expect(json).to.include({ code: "SENDER_UNKNOWN" });
  });

  it("switches one off and on again, and says who did it and why", async () => {
    const body = { by: "ann", reason: "wrong texts" };
    const off = await api.call("POST", `${path}/deactivate`, { body });
    expect(off.json).to.include({ active: false });
    expect(off.json).to.have.nested.property("deactivated.by", "ann");
    expect(off.json).to.have.nested.property("deactivated.reason", "wrong texts");
    const again = await api.call("POST", `${path}/deactivate`, { body: { by: "bob" } });
    expect(again.json).to.have.nested.property("deactivated.by", "ann");
    expect((await api.call("POST", `${path}/activate`)).json).to.include({ active: true, deactivated: null });
    const titles = api.parts.alongside.map((change) => "notification" in change && change.notification.title);
    expect(titles).to.deep.equal(["twilio/twilio was deactivated by ann: wrong texts", "twilio/twilio was activated"]);
  });
});
