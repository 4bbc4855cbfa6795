import { expect } from "chai";
import { pageAnswer, problemAnswer, runCli, startScriptedServer } from "./parts.js";

const at = "2026-01-02T03:04:05.000Z";
const utc = { TZ: "UTC" };

const run = {
  id: "run_1",
  flow: "twilio/new-order",
  flowHash: "0",
  eventId: "evt_1",
  dataType: "ecommerce/Order",
  key: "R1",
  parent: null,
  path: "",
  item: null,
  status: "failed",
  wait: null,
  dueAt: null,
  attempts: 1,
  steps: [
    {
      id: "sms",
      outcome: "failed",
      output: null,
      failure: { code: "PHONE_INVALID", message: "555-01 is no number", remedy: "Correct it." },
      finishedAt: at,
    },
  ],
  failure: { code: "PHONE_INVALID", message: "555-01 is no number", remedy: "Correct it." },
  stopReason: null,
  depth: 0,
  createdAt: at,
  updatedAt: at,
  finishedAt: at,
};
const message = {
  id: "msg_1",
  channel: "sms",
  from: "+15005550006",
  to: "+12135550142",
  body: "Hey Joe!\u001b[2J\r\nYour order is here",
  segments: 1,
  media: [],
  effectId: "eff_1",
  runId: "run_1",
  flow: "twilio/new-order",
  connection: "twilio/twilio",
  dataType: "ecommerce/Order",
  key: "R1",
  vendorId: "SM1",
  status: "undelivered",
  errorCode: "30003",
  encoding: "GSM-7",
  price: { amount: 0.0079, currency: "USD" },
  createdAt: at,
  updatedAt: at,
};
const notification = {
  id: "ntf_1",
  level: "error",
  state: "acknowledged",
  title: "New order: the phone number is not valid",
  cause: "555-01 is no number",
  remedy: "Correct it.",
  code: "PHONE_INVALID",
  fingerprint: "f",
  flow: "twilio/new-order",
  runId: "run_1",
  eventId: "evt_1",
  messageId: null,
  dataType: "ecommerce/Order",
  key: "R1",
  retries: 0,
  request: null,
  response: null,
  createdAt: at,
  updatedAt: at,
};

describe("runs list", () => {
  it("shows runs as aligned columns with local times and why they failed", async () => {
    const succeeded = { ...run, id: "run_20", status: "succeeded", failure: null, key: "R20" };
    await using server = await startScriptedServer(() => pageAnswer([run, succeeded]));
    const { exitCode, stdout } = await runCli(["runs", "list"], { url: server.url, variables: { TZ: "Asia/Tokyo" } });
    expect(exitCode).to.equal(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[1]).to.match(
      /^run_1 {2,}2026-01-02 12:04:05 {2}failed {2,}twilio\/new-order {2}ecommerce\/Order R1 +555-01 is no number$/,
    );
    expect(lines[2]?.indexOf("succeeded")).to.equal(lines[1]?.indexOf("failed"));
  });

  it("shows what a run waits for, and not what went wrong before", async () => {
    const reason = "it has not answered since 2026-01-02T03:00:00.000Z";
    const outage = { kind: "connection", summary: `the connection twilio/twilio: ${reason}`, reason };
    const retry = { kind: "retry", summary: "the next attempt of a call" };
    const waiting = { ...run, status: "waiting", finishedAt: null };
    await using server = await startScriptedServer(() =>
      pageAnswer([
        { ...waiting, wait: outage },
        { ...waiting, wait: retry },
      ]),
    );
    const { stdout } = await runCli(["runs", "list"], { url: server.url, variables: utc });
    const [, first, second] = stdout.split("\n");
    expect(first).to.match(
      /R1 +waits for the connection twilio\/twilio: it has not answered since 2026-01-02 03:00:00$/,
    );
    expect(second).to.match(/waits for the next attempt of a call \(555-01 is no number\)$/);
  });

  it("asks for what the options say", async () => {
    await using server = await startScriptedServer(() => pageAnswer([]));
    await runCli(["runs", "list", "--status", "failed", "--flow", "a/b", "--limit", "7"], { url: server.url });
    expect(server.seen[0]?.path).to.equal("/api/v1/runs?limit=7&flow=a%2Fb&status=failed");
  });

  it("turns pages until it has as many as were asked for", async () => {
    await using server = await startScriptedServer(({ path }) => {
      const { searchParams } = new URL(path, "http://localhost");
      const begin = Number(searchParams.get("cursor") ?? 0);
      const items = Array.from({ length: Number(searchParams.get("limit")) }, (_, index) => ({
        ...run,
        id: `run_${begin + index}`,
      }));
      return pageAnswer(items, String(begin + items.length));
    });
    const { stdout } = await runCli(["runs", "list", "--limit", "450", "--json"], { url: server.url });
    const ids = JSON.parse(stdout).items.map(({ id }: { id: string }) => id);
    expect(new Set(ids)).to.have.lengthOf(450);
    expect(server.seen).to.have.lengthOf(3);
  });

  it("refuses a status that there is not, naming those there are", async () => {
    const { exitCode, stderr } = await runCli(["runs", "list", "--status", "bust"]);
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("succeeded");
  });

  it("says what to do when there is nothing", async () => {
    await using server = await startScriptedServer(() => pageAnswer([]));
    const { exitCode, stdout } = await runCli(["runs", "list"], { url: server.url });
    expect(exitCode).to.equal(0);
    expect(stdout).to.include("patchbay push");
  });
});

