import { expect } from "chai";
import { pageAnswer, problemAnswer, runCli, startScriptedServer } from "./parts.js";

const at = "2026-01-02T03:04:05.000Z";
const utc = { TZ: "UTC" };
const conversation = {
  id: "cnv_1",
  channel: "sms",
  contact: "+12135550142",
  state: "open",
  beginsAt: at,
  openedAt: at,
  lastReceivedAt: at,
  lastReceivedId: "rcv_1",
  updatedAt: at,
  closedAt: null,
};
const sent = {
  ...{ createdAt: at, flow: "twilio/confirm-order-by-reply", status: "delivered", errorCode: null },
  ...{ body: "YES or NO?", media: [] },
};
const received = {
  ...{ receivedAt: at, contact: "+12135550142", body: "Yes\u001b[2J!", optOut: null },
  media: [{ url: "https://x.example/1", contentType: null }],
};
const stop = { ...received, body: "STOP", optOut: "stop", media: [] };

describe("conversations", () => {
  it("list shows who wrote last, and asks for what it is told to", async () => {
    await using server = await startScriptedServer(() => pageAnswer([conversation]));
    const words = ["conversations", "list", "--state", "open", "--channel", "sms", "--contact", "+12135550142"];
    const { stdout, exitCode } = await runCli(words, { url: server.url, variables: utc });
    expect(exitCode).to.equal(0);
    expect(stdout).to.match(/cnv_1 +2026-01-02 03:04:05 +open +sms +\+12135550142/);
    expect(server.seen[0]?.path).to.contain("state=open").and.to.contain("channel=sms");
    expect(server.seen[0]?.path).to.contain("contact=%2B12135550142");
  });

  it("list says when there are none", async () => {
    await using server = await startScriptedServer(() => pageAnswer([]));
    const { stdout } = await runCli(["conversations", "list"], { url: server.url });
    expect(stdout).to.include("There are no such conversations.");
  });

  it("show prints what was written to and fro, oldest first and harmless", async () => {
    const messages = [
      { direction: "in", received: stop, sent: null },
      { direction: "in", received, sent: null },
      { direction: "out", received: null, sent },
    ];
    await using server = await startScriptedServer(({ path }) =>
      path.includes("/messages") ? pageAnswer(messages) : { body: conversation },
    );
    const { stdout } = await runCli(["conversations", "show", "cnv_1"], { url: server.url, variables: utc });
    const lines = stdout.split("\n").filter((line) => line.startsWith("2026-01-02"));
    expect(lines.map((line) => line.replace(/ +/g, " ").trim())).to.deep.equal([
      "2026-01-02 03:04:05 twilio/confirm-order-by-reply delivered YES or NO?",
      "2026-01-02 03:04:05 +12135550142 received Yes [2J! [1 media]",
      "2026-01-02 03:04:05 +12135550142 asks to stop STOP",
    ]);
    const json = await runCli(["conversations", "show", "cnv_1", "--json"], { url: server.url });
    expect(JSON.parse(json.stdout).messages).to.have.lengthOf(3);
  });

  it("close and reopen move one", async () => {
    await using server = await startScriptedServer(({ path }) => ({
      body: { ...conversation, state: path.endsWith("close") ? "closed" : "open" },
    }));
    for (const [verb, state] of [
      ["close", "closed"],
      ["reopen", "open"],
    ]) {
      const { stdout } = await runCli(["conversations", verb ?? "", "cnv_1"], { url: server.url });
      expect(stdout).to.include(`The conversation with +12135550142 is ${state}.`);
    }
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      "POST /api/v1/conversations/cnv_1/close",
      "POST /api/v1/conversations/cnv_1/reopen",
    ]);
  });

  it("says what the server says of one that there is not", async () => {
    const problem = { code: "CONVERSATION_UNKNOWN", detail: "There is no conversation cnv_9" };
    await using server = await startScriptedServer(() => problemAnswer(404, problem));
    const { stderr, exitCode } = await runCli(["conversations", "close", "cnv_9"], { url: server.url });
    expect(exitCode).not.to.equal(0);
    expect(stderr).to.include("There is no conversation cnv_9");
  });
});
