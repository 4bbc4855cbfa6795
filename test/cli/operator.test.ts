import { join } from "node:path";
import { expect } from "chai";
import {
  pageAnswer,
  problemAnswer,
  runCli,
  type ScriptedAnswer,
  startScriptedServer,
  temporaryFolder,
} from "./parts.js";

const at = "2026-01-02T03:04:05.000Z";
const utc = { TZ: "UTC" };

/** Runs one command against a server that answers everything with this. */
async function runWith(words: readonly string[], answer: ScriptedAnswer, stdin = "") {
  await using server = await startScriptedServer(() => answer);
  const finished = await runCli(words, { url: server.url, variables: utc, stdin });
  return { ...finished, request: server.seen[0] };
}

const effect = {
  ...{ id: "eff_1", key: "k", runId: "run_1", stepId: "send", connection: "twilio/twilio", onRepeat: "duplicate" },
  ...{ endpoint: "twilio/send-message", recipient: "+12135550142", request: {}, state: "unknown", vendorId: null },
  ...{ response: null, attempts: 1, intendedAt: at, expiresAt: null, startedAt: at, settledAt: null },
  failure: { code: "ENDPOINT_OUTCOME_UNKNOWN", message: "No answer in time", remedy: "Look it up." },
};

describe("runs retry and cancel", () => {
  const run = { id: "run_1", status: "queued", effects: [effect] };

  it("take a run up again on its own version, or on the newest", async () => {
    const pinned = await runWith(["runs", "retry", "run_1"], { body: run });
    expect(pinned.exitCode, pinned.stderr).to.equal(0);
    expect(pinned.request).to.deep.include({ method: "POST", path: "/api/v1/runs/run_1/retry" });
    expect(pinned.request?.body).to.deep.equal({ version: "pinned" });
    expect(pinned.stdout).to.include("run_1 is taken up again");
    const newest = await runWith(["runs", "retry", "run_1", "--newest"], { body: run });
    expect(newest.request?.body).to.deep.equal({ version: "newest" });
  });

  it("say why a run cannot be taken up, with exit code 2", async () => {
    const problem = problemAnswer(409, { code: "RUN_NOT_FINISHED", detail: "run_1 is running" });
    const { exitCode, stderr } = await runWith(["runs", "retry", "run_1"], problem);
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("run_1 is running").and.include("What to do:");
  });

  it("end a run with a reason, and warn of calls that may have been made", async () => {
    const words = ["runs", "cancel", "run_1", "--reason", "the shop called"];
    const { stdout, request } = await runWith(words, { body: run });
    expect(request?.body).to.deep.equal({ reason: "the shop called" });
    expect(stdout).to.include("cancelled").and.include("for +12135550142 may have been made");
  });

  for (const words of [
    ["runs", "retry"],
    ["runs", "retry", "run_1", "--failed"],
    ["runs", "retry", "run_1", "--flow", "a/b"],
    ["runs", "retry", "--failed"],
    ["runs", "retry", "--failed", "--from", "yesterday"],
    ["runs", "retry", "--failed", "--from", "2026-02-30"],
    ["runs", "retry", "--failed", "--from", "2026-01-01", "--per-second", "0"],
    ["replay"],
    ["replay", "evt_1", "--from", "2026-01-01"],
    ["replay", "evt_1", "--type", "ecommerce/Order"],
    ["effects", "settle", "eff_1"],
    ["effects", "settle", "eff_1", "--sent", "--not-sent"],
    ["timeline"],
    ["timeline", "--order", "R1", "--sid", "SM1"],
    ["flow", "run", "order-confirmation"],
  ]) {
    it(`refuses "${words.join(" ")}" before asking the server`, async () => {
      const { exitCode, request } = await runWith(words, { body: {} });
      expect(exitCode).to.equal(2);
      expect(request).to.equal(undefined);
    });
  }
});

describe("effects", () => {
  it("are listed by state, with their run and why", async () => {
    const { stdout, request } = await runWith(["effects", "list", "--state", "unknown"], pageAnswer([effect]));
    expect(request?.path).to.equal("/api/v1/effects?limit=20&state=unknown");
    expect(stdout).to.match(
      /^eff_1 +2026-01-02 03:04:05 +unknown +twilio\/send-message +\+12135550142 +run_1 +No ans/m,
    );
  });

  for (const settlement of ["sent", "not-sent", "send-again"]) {
    it(`are settled with --${settlement}`, async () => {
      const { stdout, request } = await runWith(["effects", "settle", "eff_1", `--${settlement}`], { body: effect });
      expect(request?.path).to.equal("/api/v1/effects/eff_1/settle");
      expect(request?.body).to.deep.equal({ settlement });
      expect(stdout).to.include("patchbay runs show run_1");
    });
  }
});

