import { expect } from "chai";
import { createClient } from "../../src/cli/client.js";
import type { CommandContext } from "../../src/cli/context.js";
import { replayEvent } from "../../src/cli/event/replay-event.js";
import { describeCalls, textWords } from "../../src/cli/operation/preview-words.js";
import { toInstant } from "../../src/cli/span-options.js";
import { readConfig } from "../../src/config/config.js";
import { openScreen, pageAnswer, runCli, type Screen, type Script, startCli, startScriptedServer } from "./parts.js";

const at = "2026-01-02T03:04:05.000Z";
const calls = { "would-send": 2, suppressed: 0, "already-sent": 5, "under-way": 0, unknown: 0 };
const preview = { examined: 7, more: false, runs: 7, calls };
const work = { kind: "retry", from: at, until: at, flow: null, code: null, version: "pinned" };
const operation = {
  ...{ id: "opn_1", work, state: "running", perSecond: 10, cursor: null, examined: 0, started: 0 },
  ...{ createdAt: at, updatedAt: at, finishedAt: null },
};
const path = "/api/v1/operations";

/** Answers previews and starts; the operation has ended after so many looks. */
function operating({ looks, seen = preview }: { looks: number; seen?: object }): Script {
  let left = looks;
  return ({ method, path: asked, body }) => {
    if (method === "POST" && asked === path) {
      const dry = (body as { dryRun?: boolean }).dryRun === true;
      return dry ? { body: seen } : { status: 202, body: operation };
    }
    if (method === "POST" && asked === `${path}/opn_1/stop`) {
      return { body: { ...operation, state: "stopped", started: 3 } };
    }
    if (asked !== `${path}/opn_1`) return null;
    left -= 1;
    return { body: left > 0 ? operation : { ...operation, state: "done", examined: 7, started: 7 } };
  };
}

describe("bulk retries and replays", () => {
  const retry = ["runs", "retry", "--failed", "--from", "2026-01-01", "--until", "2026-01-02 12:30"];
  const variables = { TZ: "Asia/Tokyo" };

  it("show what would happen, start it with --yes and wait for its end", async () => {
    await using server = await startScriptedServer(operating({ looks: 2 }));
    const words = [...retry, "--code", "ENDPOINT_UNREACHABLE", "--per-second", "25", "--yes"];
    const { exitCode, stdout, stderr } = await runCli(words, { url: server.url, variables });
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.include("Of 7 failed runs, 7 runs would be started.");
    expect(stdout).to.include("2 calls would be made, 5 were made already and will not be made again.");
    expect(stdout).to.include("Operation opn_1 is done: 7 runs started");
    const order = {
      ...{ kind: "retry", code: "ENDPOINT_UNREACHABLE", version: "pinned", perSecond: 25 },
      ...{ from: "2025-12-31T15:00:00.000Z", until: "2026-01-02T03:30:00.000Z" },
    };
    const posts = server.seen.filter(({ method }) => method === "POST").map(({ body }) => body);
    expect(posts).to.deep.equal([{ ...order, dryRun: true }, order]);
  });

  it("of a preview that has not seen everything say so, and with --yes warn before they start", async () => {
    const seen = { ...preview, examined: 500, more: true };
    await using server = await startScriptedServer(operating({ looks: 1, seen }));
    const words = ["replay", "--from", "2026-01-01"];
    const asked = await runCli(words, { url: server.url });
    const calls =
      "At least 2 calls would be made, 5 were made already and will not be made again; only the first 500 events";
    expect(asked.stdout).to.include(`${calls} were looked at.`);
    expect(asked.stderr).to.not.include("Warning");
    const { exitCode, stdout, stderr } = await runCli([...words, "--yes"], { url: server.url });
    expect(exitCode).to.equal(0);
    expect(stderr).to.include("Warning: at least 2 calls will be made; only the first 500 events were looked at.");
    expect(stdout).to.include("is done");
  });

  it("warn of nothing when the preview has seen everything", async () => {
    await using server = await startScriptedServer(operating({ looks: 1 }));
    const { stderr } = await runCli([...retry, "--yes"], { url: server.url, variables });
    expect(stderr).to.equal("");
  });

  it("do nothing without --yes where nobody can be asked, after showing what would happen", async () => {
    await using server = await startScriptedServer(operating({ looks: 1 }));
    const { exitCode, stdout, stderr } = await runCli(retry, { url: server.url, variables });
    expect(exitCode).to.equal(2);
    expect(stdout).to.include("7 runs would be started");
    expect(stderr).to.include("Nothing was done").and.include("--yes");
    expect(server.seen).to.have.lengthOf(1);
  });

  it("print preview and end as JSON, one document a line", async () => {
    await using server = await startScriptedServer(operating({ looks: 1 }));
    const words = ["replay", "--from", "2026-01-01", "--type", "ecommerce/Order", "--yes", "--json"];
    const { stdout } = await runCli(words, { url: server.url });
    const [first, second] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(first).to.deep.equal({ preview });
    expect(second).to.have.nested.property("operation.state", "done");
    expect(server.seen[0]?.body).to.include({ kind: "replay", dataType: "ecommerce/Order", dryRun: true });
  });

  it("start nothing when there is nothing to do", async () => {
    const nothing = { examined: 0, more: false, runs: 0, calls: { ...calls, "would-send": 0, "already-sent": 0 } };
    await using server = await startScriptedServer(operating({ looks: 1, seen: nothing }));
    const { exitCode, stdout } = await runCli([...retry, "--yes"], { url: server.url });
    expect(exitCode).to.equal(0);
    expect(stdout).to.include("There is nothing to do.");
    expect(server.seen).to.have.lengthOf(1);
  });

  it("are stopped by Ctrl-C, which says so", async () => {
    await using server = await startScriptedServer(operating({ looks: Number.POSITIVE_INFINITY }));
    const { process: child, finished } = startCli([...retry, "--yes"], { url: server.url });
    await server.asked("GET", `${path}/opn_1`);
    child.kill("SIGINT");
    const { exitCode, stderr } = await finished;
    expect(exitCode).to.equal(130);
    expect(stderr).to.include("The operation is stopped. 3 runs had been started");
    expect(server.seen.at(-1)).to.include({ method: "POST", path: `${path}/opn_1/stop` });
  });
});

