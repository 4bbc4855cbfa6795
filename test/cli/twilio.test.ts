import { expect } from "chai";
import { problemAnswer, runCli, type Script, startScriptedServer } from "./parts.js";

const path = "/api/v1/connections/twilio/twilio";
const view = {
  ...{ name: "twilio/twilio", connector: "twilio", title: "Twilio", active: true, deactivated: null },
  ...{ health: "problems", checkedAt: "2026-01-01T00:00:00.000Z", webhooks: [] },
};
const detail = {
  ...view,
  account: { id: "AC1", name: "Shop", status: "active", trial: true, balance: { amount: "12.50", currency: "USD" } },
  senders: [
    {
      ...{ id: "PN1", kind: "number", address: "+15005550006", name: "Orders", capabilities: ["sms", "mms"] },
      ...{ status: null, memberOf: null, used: true },
      webhooks: [
        {
          ...{ webhook: "inbound", field: "SmsUrl", url: "https://other.example/sms", method: "POST" },
          ...{ placeholder: false, insteadOf: null },
        },
      ],
    },
  ],
  concerns: [
    { code: "trial-account", level: "warning", about: null, message: "It is a trial account", remedy: "Upgrade." },
    { code: "a2p-missing", level: "problem", about: "+1", message: "Carriers block it", remedy: "Register." },
  ],
};
const item = (action: string) => ({
  ...{
    webhook: "inbound",
    field: "SmsUrl",
    action,
    now: null,
    wanted: "https://us.example/in",
    reason: "r",
    sibling: null,
  },
});
const planOf = (...actions: string[]) => ({
  connection: "twilio/twilio",
  hash: "h1",
  others: ["+15005550099"],
  senders: actions.map((action, index) => ({
    ...{ id: `PN${index}`, kind: "number", address: `+1500555000${index}`, items: [item(action)] },
  })),
});

function server(answers: Readonly<Record<string, unknown>>, connections: readonly unknown[] = [view]): Script {
  return ({ method, path: asked }) => {
    if (asked.startsWith("/api/v1/connections?")) return { body: { items: connections, next: null } };
    const body = answers[`${method} ${asked}`];
    return body === undefined ? null : { body };
  };
}

describe("twilio check", () => {
  it("prints the account and every concern with its remedy, the worst first, and fails", async () => {
    await using api = await startScriptedServer(server({ [`POST ${path}/check`]: detail }));
    const { stdout, exitCode } = await runCli(["twilio", "check"], { url: api.url });
    expect(stdout).to.include("twilio/twilio  account AC1 (Shop): active, trial, balance 12.50 USD");
    expect(stdout.indexOf("Carriers block it")).to.be.lessThan(stdout.indexOf("It is a trial account"));
    expect(stdout).to.include("What to do: Register.").and.to.include("1 problem, 1 warning.");
    expect(exitCode).to.equal(1);
  });

  it("ends well when there are warnings only, and gives all of it as JSON", async () => {
    const fine = { ...detail, health: "warnings" };
    await using api = await startScriptedServer(server({ [`POST ${path}/check`]: fine }));
    const { stdout, exitCode } = await runCli(["twilio", "check", "twilio/twilio", "--json"], { url: api.url });
    expect(JSON.parse(stdout)).to.deep.equal({ items: [fine] });
    expect(exitCode).to.equal(0);
  });

  it("says what to do when nothing is connected to Twilio", async () => {
    await using api = await startScriptedServer(server({}, []));
    const { stderr, exitCode } = await runCli(["twilio", "check"], { url: api.url });
    expect(stderr).to.include("patchbay collection install twilio");
    expect(exitCode).to.equal(2);
  });
});

describe("twilio numbers", () => {
  it("lists senders with where their messages go", async () => {
    await using api = await startScriptedServer(server({ [`POST ${path}/check`]: detail }));
    const { stdout } = await runCli(["twilio", "numbers"], { url: api.url });
    expect(stdout).to.match(/\+15005550006 +number +Orders +sms mms +yes +https:\/\/other\.example\/sms/);
  });

  it("asks which connection is meant when there are several", async () => {
    const several = [view, { ...view, name: "shop/twilio" }];
    await using api = await startScriptedServer(server({}, several));
    const { stderr, exitCode } = await runCli(["twilio", "numbers"], { url: api.url });
    expect(stderr).to.include("shop/twilio").and.to.include("Name one of them behind the command, such as");
    expect(exitCode).to.equal(2);
  });
});