describe("effects settle", () => {
  async function settled(word: string, run: object): Promise<string> {
    await using server = await startScriptedServer(({ path }) => ({
      body: path.startsWith("/api/v1/runs/") ? run : { ...effect, state: "refused" },
    }));
    const { stdout } = await runCli(["effects", "settle", "eff_1", `--${word}`], { url: server.url });
    return stdout.split("\n")[0] ?? "";
  }
  const refused = { ...effect, state: "refused" };

  for (const [word, run, said] of [
    ["sent", { status: "queued" }, "It counts as sent; its run goes on behind it."],
    ["sent", { status: "cancelled" }, "It counts as sent; the run stays cancelled."],
    ["not-sent", { status: "succeeded" }, "It counts as not sent; the run stays succeeded."],
    ["not-sent", { status: "failed" }, "It counts as not sent; its run is failed until you retry it."],
    ["send-again", { status: "waiting" }, "It will be made again as soon as the connection takes calls."],
    [
      "send-again",
      { status: "failed", effects: [{ ...refused, attempts: 2 }] },
      "It will be made again as soon as the connection takes calls.",
    ],
    ["send-again", { status: "cancelled", effects: [refused] }, "It counts as not sent; the run stays cancelled."],
    ["send-again", { status: "succeeded", effects: [refused] }, "it is not made again, for its run had gone on"],
  ] as const) {
    it(`says what --${word} does when the run is ${run.status} afterwards: ${said}`, async () => {
      expect(await settled(word, run)).to.include(said);
    });
  }
});

describe("issues", () => {
  const fingerprint = "twilio/new-order:PHONE_INVALID";
  const issue = {
    ...{ fingerprint, level: "error", state: "new", title: "New order failed", code: "PHONE_INVALID", flow: "a/b" },
    ...{ count: 12, firstSeenAt: at, lastSeenAt: at, lastNotificationId: "ntf_1" },
  };

  it("are listed with how often they happened", async () => {
    const { stdout, request } = await runWith(["issues", "list", "--state", "new"], pageAnswer([issue]));
    expect(request?.path).to.include("state=new");
    expect(stdout).to.match(
      /^2026-01-02 03:04:05 +error +new +12 +New order failed +twilio\/new-order:PHONE_INVALID$/m,
    );
  });

  it("are acknowledged and resolved by their fingerprint", async () => {
    const { stdout, request } = await runWith(["issues", "resolve", fingerprint], {
      body: { ...issue, state: "resolved" },
    });
    expect(request?.path).to.equal("/api/v1/issues/twilio%2Fnew-order%3APHONE_INVALID/resolve");
    expect(stdout).to.include("New order failed: resolved.");
    const { request: other } = await runWith(["issues", "acknowledge", "f"], { body: issue });
    expect(other?.path).to.equal("/api/v1/issues/f/acknowledge");
  });
});

