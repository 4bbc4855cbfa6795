import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { DatabaseSync } from "@photostructure/sqlite";
import { expect } from "chai";
import { runCli } from "../../src/cli/cli.js";
import type { JsonObject } from "../../src/core/json.js";
import { openTestApp, sampleOrder, type TestApp } from "./parts.js";

async function patchbay(words: readonly string[], test: TestApp): Promise<{ code: number; text: string }> {
  const chunks: string[] = [];
  const out = () => new PassThrough().on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  const code = await runCli(words, {
    ...{ stdin: Readable.from([]), stdout: out(), stderr: out() },
    ...{ variables: { PATCHBAY_URL: test.url }, stop: new AbortController().signal },
  });
  return { code, text: chunks.join("") };
}

describe("the audit log", () => {
  let test: TestApp;
  beforeEach(async () => {
    test = await openTestApp();
    await test.setUp("twilio/send-sms-for-new-order");
  });
  afterEach(() => test.close());

  const entries = () => test.list("/api/v1/audit?limit=100");
  const acts = async () => (await entries()).map(({ action, outcome }) => `${action} ${outcome}`);

  it("has who did what to which thing from where, and nothing of a push", async () => {
    const order = await sampleOrder({ id: "R1" }, { phone: "+14155550132" });
    expect((await test.request("POST", "/api/v1/records/ecommerce/Order", order)).status).to.equal(201);
    await test.request("POST", "/api/v1/connections/twilio/twilio/deactivate", { by: "ann", reason: "secret reason" });
    const [newest, ...older] = await entries();
    expect(newest).to.deep.include({
      ...{ action: "deactivate-connection", target: { ns: "twilio", name: "twilio" }, facts: {}, outcome: "asked" },
      ...{ actor: { kind: "machine", id: "machine", role: "owner" }, address: "127.0.0.1", code: null },
    });
    expect(older.map(({ action }) => action)).to.deep.equal(["switch-flow", ...Array(3).fill("install-collection")]);
    expect(older[0]).to.deep.include({ facts: { active: true } });
    const installed = older.slice(1).map(({ target }) => (target as JsonObject).name);
    expect(installed).to.deep.equal(["twilio", "communication", "ecommerce"]);
    expect(JSON.stringify([newest, older])).not.to.match(/secret reason|4155550132/);
  });

  it("says of what was refused that it was, and why", async () => {
    await test.request("POST", "/api/v1/runs/run_01m80e2mqd620v9b7pnrm5qd5e/retry", {});
    expect((await acts()).slice(0, 2)).to.deep.equal(["retry-run refused", "retry-run asked"]);
    expect((await entries())[0]).to.include({ code: "RUN_UNKNOWN" });
  });

  it("has nothing of what changes nothing: checks, plans, trials", async () => {
    const before = await entries();
    const text = "name: empty\non: { manual: true }\nsteps: []\n";
    expect((await test.request("POST", "/api/v1/flows/check", { name: "local/empty", text })).status).to.equal(200);
    expect((await test.request("POST", "/api/v1/collections/twilio/uninstall/plan", {})).status).to.equal(200);
    expect(await entries()).to.deep.equal(before);
  });

  it("says who took much out at once, and hides who a contact is", async () => {
    await test.request("GET", "/api/v1/consent/export");
    await test.request("PATCH", "/api/v1/records/ecommerce/Order/ann@example.com", { status: "x" });
    const [refused, asked, exported] = await entries();
    expect([refused?.outcome, asked?.outcome, exported?.action]).to.deep.equal(["refused", "asked", "export-consent"]);
    const { key } = asked?.target as JsonObject;
    expect(key)
      .to.match(/^[0-9a-f]{32}$/)
      .and.equal((refused?.target as JsonObject).key);
  });

  it("is verified, exported, and shows what somebody has changed in the database", async () => {
    const intact = await patchbay(["audit", "verify"], test);
    expect(intact.code, intact.text).to.equal(0);
    const head = /aud_\d{15}:[0-9a-f]{64}/.exec(intact.text)?.[0] ?? "";
    expect((await patchbay(["audit", "verify", "--head", head], test)).code).to.equal(0);
    const exported = (await patchbay(["audit", "export"], test)).text.trim().split("\n");
    expect(exported.map((line) => (JSON.parse(line) as JsonObject).id)).to.have.lengthOf((await entries()).length);
    expect((await patchbay(["audit", "list"], test)).text).to.include("switch-flow active=true");
    const database = new DatabaseSync(join(test.folder, "patchbay.db"));
    database.exec("UPDATE audit_entries SET actor_id = 'somebody' WHERE id = 'aud_000000000000002'");
    database.close();
    const broken = await patchbay(["audit", "verify"], test);
    expect(broken.code).to.equal(1);
    expect(broken.text).to.include("The chain is broken at aud_000000000000002: it is not as it was written.");
  });

  it("can be made shorter, and is verified from there", async () => {
    const before = (await entries()).length;
    const trimmed = await patchbay(["audit", "trim", "--before", "2100-01-01T00:00:00Z"], test);
    expect(trimmed.text, trimmed.text).to.include(`Taken away: ${before}.`);
    const verified = await patchbay(["audit", "verify"], test);
    expect(verified.text).to.include("taken away in order").and.include("intact: 1 entry");
  });
});