describe("operations", () => {
  it("are listed, shown and stopped", async () => {
    await using server = await startScriptedServer((request) =>
      request.path.includes("?") ? pageAnswer([operation]) : operating({ looks: 9 })(request),
    );
    const options = { url: server.url, variables: { TZ: "UTC" } };
    const listed = await runCli(["operations", "list", "--state", "running"], options);
    expect(listed.stdout).to.match(/^opn_1 +2026-01-02 03:04:05 +running +0 +retry 2026-01-02/m);
    const shown = await runCli(["operations", "show", "opn_1"], options);
    expect(shown.stdout).to.match(/^Pace +10 a second at most$/m);
    const stopped = await runCli(["operations", "stop", "opn_1"], options);
    expect(stopped.stdout).to.include("Operation opn_1 is stopped; 3 runs it had started go on.");
  });
});

describe("operations stop", () => {
  for (const state of ["done", "stopped"]) {
    it(`says that an operation had ended which was ${state}`, async () => {
      const ended = { ...operation, state, finishedAt: at };
      await using server = await startScriptedServer(() => ({ body: ended }));
      const { stdout } = await runCli(["operations", "stop", "opn_1"], { url: server.url, variables: { TZ: "UTC" } });
      expect(stdout).to.equal(`Operation opn_1 had ended already: it was ${state} at 2026-01-02 03:04:05.\n`);
    });
  }
});