describe("quarantine", () => {
  const record = {
    ...{ id: "qua_1", dataType: "ecommerce/Order", key: "R1", document: { id: "R1" }, state: "held", eventId: null },
    ...{ problems: [{ path: "/status", message: "is required" }], count: 3, createdAt: at, updatedAt: at },
  };
  const released = {
    ...{ verdict: "created", dataType: "ecommerce/Order", key: "R1", version: 1, eventId: "evt_1", decisions: [] },
    ...{ quarantineId: null, problems: [] },
  };

  it("lists what waits for somebody, with what is wrong", async () => {
    const { stdout, request } = await runWith(["quarantine", "list"], pageAnswer([record]));
    expect(request?.path).to.include("state=held");
    expect(stdout).to.match(/^qua_1 +2026-01-02 03:04:05 +3 +held +ecommerce\/Order R1 +\/status is required$/m);
  });

  it("shows a record ready to be corrected", async () => {
    const { stdout } = await runWith(["quarantine", "show", "qua_1"], { body: record });
    expect(stdout).to.match(/^Problem +\/status is required$/m);
    expect(stdout).to.match(/^Pushed +3 times, last 2026-01-02 03:04:05$/m);
    expect(JSON.parse(stdout.slice(stdout.indexOf("{")))).to.deep.equal({ id: "R1" });
  });

  it("releases a record as it was, from a file and from standard input", async () => {
    await using folder = await temporaryFolder({ "order.json": '{\n  "id": "R1",\n  "status": "new"\n}' });
    const words = ["quarantine", "release", "qua_1"];
    const asItWas = await runWith(words, { body: released });
    expect(asItWas.request?.body).to.deep.equal({});
    expect(asItWas.stdout).to.include("ecommerce/Order R1 was created");
    const corrected = await runWith([...words, "--file", join(folder.path, "order.json")], { body: released });
    expect(corrected.request?.body).to.deep.equal({ document: { id: "R1", status: "new" } });
    const typed = await runWith([...words, "--file", "-"], { body: released }, '{"id":"R1","status":"paid"}');
    expect(typed.request?.body).to.deep.equal({ document: { id: "R1", status: "paid" } });
    const forced = await runWith([...words, "--force"], { body: released });
    expect(forced.request?.body).to.deep.equal({ force: true });
  });

  it("releases nothing when there is more than one record in the file", async () => {
    const words = ["quarantine", "release", "qua_1", "--file", "-"];
    const { exitCode, stderr, request } = await runWith(words, { body: released }, '{"id":"R1"}\n{"id":"R2"}');
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("more than one JSON object");
    expect(request).to.equal(undefined);
  });

  it("shows every problem of a record that still does not fit", async () => {
    const problem = { code: "RECORD_INVALID", detail: "It does not fit", problems: record.problems };
    const { exitCode, stderr } = await runWith(["quarantine", "release", "qua_1"], problemAnswer(422, problem));
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("/status is required");
  });

  it("discards a record", async () => {
    const { stdout, request } = await runWith(["quarantine", "discard", "qua_1"], { body: record });
    expect(request?.path).to.equal("/api/v1/quarantine/qua_1/discard");
    expect(stdout).to.include("discarded");
  });
});

describe("flow run", () => {
  it("starts a flow, with a payload from a file or with none", async () => {
    const body = { runId: "run_8", eventId: "evt_8" };
    const words = ["flow", "run", "twilio/order-confirmation"];
    const plain = await runWith(words, { status: 202, body });
    expect(plain.request).to.deep.include({ path: "/api/v1/flows/twilio/order-confirmation/run", body: {} });
    expect(plain.stdout).to.include("patchbay runs show run_8");
    const given = await runWith([...words, "--payload", "-"], { status: 202, body }, '{"id":"R1"}');
    expect(given.request?.body).to.deep.equal({ payload: { id: "R1" } });
  });
});

describe("flow run --record", () => {
  const words = ["flow", "run", "twilio/order-confirmation", "--record"];

  it("names the record, whatever is in its key, and prints the run's id", async () => {
    const body = { runId: "run_8", eventId: "evt_8" };
    const { stdout, request } = await runWith([...words, "ecommerce/Order/R/1"], { status: 202, body });
    expect(stdout).to.include("run_8");
    expect(request?.body).to.deep.equal({ record: { dataType: "ecommerce/Order", key: "R/1" } });
  });

  it("with a payload sends that, and says which record it is", async () => {
    const body = { runId: "run_8", eventId: "evt_8" };
    const given = [...words, "ecommerce/Order/R1", "--payload", "-"];
    const { request } = await runWith(given, { status: 202, body }, '{"id":"R1"}');
    const record = { dataType: "ecommerce/Order", key: "R1" };
    expect(request?.body).to.deep.equal({ payload: { id: "R1" }, record });
  });

  it("starts nothing with what names no record", async () => {
    const { exitCode, request } = await runWith([...words, "ecommerce/Order"], { body: {} });
    expect(exitCode).to.equal(2);
    expect(request).to.equal(undefined);
  });
});

