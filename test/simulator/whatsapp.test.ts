import { expect } from "chai";
import { demoAccount } from "../../src/simulator/accounts.js";
import { type Bench, openBench } from "./bench.js";

const sender = "whatsapp:+15005550006";
const contact = "whatsapp:+16175551212";

describe("the simulator's WhatsApp", () => {
  let bench: Bench;
  let now: number;
  beforeEach(async () => {
    now = Date.UTC(2030, 0, 1);
    bench = await openBench({ now: () => new Date(now), deliveryDelaysMs: { queued: 0, sent: 0, delivered: 0 } });
  });
  afterEach(() => bench[Symbol.asyncDispose]());

  async function outcomeOf(change: Record<string, string>): Promise<readonly [string, number | null]> {
    const { status, body } = await bench.create({ From: sender, To: contact, ...change });
    expect(status).to.equal(201);
    await bench.simulator.settled();
    const message = bench.simulator.messages().find(({ sid }) => sid === body.sid);
    return [String(message?.status), message?.errorCode ?? null];
  }
  const json = (method: "PUT" | "POST", path: string, body: object) => bench.call(method, path, { json: body });

  it("takes free text for 24 hours after the contact wrote, and lets it fail with 63016 otherwise", async () => {
    expect(await outcomeOf({})).to.deep.equal(["failed", 63016]);
    bench.simulator.listenAt({ url: "http://127.0.0.1:9/none" });
    bench.simulator.write({ from: contact, body: "Hi" });
    now += 24 * 3_600_000 - 1;
    expect(await outcomeOf({})).to.deep.equal(["delivered", null]);
    now += 1;
    expect(await outcomeOf({})).to.deep.equal(["failed", 63016]);
  });

  it("ages a window when it is told", async () => {
    const window = (hoursAgo: number | null) =>
      json("PUT", "/simulator/whatsapp-window", { contact, hoursAgo, sender: "+15005550006" });
    expect((await window(23)).status).to.equal(200);
    expect(await outcomeOf({})).to.deep.equal(["delivered", null]);
    await window(25);
    expect(await outcomeOf({})).to.deep.equal(["failed", 63016]);
    await window(1);
    await window(null);
    expect(await outcomeOf({})).to.deep.equal(["failed", 63016]);
    expect((await json("PUT", "/simulator/whatsapp-window", { contact, hoursAgo: -1 })).status).to.equal(400);
  });

  it("shows an approved template with its values at any time, and one without approval in the window only", async () => {
    const { sid } = bench.simulator.addTemplate({ friendlyName: "hello", body: "Hello {{1}}!" });
    const template = { Body: "", ContentSid: sid, ContentVariables: '{"1":"Jane"}' };
    expect(await outcomeOf(template)).to.deep.equal(["delivered", null]);
    expect(bench.simulator.messages()[0]).to.include({ body: "Hello Jane!", contentSid: sid });
    bench.simulator.judgeTemplate({ name: "hello", status: "paused" });
    expect(await outcomeOf(template)).to.deep.equal(["failed", 63016]);
    bench.simulator.setLastWritten({ contact, hoursAgo: 1 });
    expect(await outcomeOf(template)).to.deep.equal(["delivered", null]);
  });

  describe("content templates", () => {
    const content = { friendly_name: "hello", language: "en", types: { "twilio/text": { body: "Hello {{1}}" } } };

    it("are made, submitted, judged, listed and deleted by Twilio's API and its own SDK's names", async () => {
      const made = await json("POST", "/v1/Content", content);
      expect(made.status).to.equal(201);
      expect(made.body).to.include({ friendly_name: "hello", account_sid: demoAccount.accountSid });
      const path = `/v1/Content/${made.body.sid}`;
      const submitted = await json("POST", `${path}/ApprovalRequests/whatsapp`, { name: "hello", category: "UTILITY" });
      expect(submitted.body).to.include({ status: "received", category: "UTILITY", content_type: "twilio/text" });
      await json("PUT", "/simulator/approval", { name: "hello", status: "rejected", rejectionReason: "TOO_LONG" });
      const { body: verdict } = await bench.call("GET", `${path}/ApprovalRequests`);
      expect(verdict.whatsapp).to.include({ type: "whatsapp", status: "rejected", rejection_reason: "TOO_LONG" });
      const page = await bench.sdk().content.v1.contentAndApprovals.list();
      expect(page.map(({ friendlyName, approvalRequests }) => [friendlyName, approvalRequests.status])).to.deep.equal([
        ["order_confirmation", "approved"],
        ["hello", "rejected"],
      ]);
      expect((await bench.call("DELETE", path)).status).to.equal(204);
      expect((await bench.call("GET", path)).body.code).to.equal(20404);
    });

    it("come in pages", async () => {
      bench.simulator.addTemplate({ friendlyName: "second", body: "Hi" });
      const first = await bench.call("GET", "/v1/Content?PageSize=1");
      const { meta } = first.body as { meta: { next_page_url: string } };
      expect(meta.next_page_url).to.equal("https://content.twilio.com/v1/Content?PageSize=1&Page=1&PageToken=PT1");
      const last = await bench.call("GET", "/v1/Content?PageSize=1&Page=1");
      expect(last.body).to.have.nested.property("contents[0].friendly_name", "second");
      expect(last.body).to.have.nested.property("meta.next_page_url", null);
    });

    it("are refused when they say nothing that Twilio could read", async () => {
      for (const [path, body, code] of [
        ["/v1/Content", { ...content, language: "" }, 20001],
        ["/v1/Content", { ...content, types: { text: {} } }, 20001],
        ["/v1/Content", { ...content, variables: [] }, 20001],
        [`/v1/Content/HX${"0".repeat(32)}/ApprovalRequests/whatsapp`, { name: "a", category: "UTILITY" }, 20404],
        [`/v1/Content/HX${"0".repeat(32)}/ApprovalRequests/whatsapp`, { name: "A b", category: "UTILITY" }, 20001],
        [`/v1/Content/HX${"0".repeat(32)}/ApprovalRequests/whatsapp`, { name: "a", category: "NEWS" }, 20001],
        ["/v1/ContentAndApprovals", content, 20004],
      ] as const) {
        expect((await json("POST", path, body)).body.code, JSON.stringify(body)).to.equal(code);
      }
      expect((await bench.call("POST", "/v1/Content", { form: {} })).body.code).to.equal(20001);
      expect((await json("PUT", "/simulator/approval", { name: "none", status: "approved" })).status).to.equal(400);
    });

    it("are shown to nobody without the account's token", async () => {
      const answer = await bench.call("GET", "/v1/Content", { headers: { authorization: "Basic QUMxOng=" } });
      expect(answer.status).to.be.oneOf([401, 404]);
    });
  });
});