describe("twilio connect", () => {
  it("shows the plan and enters nothing without --yes where nobody can be asked", async () => {
    await using api = await startScriptedServer(server({ [`GET ${path}/webhooks`]: planOf("create", "conflict") }));
    const { stdout, stderr, exitCode } = await runCli(["twilio", "connect"], { url: api.url });
    expect(stdout).to.include("https://us.example/in").and.to.include("--sender +15005550001");
    expect(stdout).to.include("Left alone: +15005550099. To enter it there too: --sender +15005550099");
    expect(stderr).to.include("--yes");
    expect([exitCode, api.seen.some(({ method }) => method === "POST")]).to.deep.equal([2, false]);
  });

  it("enters the plan that it has shown, for the senders that were named, and fails when one fails", async () => {
    const plan = planOf("create", "replace");
    const failure = { code: "ENDPOINT_REFUSED", message: "No such number", remedy: "Look." };
    const applied = {
      connection: "twilio/twilio",
      senders: plan.senders.map((sender, index) => ({
        ...{ ...sender, outcome: index === 0 ? "entered" : "failed", failure: index === 0 ? null : failure },
      })),
    };
    const query = "senders=%2B15005550000%2C%2B15005550001";
    const answers = { [`GET ${path}/webhooks?${query}`]: plan, [`POST ${path}/webhooks/apply`]: applied };
    await using api = await startScriptedServer(server(answers));
    const words = ["twilio", "connect", "--yes", "--sender", "+15005550000", "--sender", "+15005550001"];
    const { stdout, exitCode } = await runCli(words, { url: api.url });
    expect(stdout).to.include("entered  +15005550000").and.to.include("+15005550001: No such number");
    const sent = api.seen.find(({ method }) => method === "POST")?.body;
    expect(sent).to.include({ hash: "h1" });
    expect(sent).to.have.property("senders").that.deep.equals(["+15005550000", "+15005550001"]);
    expect(exitCode).to.equal(1);
  });

  it("has nothing to do when everything is entered, and says so", async () => {
    await using api = await startScriptedServer(server({ [`GET ${path}/webhooks`]: planOf("unchanged") }));
    const { stdout, exitCode } = await runCli(["twilio", "connect"], { url: api.url });
    expect(stdout).to.include("There is nothing to enter.");
    expect(exitCode).to.equal(0);
  });

  it("gives the plan as JSON with --dry-run", async () => {
    const plan = planOf("create");
    await using api = await startScriptedServer(server({ [`GET ${path}/webhooks`]: plan }));
    const { stdout } = await runCli(["twilio", "connect", "--dry-run", "--json"], { url: api.url });
    expect(JSON.parse(stdout)).to.deep.equal(plan);
  });
});

describe("connection", () => {
  it("lists connections with state and health", async () => {
    const off = { at: "2026-01-01T00:00:00.000Z", by: "ann", reason: "wrong texts" };
    const all = [
      view,
      { ...view, name: "shop/twilio", active: false, deactivated: off, health: null, checkedAt: null },
    ];
    await using api = await startScriptedServer(server({}, all));
    const { stdout } = await runCli(["connection", "list"], { url: api.url });
    expect(stdout).to.match(/twilio\/twilio +Twilio +active +problems/);
    expect(stdout).to.match(/shop\/twilio +Twilio +deactivated +- +never +by ann: wrong texts/);
  });

  it("deactivates, and says who and why", async () => {
    const answer = { ...view, active: false };
    await using api = await startScriptedServer(server({ [`POST ${path}/deactivate`]: answer }));
    const words = ["connection", "deactivate", "twilio/twilio", "--reason", "wrong texts"];
    const { stdout } = await runCli(words, { url: api.url });
    expect(stdout).to.include("twilio/twilio is deactivated");
    expect(api.seen[0]?.body).to.include({ reason: "wrong texts" }).and.to.have.property("by").that.includes("@");
  });

  it("passes on that there is no such connection", async () => {
    const unknown = problemAnswer(404, { code: "CONNECTION_UNKNOWN", detail: "There is no connection a/b" });
    await using api = await startScriptedServer(() => unknown);
    const { stderr, exitCode } = await runCli(["connection", "activate", "a/b"], { url: api.url });
    expect(stderr).to.include("There is no connection a/b");
    expect(exitCode).to.equal(2);
  });
});

describe("connection checks", () => {
  const look = (more: object) => ({
    ...{
      id: "chk_1",
      at: "2026-01-01T00:00:00.000Z",
      occasion: "regular",
      health: "fine",
      tookMs: 85,
      concerns: [],
      more: 0,
    },
    ...more,
  });

  it("prints how it was found each time, with what to do about what was wrong", async () => {
    const bad = look({ occasion: "asked", health: "problems", concerns: detail.concerns, more: 3 });
    const asked = `GET ${path}/checks?limit=20`;
    await using api = await startScriptedServer(server({ [asked]: { items: [bad, look({})], next: null } }));
    const { stdout, exitCode } = await runCli(["connection", "checks", "twilio/twilio"], { url: api.url });
    const lines = stdout.trimEnd().split("\n");
    expect(lines[1]).to.match(/somebody asked +85 ms +problems +It is a trial account$/);
    expect(lines.slice(2, 6).map((line) => line.trim())).to.deep.equal([
      "What to do: Upgrade.",
      "Carriers block it",
      "What to do: Register.",
      "and 3 more",
    ]);
    expect(lines[6]).to.match(/its time had come +85 ms +fine$/);
    expect(exitCode).to.equal(0);
  });

  it("says that no look has found trouble, when only that is asked for", async () => {
    const asked = `GET ${path}/checks?limit=20&trouble=true`;
    await using api = await startScriptedServer(server({ [asked]: { items: [], next: null } }));
    const { stdout } = await runCli(["connection", "checks", "twilio/twilio", "--trouble"], { url: api.url });
    expect(stdout).to.include("No look at twilio/twilio that is kept has found anything wrong.");
  });
});
