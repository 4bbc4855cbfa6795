import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { openTestApp, sampleOrder, type TestApp } from "./parts.js";

const sender = "+15005550006";
const customer = "+12135550142";

describe("WhatsApp from end to end", () => {
  let test: TestApp;

  beforeEach(async () => {
    test = await openTestApp();
    await install();
  });
  afterEach(() => test.close());

  async function install(parameters: JsonObject = {}): Promise<void> {
    const { accountSid, authToken, url } = test.simulator;
    const given = { accountSid, authToken, from: `whatsapp:${sender}`, apiUrl: url, ...parameters };
    await must("POST", "/api/v1/collections/install", { name: "ecommerce", parameters: {} });
    await must("POST", "/api/v1/collections/install", { name: "twilio-whatsapp", parameters: given });
    for (const flow of ["confirm-order", "answer-reply"]) {
      await must("PATCH", `/api/v1/flows/twilio-whatsapp/${flow}`, { active: true });
    }
    const collections = await test.list("/api/v1/collections");
    const own = collections.find(({ name }) => name === "twilio-whatsapp")?.installed as JsonObject;
    const inbound = (own.webhooks as JsonObject[]).find(({ key }) => key === "inbound");
    test.simulator.listenAt({ url: String(inbound?.url) });
  }

  async function must(method: string, path: string, body: JsonObject): Promise<JsonObject> {
    const answer = await test.request(method, path, body);
    expect(answer.status, JSON.stringify(answer.body)).to.be.below(300);
    return answer.body;
  }

  const push = async (id: string): Promise<void> => {
    const order = await sampleOrder({ id }, { phone: customer, firstname: "Jane" });
    await must("POST", "/api/v1/records/ecommerce/Order", order);
  };
  const runOf = async (key: string): Promise<JsonObject> => {
    const path = `/api/v1/runs?dataType=ecommerce%2FOrder&key=${key}`;
    const [run] = await test.until(
      () => test.list(path),
      ([first]) => first?.status === "succeeded" || first?.status === "failed",
    );
    return (await test.request("GET", `/api/v1/runs/${run?.id}`)).body;
  };
  const sent = (): readonly [string, string | null][] =>
    test.simulator.messages().map(({ body, contentSid }) => [body, contentSid === null ? null : "template"]);

  it("sends the template until the customer writes, and free text from then on", async () => {
    await push("R1");
    const first = await runOf("R1");
    expect(first.status, JSON.stringify(first.failure)).to.equal("succeeded");
    test.simulator.write({ from: `whatsapp:${customer}`, body: "When does it come?" });
    await test.until(
      async () => sent(),
      (messages) => messages.length === 2,
    );
    await push("R2");
    await runOf("R2");
    expect(sent()).to.deep.equal([
      ["Hello Jane, thank you for your order R1. Answer this message if you have a question.", "template"],
      ["Thank you for your message! We look at it and answer here.", null],
      ["Hey Jane! Your order R2 has been received. Is anything unclear? Just answer here.", null],
    ]);
    await test.simulator.settled();
    expect(test.simulator.messages().map(({ status }) => status)).to.deep.equal([
      "delivered",
      "delivered",
      "delivered",
    ]);
    const [effect] = first.effects as JsonObject[];
    expect(effect?.picked).to.include({ which: "outside" });
    const { title } = (await test.list("/api/v1/notifications")).find(({ runId }) => runId === first.id) ?? {};
    expect(title).to.match(/WhatsApp to \+12135550142 queued \(template order_confirmation \(en\), because .* has not/);
    const timeline = (await test.request("GET", "/api/v1/timeline?order=R2")).body.entries as JsonObject[];
    expect(timeline.map((entry) => String(entry.title)).join("\n")).to.match(
      /twilio\/send-message was called for \+12135550142: free text, because \+12135550142 wrote at/,
    );
  });

  it("says which template is wrong, and fetches the list anew when asked", async () => {
    await push("R1");
    await runOf("R1");
    test.simulator.judgeTemplate({ name: "order_confirmation", status: "rejected", rejectionReason: "INVALID_FORMAT" });
    const templates = "/api/v1/connections/twilio-whatsapp/whatsapp/templates";
    const { items } = await must("POST", `${templates}/sync`, {});
    expect((items as JsonObject[])[0]?.approval).to.include({ state: "rejected", rejectionReason: "INVALID_FORMAT" });
    await push("R2");
    expect((await runOf("R2")).failure).to.include({ code: "TEMPLATE_NOT_APPROVED" });
    expect(sent()).to.have.lengthOf(1);
    const lists = (await test.request("GET", "/api/v1/templates")).body.items ?? [];
    expect(lists.map(({ connection }) => connection)).to.deep.equal(["twilio-whatsapp/whatsapp"]);
    expect((await test.request("GET", "/api/v1/connections/no/one/templates")).status).to.equal(404);
  });
});