describe("replay of one event", () => {
  const eventPath = "/api/v1/events/evt_1/replay";
  const decision = { flow: "twilio/new-order", verdict: "fired", reason: "the record is new", runId: null };
  const text = {
    ...{ flow: "twilio/new-order", stepId: "send", endpoint: "twilio/send-message", recipient: "+12135550142" },
    ...{ body: "Your order is here", effectId: null },
  };
  const replaying: Script = ({ path: asked, body }) => {
    if (asked !== eventPath) return null;
    if ((body as { dryRun?: boolean }).dryRun !== true) {
      return { status: 202, body: { eventId: "evt_1", decisions: [{ ...decision, runId: "run_7" }] } };
    }
    const told = [
      { ...text, verdict: "would-send" },
      { ...text, verdict: "already-sent", effectId: "eff_1" },
    ];
    const failures = [{ flow: "twilio/other", code: "PHONE_INVALID", message: "12 is no number" }];
    return { body: { eventId: "evt_1", decisions: [decision], calls: told, failures } };
  };

  /** Replays at a screen and answers the question. */
  async function replayAt(screen: Screen, answer: string) {
    await using server = await startScriptedServer(replaying);
    const stop = new AbortController().signal;
    const client = createClient({ url: server.url, apiKey: null, stop });
    const rest = { config: readConfig({}), variables: {}, stop, reportFailures: () => undefined };
    const context: CommandContext = { client, terminal: screen.terminal, ...rest };
    const done = replayEvent("evt_1", { yes: false }, context);
    await screen.errUntil("Replay it? [y/N] ");
    screen.type(answer);
    await done;
    return server.seen.map(({ body }) => body);
  }

  it("shows which texts would be sent and which were, then asks", async () => {
    const screen = openScreen({ colours: false });
    expect(await replayAt(screen, "y\r")).to.deep.equal([{ dryRun: true }, {}]);
    const shown = screen.out();
    expect(shown).to.match(/^would be sent +\+12135550142 +Your order is here$/m);
    expect(shown).to.include("1 text would be sent, 1 was sent already and will not be sent again.");
    expect(shown).to.include("twilio/other would fail: 12 is no number (PHONE_INVALID)");
    expect(shown).to.include("1 run started: run_7.");
  });

  for (const [what, answer] of [
    ["no", "n\r"],
    ["nothing", "\r"],
    ["Ctrl-C", "\u0003"],
  ] as const) {
    it(`is not done when the answer is ${what}`, async () => {
      const screen = openScreen({ colours: false });
      expect(await replayAt(screen, answer)).to.deep.equal([{ dryRun: true }]);
      expect(screen.out()).to.include("Nothing was done.");
    });
  }

  it("is done without a question with --yes", async () => {
    await using server = await startScriptedServer(replaying);
    const { exitCode, stdout } = await runCli(["replay", "evt_1", "--yes", "--json"], { url: server.url });
    expect(exitCode).to.equal(0);
    expect(stdout.trimEnd().split("\n")).to.have.lengthOf(2);
  });
});

describe("the words of a preview", () => {
  it("say what would not go out because of an opt-out", () => {
    const counts = { "would-send": 1, suppressed: 2, "already-sent": 0, "under-way": 0, unknown: 0 };
    expect(describeCalls(counts, textWords)).to.equal(
      "1 text would be sent, 2 would not be sent: the recipient has opted out",
    );
  });

  it("leave out what is not there, and count one in the singular", () => {
    const say = (counts: Partial<typeof calls>) =>
      describeCalls(
        { "would-send": 0, suppressed: 0, "already-sent": 0, "under-way": 0, unknown: 0, ...counts },
        textWords,
      );
    expect(say({})).to.equal("0 texts would be sent");
    expect(say(calls)).to.equal("2 texts would be sent, 5 were sent already and will not be sent again");
    expect(say({ "already-sent": 1 })).to.include("1 was sent already");
    expect(say({ unknown: 1, "under-way": 2 })).to.equal(
      "0 texts would be sent, 2 will be sent by a run that is under way, 1 may have been sent and will be left alone",
    );
  });
});

describe("the instants of a span", () => {
  it("are read with their zone, and refused when they are none", () => {
    expect(toInstant("2026-01-02T03:04:05Z")).to.equal("2026-01-02T03:04:05.000Z");
    expect(toInstant("2026-01-02T03:04+02:00")).to.equal("2026-01-02T01:04:00.000Z");
    expect(toInstant("2026-01-02")).to.equal(new Date(2026, 0, 2).toISOString());
    for (const text of ["", "today", "2026-1-2", "2026-13-01", "2026-02-30", "2026-01-02 25:00"]) {
      expect(() => toInstant(text), text).to.throw("Write 2026-01-31");
    }
  });
});