describe("events", () => {
  const decision = { flow: "twilio/a", verdict: "fired", reason: "the record is new", runId: "run_1" };
  const event = {
    ...{ id: "evt_1", kind: "record.created", dataType: "ecommerce/Order", key: "R1", version: 1, depth: 0 },
    ...{ payload: { id: "R1" }, causedByRun: null, createdAt: at },
    decisions: [decision, { ...decision, flow: "twilio/b", verdict: "inactive", reason: "it is off", runId: null }],
  };

  it("are listed by data type, key and kind, with how many runs they started", async () => {
    const words = ["events", "list", "--type", "ecommerce/Order", "--key", "R1", "--kind", "record.created"];
    const { stdout, request } = await runWith(words, pageAnswer([event]));
    expect(request?.path).to.equal("/api/v1/events?limit=20&dataType=ecommerce%2FOrder&key=R1&kind=record.created");
    expect(stdout).to.match(/^evt_1 +2026-01-02 03:04:05 +record\.created +ecommerce\/Order R1 +1 run$/m);
  });

  it("are shown with the decision about every flow", async () => {
    const { stdout, request } = await runWith(["events", "show", "evt_1"], { body: event });
    expect(request?.path).to.equal("/api/v1/events/evt_1");
    expect(stdout).to.match(/^twilio\/a +yes +run_1 +the record is new$/m);
    expect(stdout).to.match(/^twilio\/b +switched off +it is off$/m);
    expect(JSON.parse(stdout.slice(stdout.indexOf("{")))).to.deep.equal({ id: "R1" });
  });

  it("are not asked for by a key without its data type", async () => {
    const { exitCode, request } = await runWith(["events", "list", "--key", "R1"], pageAnswer([]));
    expect(exitCode).to.equal(2);
    expect(request).to.equal(undefined);
  });
});

describe("what to do, in the server's words", () => {
  it("names the command and not the address of a list", async () => {
    const remedy = "Check the id; runs are listed at /api/v1/runs.";
    const problem = problemAnswer(404, { code: "RUN_UNKNOWN", detail: "There is no run run_9", remedy });
    const { stderr } = await runWith(["runs", "show", "run_9"], problem);
    expect(stderr).to.include("What to do: Check the id; runs are listed by patchbay runs list.");
  });

  it("is left as it is where there is no such command", async () => {
    const remedy = "Widgets are listed at /api/v1/widgets.";
    const problem = problemAnswer(404, { code: "RUN_UNKNOWN", detail: "No", remedy });
    const { stderr } = await runWith(["runs", "show", "run_9"], problem);
    expect(stderr).to.include(remedy);
  });
});

describe("timeline", () => {
  it("refuses a phone number without a plus sign in one plain sentence", async () => {
    const { exitCode, stderr, request } = await runWith(["timeline", "--phone", "15005550010"], { body: {} });
    expect(exitCode).to.equal(2);
    expect(request).to.equal(undefined);
    expect(stderr.match(/15005550010 has no \+ and country code/g)).to.have.lengthOf(1);
  });

  const entries = [
    { at, kind: "event", title: "ecommerce/Order R1 was created", ids: { eventId: "evt_1" }, detail: {} },
    { at, kind: "callback", title: "The text to +1 was delivered", ids: {}, detail: {} },
  ];

  it("shows local time, what and detail in columns, oldest first", async () => {
    const { stdout, request } = await runWith(["timeline", "--order", "R1", "--type", "ecommerce/Order"], {
      body: { entries, truncated: true },
    });
    expect(request?.path).to.equal("/api/v1/timeline?order=R1&dataType=ecommerce%2FOrder");
    const lines = stdout.trimEnd().split("\n");
    expect(lines[1]).to.equal("2026-01-02 03:04:05  event     ecommerce/Order R1 was created (evt_1)");
    expect(lines[2]).to.equal("2026-01-02 03:04:05  callback  The text to +1 was delivered");
    expect(lines[3]).to.include("There is more");
  });

  it("is asked for by phone, with the plus sign encoded, by SID and by run", async () => {
    const answer = { body: { entries, truncated: false } };
    expect((await runWith(["timeline", "--phone", "+15005550010"], answer)).request?.path).to.match(/phone=%2B1500/);
    expect((await runWith(["timeline", "--sid", "SM1"], answer)).request?.path).to.match(/\?sid=SM1$/);
    const { request, stdout } = await runWith(["timeline", "--run", "run_1", "--json"], answer);
    expect(request?.path).to.match(/\?run=run_1$/);
    expect(JSON.parse(stdout)).to.deep.equal(answer.body);
  });
});