describe("runs show", () => {
  const effect = {
    id: "eff_1",
    endpoint: "twilio/send-message",
    recipient: "+12135550142",
    state: "done",
    attempts: 1,
    vendorId: "SM1",
    failure: null,
  };

  it("shows the run with its steps, calls and messages", async () => {
    await using server = await startScriptedServer(() => ({
      body: { ...run, effects: [effect], messages: [message] },
    }));
    const { stdout } = await runCli(["runs", "show", "run_1"], { url: server.url, variables: utc });
    expect(server.seen[0]?.path).to.equal("/api/v1/runs/run_1");
    expect(stdout)
      .to.match(/^Status +failed$/m)
      .and.match(/^Started +2026-01-02 03:04:05$/m);
    expect(stdout).to.match(/^What to do +Correct it\.$/m);
    expect(stdout).to.match(/^sms +failed /m);
    expect(stdout).to.match(/^twilio\/send-message +\+12135550142 +done +1 +SM1 +eff_1$/m);
    expect(stdout).to.match(/^\+12135550142 +undelivered \(30003\) +1 /m);
  });

  it("writes every instant in local time", async () => {
    const outcome = { outcome: "elapsed", at };
    const steps = [{ id: "pause", outcome: "done", output: outcome, failure: null, finishedAt: at }];
    const wait = { kind: "awaited", summary: `what step "pause" awaits, until ${at} at the latest` };
    const waiting = { ...run, status: "waiting", failure: null, dueAt: at, steps, wait, effects: [], messages: [] };
    await using server = await startScriptedServer(() => ({ body: waiting }));
    const { stdout } = await runCli(["runs", "show", "run_1"], { url: server.url, variables: { TZ: "Asia/Tokyo" } });
    expect(stdout).to.include("until 2026-01-02 12:04:05 at the latest").and.include('"at":"2026-01-02 12:04:05"');
    expect(stdout).to.not.match(/\dT\d/);
  });

  describe("of a run that chose", () => {
    const which = {
      ...{ id: "which", kind: "choose", when: null, otherwise: [] },
      branches: [
        { when: "a", steps: [] },
        { when: "b", steps: [] },
      ],
    };
    const chose = (branch: number | "else") => [
      { id: "which", outcome: "done", output: { branch }, failure: null, finishedAt: at },
    ];
    async function shown(branch: number | "else", hash: string): Promise<string> {
      await using server = await startScriptedServer(({ path }) => ({
        body: path.startsWith("/api/v1/flows/twilio/new-order")
          ? { hash, steps: [which] }
          : { ...run, steps: chose(branch), effects: [], messages: [] },
      }));
      return (await runCli(["runs", "show", "run_1"], { url: server.url, variables: utc })).stdout;
    }

    it("says which branch it took of how many", async () => {
      expect(await shown(0, run.flowHash)).to.match(/^which +done .* took branch 1 of 2$/m);
      expect(await shown("else", run.flowHash)).to.match(/took else: none of 2 branches fitted$/m);
    });

    it("gives the bare result when another version of the flow is installed", async () => {
      expect(await shown(0, "another")).to.match(/^which +done .* \{"branch":0\}$/m);
    });
  });

  it("shows whose item a run is and what it waits for", async () => {
    const waiting = {
      ...{ parent: { runId: "run_0", stepId: "lines", index: 3 }, path: "lines[3]", status: "waiting", dueAt: at },
      wait: { kind: "turn", summary: "its turn: eff_7 comes first", behind: "eff_7", since: at },
    };
    await using server = await startScriptedServer(() => ({ body: { ...run, ...waiting, effects: [], messages: [] } }));
    const { stdout } = await runCli(["runs", "show", "run_1"], { url: server.url, variables: utc });
    expect(stdout).to.match(/^Item +lines\[3\] of run run_0$/m);
    expect(stdout)
      .to.match(/^Waits for +its turn: eff_7 comes first$/m)
      .and.match(/^Goes on +2026-01-02 03:04:05$/m);
  });

  it("says that there is no such run, with exit code 2", async () => {
    const problem = { code: "RUN_UNKNOWN", detail: "There is no run run_9" };
    await using server = await startScriptedServer(() => problemAnswer(404, problem));
    const { exitCode, stderr } = await runCli(["runs", "show", "run_9"], { url: server.url });
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("There is no run run_9");
  });
});

