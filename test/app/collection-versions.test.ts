import { expect } from "chai";
import { readCollectionFolder } from "../../src/collections/read-folder.js";
import { packagePath } from "../../src/config/package-root.js";
import type { JsonObject } from "../../src/core/json.js";
import { type Answer, openTestApp, sampleOrder, type TestApp } from "./parts.js";

const flow = "twilio/confirm-order-by-reply";
const customer = "+14155550132";

describe("versions of a collection, through a whole Patchbay", () => {
  let test: TestApp;
  beforeEach(async () => {
    test = await openTestApp();
    await test.setUp(flow);
    const [installed] = (await test.list("/api/v1/collections")).filter(({ name }) => name === "twilio");
    const webhooks = (installed?.installed as JsonObject).webhooks as JsonObject[];
    test.simulator.listenAt({ url: String(webhooks.find(({ key }) => key === "inbound")?.url) });
  });
  afterEach(() => test.close());

  const post = (path: string, body: object = {}) => test.request("POST", `/api/v1/collections/${path}`, body);

  async function perform(path: string, body: object = {}): Promise<Answer> {
    const plan = await post(`${path}/plan`, body);
    expect(plan.status, JSON.stringify(plan.body)).to.equal(200);
    const done = await post(path, { ...body, planHash: plan.body.hash });
    expect(done.status, JSON.stringify(done.body)).to.equal(200);
    return plan;
  }
  async function order(id: string, phone: string): Promise<void> {
    const document = await sampleOrder({ id, status: "complete" }, { phone, firstname: "Ann" });
    expect((await test.request("POST", "/api/v1/records/ecommerce/Order", document)).status).to.equal(201);
    await statusOf(id, "waiting");
  }
  function statusOf(id: string, status: string): Promise<JsonObject[]> {
    return test.until(
      () => test.list(`/api/v1/runs?dataType=ecommerce/Order&key=${id}&flow=${flow}`),
      ([run]) => run?.status === status && (status !== "waiting" || (run.wait as JsonObject).kind === "awaited"),
    );
  }
  function texts(to: string): string[] {
    return test.simulator.messages().flatMap((message) => (message.to === to ? [message.body] : []));
  }

  it("a run ends as it began, though its flow was upgraded and rolled back meanwhile", async () => {
    await order("R1", customer);
    const files = { ...(await readCollectionFolder(packagePath("collections/twilio"))) };
    const path = "flows/confirm-order-by-reply.flow.yaml";
    files[path] = files[path]?.replace("Thank you! Your order", "Merci! Your order") ?? "";
    files["collection.yaml"] = files["collection.yaml"]?.replace("version: 1.0.0", "version: 1.1.0") ?? "";
    const upgraded = await perform("twilio/upgrade", { files, from: "./twilio" });
    expect(JSON.stringify(upgraded.body.starts)).to.include("SWITCHED ON and would change at once");
    const other = "+14155550133";
    await order("R2", other);
    const back = await perform("twilio/rollback");
    expect(back.body.collections).to.have.nested.property("[0].action", "downgrade");
    test.simulator.write({ from: customer, body: "Yes" });
    test.simulator.write({ from: other, body: "Yes" });
    await statusOf("R1", "succeeded");
    await statusOf("R2", "succeeded");
    expect(texts(customer).at(-1)).to.equal("Thank you! Your order R1 is confirmed.");
    expect(texts(other).at(-1)).to.equal("Merci! Your order R2 is confirmed.");
  });

  it("what a collection has done can be read after it is gone, and it does not go before its runs have ended", async () => {
    await order("R1", customer);
    const refused = await post("twilio/uninstall/plan");
    expect(refused.body).to.include({ code: "COLLECTION_IN_USE", detail: "1 run of flows of twilio is not finished" });
    test.simulator.write({ from: customer, body: "Yes" });
    await statusOf("R1", "succeeded");
    await perform("twilio/uninstall");
    await perform("ecommerce/uninstall");
    expect(await test.list("/api/v1/messages")).to.have.lengthOf(2);
    expect((await test.list("/api/v1/records/ecommerce/Order")).map(({ key }) => key)).to.deep.equal(["R1"]);
    expect(await test.list(`/api/v1/runs?flow=${flow}`)).to.have.lengthOf(1);
    const { entries } = (await test.request("GET", "/api/v1/timeline?order=R1&dataType=ecommerce/Order")).body;
    expect(entries).to.be.an("array").that.is.not.empty;
  });
});
