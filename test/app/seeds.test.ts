import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import type { JsonObject } from "../../src/core/json.js";
import { openTestApp, sampleOrder, type TestApp } from "./parts.js";

const customer = "+14155550132";

describe("the flows of docs/twilio.md, run", () => {
  let flowsFolder: string;
  let test: TestApp;

  before(async () => {
    flowsFolder = await mkdtemp(join(tmpdir(), "patchbay-seeds-"));
    const text = await readFile(packagePath("docs/twilio.md"), "utf8");
    const files = [...text.matchAll(/<!-- file: flows\/(\S+) -->\n```yaml\n([\s\S]*?)```/g)];
    for (const [, name = "", body = ""] of files) await writeFile(join(flowsFolder, name), body);
    test = await openTestApp({ FLOWS_FOLDER: flowsFolder });
    await test.setUp();
    const { accountSid, authToken, url } = test.simulator;
    const parameters = { accountSid, authToken, from: "whatsapp:+15005550006", apiUrl: url };
    await must("POST", "/api/v1/collections/install", { name: "twilio-whatsapp", parameters });
    for (const [, name = ""] of files) {
      await must("PATCH", `/api/v1/flows/local/${name.replace(".flow.yaml", "")}`, { active: true });
    }
    const installed = (await test.list("/api/v1/collections")).find(({ name }) => name === "twilio")?.installed;
    const inbound = ((installed as JsonObject).webhooks as JsonObject[]).find(({ key }) => key === "inbound");
    test.simulator.listenAt({ url: String(inbound?.url) });
  });
  after(async () => {
    await test.close();
    await rm(flowsFolder, { recursive: true });
  });

  async function must(method: string, path: string, body: JsonObject): Promise<void> {
    const answer = await test.request(method, path, body);
    expect(answer.status, JSON.stringify(answer.body)).to.be.below(300);
  }
  const start = (flow: string, payload: JsonObject) => must("POST", `/api/v1/flows/local/${flow}/run`, { payload });
  const runOf = async (flow: string, count = 1): Promise<JsonObject> => {
    const [run] = await test.until(
      () => test.list(`/api/v1/runs?flow=local/${flow}`),
      (runs) => runs.length === count && runs[0]?.status !== "running" && runs[0]?.status !== "waiting",
    );
    return run ?? {};
  };
  const told = async (flow: string): Promise<string[]> =>
    (await test.list("/api/v1/notifications"))
      .filter((notification) => notification.flow === `local/${flow}` && notification.level !== "info")
      .map(({ title, cause }) => `${title}: ${cause}`);
  const texts = () => test.simulator.messages().map(({ to, body }) => `${to} ${body}`);

  it("Cenit's: an order from the web is texted, another one is not", async () => {
    for (const [id, channel] of [
      ["R1", "web"],
      ["R2", "till"],
    ] as const)
      await must("POST", "/api/v1/records/ecommerce/Order", await sampleOrder({ id, channel }, { phone: customer }));
    expect(await runOf("new-web-order")).to.include({ status: "succeeded" });
    expect(texts()).to.deep.equal([`${customer} Order ID R1 status complete!`]);
  });

  it("Swrve's: a booking is confirmed, and what does not arrive is told", async () => {
    await start("booking-confirmed", { phone: "+15005553003", text: "Friday, 7 pm." });
    expect(await runOf("booking-not-delivered")).to.include({ status: "succeeded" });
    expect(texts()).to.include("+15005553003 Friday, 7 pm.");
    expect((await told("booking-not-delivered")).join()).to.match(
      /^The booking confirmation for \+15005553003 did not arrive: The phone could not be reached/,
    );
  });

  it("Oro's and EspoCRM's: what a customer writes is told to whom it concerns, and answered in the same conversation", async () => {
    test.simulator.write({ from: customer, body: "Where is it?" });
    await runOf("customer-wrote");
    await runOf("by-number");
    expect(await told("customer-wrote")).to.deep.equal([`${customer} wrote about R1: Where is it?`]);
    expect(await told("by-number")).to.deep.equal([`${customer} wrote to +15005550006: Where is it?`]);
    await start("answer-customer", { contact: customer, text: "It leaves tomorrow." });
    expect(await runOf("answer-customer")).to.include({ status: "succeeded" });
    const [conversation] = await test.list("/api/v1/conversations");
    const messages = await test.list(`/api/v1/conversations/${conversation?.id}/messages`);
    expect(messages.map(({ direction }) => direction)).to.deep.equal(["out", "in", "out"]);
    test.simulator.write({ from: "+14844608117", body: "Buy!" });
    test.simulator.write({ from: customer, body: "STOP", optOutType: "STOP" });
    expect(await runOf("unsubscribed")).to.include({ status: "succeeded" });
    expect(await told("unsubscribed")).to.have.lengthOf(1);
    await test.until(
      () => test.list("/api/v1/events?kind=message.received"),
      (events) => events.length === 3,
    );
    await runOf("customer-wrote", 2);
    expect(await told("by-number")).to.have.lengthOf(1);
  });

  it("Deskie's: an answer is the template outside the window, and the text with a link to a large file inside", async () => {
    const answer = { contact: "+12135550142", name: "Jane", text: "Here it is.", sizes: [20_000_000] };
    const files = ["https://files.example/plan.pdf"];
    await start("answer-by-whatsapp", { ...answer, files });
    expect((await runOf("answer-by-whatsapp")).failure).to.include({ code: "TEMPLATE_UNKNOWN" });
    const body = "Hello {{1}}, we have an answer for you. May we send it?";
    test.simulator.addTemplate({ friendlyName: "we_have_an_answer", body });
    await must("POST", "/api/v1/connections/twilio-whatsapp/whatsapp/templates/sync", {});
    await start("answer-by-whatsapp", { ...answer, files });
    expect(await runOf("answer-by-whatsapp", 2)).to.include({ status: "succeeded" });
    test.simulator.write({ from: "whatsapp:+12135550142", body: "Please do" });
    await test.simulator.settled();
    await start("answer-by-whatsapp", { ...answer, files });
    expect(await runOf("answer-by-whatsapp", 3)).to.include({ status: "succeeded" });
    expect(texts().slice(-2)).to.deep.equal([
      "whatsapp:+12135550142 Hello Jane, we have an answer for you. May we send it?",
      "whatsapp:+12135550142 Here it is.\nhttps://files.example/plan.pdf",
    ]);
  });
});