describe("messages list", () => {
  it("shows a text on one line, without the control characters that somebody put into it", async () => {
    await using server = await startScriptedServer(() => pageAnswer([message]));
    const { stdout } = await runCli(["messages", "list"], { url: server.url });
    expect(stdout.trimEnd().split("\n")).to.have.lengthOf(2);
    expect(stdout).to.not.include("\u001b");
    expect(stdout).to.match(/undelivered \(30003\) +\+12135550142 +ecommerce\/Order R1 +0\.0079 USD +Hey Joe!/);
  });

  it("prints the page as JSON with --json", async () => {
    await using server = await startScriptedServer(() => pageAnswer([message]));
    const { stdout } = await runCli(["messages", "list", "--json"], { url: server.url });
    expect(JSON.parse(stdout)).to.deep.equal({ items: [message] });
  });
});

describe("messages show", () => {
  it("shows what has become of a message, and what it has cost", async () => {
    await using server = await startScriptedServer(() => ({ body: message }));
    const { stdout } = await runCli(["messages", "show", "msg_1"], { url: server.url, variables: utc });
    expect(stdout)
      .to.match(/Price +0\.0079 USD/)
      .and.match(/Size +1 segment of GSM-7/);
    expect(stdout).to.include("undelivered (30003)").and.to.include("2026-01-02 03:04:05");
    expect(server.seen.map(({ path }) => path)).to.deep.equal(["/api/v1/messages/msg_1"]);
  });

  it("says that it has cost nothing yet that anybody knows", async () => {
    await using server = await startScriptedServer(() => ({ body: { ...message, price: null } }));
    const { stdout } = await runCli(["messages", "show", "msg_1"], { url: server.url });
    expect(stdout).to.match(/Price +not known/);
  });
});

