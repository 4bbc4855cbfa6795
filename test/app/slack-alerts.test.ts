import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { answer, type ScriptedServer, startScriptedServer } from "../http/scripted-server.js";
import { openTestApp, sampleOrder, type TestApp } from "./parts.js";

describe("alerts in Slack", () => {
  let test: TestApp;
  let slack: ScriptedServer;

  beforeEach(async () => {
    slack = await startScriptedServer(answer(200, "ok", { "content-type": "text/html" }));
    test = await openTestApp({ OUTBOUND_ALLOW: "127.0.0.1" });
    await test.setUp("twilio/send-sms-for-new-order");
  });
  afterEach(async () => {
    await test.close();
    await slack.close();
  });

  async function must(method: string, path: string, body: JsonObject): Promise<void> {
    const { status, body: said } = await test.request(method, path, body);
    expect(status, JSON.stringify(said)).to.be.below(300);
  }
  async function installAlerts(parameters: JsonObject = {}): Promise<void> {
    const webhookUrl = `${slack.url}/services/T0/B0/very-secret`;
    const given = { webhookUrl, allowedHosts: ["127.0.0.1"], ...parameters };
    await must("POST", "/api/v1/collections/install", { name: "slack-alerts", parameters: given });
    await must("PATCH", "/api/v1/flows/slack-alerts/alert", { active: true });
  }
  const pushWithoutPhone = async (id: string): Promise<void> =>
    must("POST", "/api/v1/records/ecommerce/Order", await sampleOrder({ id }, { phone: "12" }));
  const alertRuns = (status: string) =>
    test.until(
      () => test.list("/api/v1/runs?flow=slack-alerts/alert"),
      (runs) => runs.length > 0 && runs.every((run) => run.status === status),
    );
  const failedOrders = (count: number) =>
    test.until(
      () => test.list("/api/v1/runs?flow=twilio/send-sms-for-new-order&status=failed"),
      (runs) => runs.length === count,
    );

  it("posts one message for an issue, with cause, remedy and links", async () => {
    await installAlerts({ patchbayUrl: "https://patchbay.example/" });
    await pushWithoutPhone("R1");
    await alertRuns("succeeded");
    await pushWithoutPhone("R2");
    await failedOrders(2);
    expect(slack.seen).to.have.lengthOf(1);
    const { path, body, headers } = slack.seen[0]!;
    expect(path).to.equal("/services/T0/B0/very-secret");
    expect(headers["content-type"]).to.equal("application/json");
    const { text, blocks } = JSON.parse(body);
    expect(text).to.match(/^Error: /);
    expect(blocks[0].text.text).to.include(":red_circle: *").and.include("\n_What to do:_ ");
    expect(blocks[1].elements[0].text)
      .to.include(
        "flow twilio/send-sms-for-new-order · ecommerce/Order R1 · PHONE_INVALID · <https://patchbay.example/runs/run_",
      )
      .and.include("|run> · <https://patchbay.example/notifications|notifications>");
  });

  it("keeps the webhook's address to itself", async () => {
    await installAlerts();
    await pushWithoutPhone("R1");
    const [run] = await alertRuns("succeeded");
    const shown = await test.request("GET", `/api/v1/runs/${run?.id}`);
    const listed = await test.request("GET", "/api/v1/collections");
    expect(JSON.stringify([shown.body, listed.body])).not.to.include("very-secret");
  });

  it("makes no other alert of an alert that is refused", async () => {
    slack.script = answer(404, "no_service", { "content-type": "text/plain" });
    await installAlerts();
    await pushWithoutPhone("R1");
    const [run] = await alertRuns("failed");
    const notices = await test.list("/api/v1/notifications?flow=slack-alerts/alert");
    expect(notices).to.have.lengthOf(1);
    expect(notices[0]).to.include({ level: "error", code: "ENDPOINT_REFUSED", runId: run?.id });
    expect(notices[0]?.title ?? notices[0]?.cause).to.be.a("string");
    expect(JSON.stringify(notices[0])).to.include("no_service (HTTP 404)").and.not.include("very-secret");
    await pushWithoutPhone("R2");
    await failedOrders(2);
    expect(await test.list("/api/v1/runs?flow=slack-alerts/alert")).to.have.lengthOf(1);
    expect(slack.seen).to.have.lengthOf(1);
  });

  it("posts again what may not have arrived", async () => {
    let calls = 0;
    slack.script = (response, seen) => {
      calls += 1;
      if (calls === 1) response.destroy();
      else answer(200, "ok", { "content-type": "text/html" })(response, seen);
    };
    await installAlerts();
    await pushWithoutPhone("R1");
    await alertRuns("succeeded");
    expect(slack.seen).to.have.lengthOf(2);
    expect(slack.seen[1]?.body).to.equal(slack.seen[0]?.body);
  });

  it("does not take a webhook that is not Slack's", async () => {
    const parameters = { webhookUrl: "https://hooks.slack.com.evil.example/very-secret" };
    const { status, body } = await test.request("POST", "/api/v1/collections/install", {
      name: "slack-alerts",
      parameters,
    });
    expect(status).to.equal(422);
    expect(JSON.stringify(body)).to.include("which is not among /allowedHosts").and.not.include("very-secret");
  });
});
