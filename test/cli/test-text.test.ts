import { expect } from "chai";
import { runCli, startScriptedServer } from "./parts.js";

const path = "/api/v1/connections/twilio/twilio/test-text";
const preview = {
  ...{ flow: "patchbay/test-text", channel: "sms", to: "+16175550123", sender: "+15005550006", body: "Hello" },
  ...{ segments: 1, instead: null, obstacles: ["the connection twilio/twilio is switched off"] },
};

/** Runs `connection test-text` against a server that takes everything. */
async function testText(...words: string[]) {
  await using server = await startScriptedServer((request) =>
    request.path.endsWith("/preview") ? { body: preview } : { status: 202, body: { runId: "run_1", eventId: "evt_1" } },
  );
  const all = ["connection", "test-text", "twilio/twilio", "+16175550123", ...words];
  const finished = await runCli(all, { url: server.url });
  return {
    ...finished,
    paths: server.seen.map((request) => request.path),
    bodies: server.seen.map(({ body }) => body),
  };
}

describe("connection test-text", () => {
  it("shows what is sent, by whom and what is in its way, then sends it and names its run", async () => {
    const { exitCode, stdout, stderr, paths, bodies } = await testText("--text", "Hello", "--yes");
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.include("To +16175550123 from +15005550006:").and.include("Hello");
    expect(stdout).to.include("In its way: the connection twilio/twilio is switched off");
    expect(stdout).to.include("patchbay runs show run_1");
    expect(paths).to.deep.equal([`${path}/preview`, path]);
    expect(bodies).to.deep.equal([
      { to: "+16175550123", text: "Hello" },
      { to: "+16175550123", text: "Hello" },
    ]);
  });

  it("sends nothing where nobody is there to say yes", async () => {
    const { exitCode, stderr, paths } = await testText();
    expect(exitCode).to.not.equal(0);
    expect(stderr).to.include("--yes");
    expect(paths).to.deep.equal([`${path}/preview`]);
  });
});