describe("messages estimate", () => {
  const estimate = {
    ...{ connection: "twilio/twilio", channel: "sms", from: "+1", to: "+2", segments: 1, encoding: "GSM-7", units: 1 },
    ...{ outsideGsm: [], price: { amount: 0.0083, currency: "USD" }, instead: null, obstacles: [] },
  };
  const words = ["messages", "estimate", "--to", "+2", "--body", "x", "--flow", "a/b"];

  it("counts in words, and asks by the flow", async () => {
    await using server = await startScriptedServer(() => ({ body: estimate }));
    const { stdout } = await runCli(words, { url: server.url });
    expect(stdout).to.include("1 segment of GSM-7 (1 septet)\n").and.to.include("About 0.0083 USD");
    expect(server.seen[0]?.body).to.deep.equal({ payload: { to: "+2", body: "x" }, flow: "a/b" });
  });

  it("says what keeps it from being sent, in local time", async () => {
    const obstacles = [
      "+2 has opted out of messages from anybody here (texted STOP, 2026-01-02T03:04:05.000Z): nothing was sent",
    ];
    await using server = await startScriptedServer(() => ({ body: { ...estimate, obstacles } }));
    const { stdout } = await runCli(words, { url: server.url, variables: { TZ: "Asia/Tokyo" } });
    expect(stdout)
      .to.include("It would not be sent now: +2 has opted out")
      .and.to.include("texted STOP, 2026-01-02 12:04:05)");
  });
});

describe("instants in what people read", () => {
  it("are in local time in notifications and in problems, as they are in lists", async () => {
    const text = "quiet hours last until 2026-01-02T03:04:05.000Z";
    const cause = { ...notification, title: text, cause: text, remedy: text };
    const variables = { TZ: "Asia/Tokyo" };
    await using server = await startScriptedServer(({ path }) =>
      path.startsWith("/api/v1/notifications")
        ? pageAnswer([cause])
        : problemAnswer(409, { code: "EFFECT_EXPIRED", detail: text, remedy: text }),
    );
    const { stdout } = await runCli(["notifications", "list"], { url: server.url, variables });
    expect(stdout.match(/2026-01-02 12:04:05/g)).to.have.lengthOf(4);
    const { stderr } = await runCli(["messages", "list"], { url: server.url, variables });
    expect(stderr).to.include("until 2026-01-02 12:04:05").and.not.to.include("03:04:05");
  });
});

describe("notifications list", () => {
  it("shows cause and remedy, and that somebody looks after it", async () => {
    await using server = await startScriptedServer(() => pageAnswer([notification]));
    const words = ["notifications", "list", "--level", "error", "--state", "acknowledged"];
    const { stdout } = await runCli(words, { url: server.url, variables: utc });
    expect(server.seen[0]?.path).to.include("level=error").and.include("state=acknowledged");
    expect(stdout).to.match(/^2026-01-02 03:04:05 {2}error +New order: .* \[acknowledged\]$/m);
    expect(stdout).to.include("Cause: 555-01 is no number").and.include("What to do: Correct it.");
  });
});

describe("flow", () => {
  const flow = {
    name: "twilio/new-order",
    title: "New order",
    summary: null,
    active: true,
    on: { kind: "record", dataType: "ecommerce/Order", events: ["created", "updated"], when: "status = 1" },
    steps: [],
  };

  it("lists what starts each flow", async () => {
    await using server = await startScriptedServer(() => pageAnswer([flow]));
    const { stdout } = await runCli(["flow", "list"], { url: server.url });
    expect(stdout).to.match(/^twilio\/new-order +yes +ecommerce\/Order created or updated when … +New order$/m);
  });

  it("switches a flow on and prints the warnings", async () => {
    const warnings = ["a and b both text the customer"];
    await using server = await startScriptedServer(() => ({ body: { ...flow, warnings } }));
    const { exitCode, stdout } = await runCli(["flow", "activate", "twilio/new-order"], { url: server.url });
    expect(exitCode).to.equal(0);
    expect(server.seen[0]).to.deep.include({ method: "PATCH", path: "/api/v1/flows/twilio/new-order" });
    expect(server.seen[0]?.body).to.deep.equal({ active: true });
    expect(stdout).to.include("twilio/new-order is on.").and.include("Warning: a and b both text the customer");
  });

  it("switches a flow off", async () => {
    await using server = await startScriptedServer(() => ({ body: { ...flow, active: false, warnings: [] } }));
    const { stdout } = await runCli(["flow", "deactivate", "twilio/new-order"], { url: server.url });
    expect(server.seen[0]?.body).to.deep.equal({ active: false });
    expect(stdout).to.include("is off");
  });
});
