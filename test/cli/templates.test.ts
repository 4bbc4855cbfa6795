import { expect } from "chai";
import type { Json, JsonObject } from "../../src/core/json.js";
import { runCli, startScriptedServer } from "./parts.js";

const connection = "twilio-whatsapp/whatsapp";
const fetchedAt = "2026-01-02T03:04:05.000Z";

function template(name: string, state: string, more: JsonObject = {}): JsonObject {
  const approval = { state, category: "UTILITY", rejectionReason: more.reason ?? null };
  const text = { form: "twilio/text", body: "Hello {{1}}", variables: { "1": "Jane" }, language: "en" };
  return { id: "HX1", name, ...text, approval, opensConversations: more.opens ?? true };
}

function answering(items: Json[], more: JsonObject = {}) {
  return ({ path }: { path: string }) => {
    const body = path === "/api/v1/templates" ? { items: [{ connection }] } : { connection, fetchedAt, items, ...more };
    return { body };
  };
}

describe("twilio templates", () => {
  it("shows every template with its placeholders and what WhatsApp says about it", async () => {
    const items = [
      template("good", "approved"),
      template("reply", "approved", { opens: false }),
      template("bad", "rejected", { reason: "INVALID_FORMAT" }),
    ];
    await using server = await startScriptedServer(answering(items, { failure: null }));
    const { stdout, exitCode } = await runCli(["twilio", "templates"], { url: server.url, variables: { TZ: "UTC" } });
    expect(exitCode).to.equal(0);
    expect(stdout).to.include(`${connection}, as of 2026-01-02 03:04:05`);
    expect(stdout).to.match(/good +en +approved +1 +Hello \{\{1\}\}/);
    expect(stdout).to.match(/reply +en +approved, for replies only/);
    expect(stdout).to.match(/bad +en +rejected: INVALID_FORMAT/);
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      "GET /api/v1/templates",
      `GET /api/v1/connections/${connection}/templates`,
    ]);
  });

  it("fetches those of one connection first when it is told to", async () => {
    await using server = await startScriptedServer(answering([], { failure: null }));
    const { stdout } = await runCli(["twilio", "templates", connection, "--sync"], { url: server.url });
    expect(stdout).to.include("The account has no templates.");
    expect(server.seen[0]).to.include({ method: "POST", path: `/api/v1/connections/${connection}/templates/sync` });
  });

  it("says that they are not known yet, and why", async () => {
    const failure = { code: "ENDPOINT_UNREACHABLE", message: "Twilio could not be asked.", remedy: "Wait." };
    await using server = await startScriptedServer(answering([], { fetchedAt: null, failure }));
    const { stdout } = await runCli(["twilio", "templates"], { url: server.url });
    expect(stdout).to.include("not known yet: patchbay twilio templates --sync");
    expect(stdout).to.include("They could not be fetched: Twilio could not be asked. Wait.");
  });
});
