import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { sharedPostgresServer } from "../../testing/postgres-server.js";
import { pageAnswer, problemAnswer, runCli, type Script, startScriptedServer, temporaryFolder } from "./parts.js";

interface Report {
  readonly problems: number;
  readonly findings: readonly { subject: string; state: string; message: string; remedy: string | null }[];
}

const record = { kind: "record", dataType: "ecommerce/Order", events: ["created"], when: null };
const texting = (name: string, active: boolean) => ({
  name,
  title: name,
  summary: null,
  active,
  on: record,
  steps: [{ id: "send", kind: "call", endpoint: "twilio/send-message" }],
});
const twilio = {
  name: "twilio",
  installed: {
    version: "1.0.0",
    parameters: { accountSid: "AC1", from: "+15005550006" },
    webhooks: [] as object[],
  },
  leftOut: null,
};

const inbound = {
  connection: "twilio/twilio",
  key: "inbound",
  title: "A message comes in",
  enteredAs: "at the number",
};

const found = { name: "twilio/twilio", connector: "twilio", deactivated: null, health: "fine" };

function server(flows: readonly object[], ready = true, waiting: readonly object[] = []): Script {
  return ({ path }) => {
    if (path === "/healthz") return { body: { status: "alive", version: "0.0.0" } };
    if (path === "/readyz") {
      return ready
        ? { body: { status: "ready" } }
        : problemAnswer(503, { code: "STORE_UNAVAILABLE", detail: "Disk full" });
    }
    if (path.startsWith("/api/v1/collections?")) return pageAnswer([twilio]);
    if (path.startsWith("/api/v1/flows?")) return pageAnswer(flows);
    if (path.startsWith("/api/v1/runs?")) return pageAnswer(waiting);
    return listed(path);
  };
}

function sealed(sealedBy: string): object {
  const secondFactors = { current: 1, previous: 0, unknown: 0 };
  return { collections: [{ collection: "twilio", parameters: ["authToken"], sealedBy }], secondFactors, dataKey: null };
}

function listed(path: string): ReturnType<Script> {
  if (path === "/api/v1/secrets") return { body: sealed("current") };
  if (path.startsWith("/api/v1/connections?")) return pageAnswer([found]);
  return /^\/api\/v1\/(notifications|processes)\?/.test(path) ? pageAnswer([]) : null;
}

async function examine(
  script: Script,
  variables: Record<string, string> = {},
): Promise<Report & { exitCode: number | null }> {
  await using running = await startScriptedServer(script);
  await using folder = await temporaryFolder();
  const database = { DATABASE_URL: `sqlite:${join(folder.path, "patchbay.db")}` };
  const { exitCode, stdout } = await runCli(["doctor", "--json"], {
    url: running.url,
    variables: { ...database, ...variables },
  });
  return { exitCode, ...JSON.parse(stdout) };
}

function finding({ findings }: Report, subject: string): Report["findings"][number] | undefined {
  return (
    findings.find((one) => one.subject === subject && one.state !== "ok") ??
    findings.find((one) => one.subject === subject)
  );
}

describe("doctor", () => {
  it("finds no problem in an installation that is well", async () => {
    const report = await examine(server([texting("twilio/a", true)]), { PUBLIC_URL: "https://patchbay.example.com" });
    expect(report.exitCode).to.equal(0);
    expect(report.problems).to.equal(0);
    for (const subject of ["node", "disk space", "database", "public url", "twilio", "flows", "notifications"]) {
      expect(finding(report, subject), subject).to.include({ state: "ok", remedy: null });
    }
  });

  it("shows the addresses to enter at the vendor, once the server has a public one", async () => {
    for (const [url, messages] of [
      ["https://p.example/hooks/1/inbound", ["A message comes in: https://p.example/hooks/1/inbound (at the number)"]],
      [null, []],
    ] as const) {
      const installed = { ...twilio.installed, webhooks: [{ ...inbound, url }] };
      const plain = server([texting("twilio/a", true)]);
      const script: Script = (request) =>
        request.path.startsWith("/api/v1/collections?") ? pageAnswer([{ ...twilio, installed }]) : plain(request);
      const { findings } = await examine(script);
      const shown = findings.filter(({ subject }) => subject === "webhook");
      expect(shown.map(({ message }) => message)).to.deep.equal(messages);
    }
  });

  it("looks at a database server instead of a folder, and says what is wrong with reaching it", async () => {
    const DATABASE_URL = await (await sharedPostgresServer()).createDatabase();
    const well = await examine(server([texting("twilio/a", true)]), {
      DATABASE_URL,
      PATCHBAY_SECRET: "a secret of many",
    });
    expect(finding(well, "database")).to.include({ state: "ok" });
    expect(finding(well, "secret")).to.include({ state: "ok" });
    const away = "postgres://127.0.0.1:1/shop";
    const ill = await examine(server([texting("twilio/a", true)]), { DATABASE_URL: away });
    expect(finding(ill, "database")?.message).to.include("127.0.0.1:1/shop cannot be used");
    expect(finding(ill, "secret")).to.include({ state: "problem" });
  });

  it("says which secrets an older PATCHBAY_SECRET has sealed, and which no known one opens", async () => {
    const found = async (sealedBy: string) => {
      const plain = server([texting("twilio/a", true)]);
      const script: Script = (request) =>
        request.path === "/api/v1/secrets" ? { body: sealed(sealedBy) } : plain(request);
      return finding(await examine(script), "secrets");
    };
    expect(await found("current")).to.equal(undefined);
    expect(await found("previous")).to.include({ state: "warning", remedy: "patchbay secret rotate" });
    expect(await found("unknown")).to.include({ state: "problem" });
  });

  it("names the processes that share the database, and misses one that carries runs on", async () => {
    const among = async (...roles: string[]): Promise<Report> => {
      const plain = server([texting("twilio/a", true)]);
      const processes = roles.map((role, index) => ({ name: `host:${index}`, role, version: "0.0.0" }));
      return examine((request) =>
        request.path.startsWith("/api/v1/processes?") ? pageAnswer(processes) : plain(request),
      );
    };
    const well = finding(await among("api", "worker"), "processes");
    expect(well).to.include({ state: "ok", message: "sharing the database: host:0 (api), host:1 (worker)" });
    const ill = finding(await among("api"), "processes");
    expect(ill).to.include({ state: "problem" });
    expect(ill?.message).to.include("no process carries runs on");
  });

  it("names what is installed and left out, because it does not fit the others", async () => {
    const plain = server([texting("twilio/a", true)]);
    const left = {
      ...twilio,
      name: "shop",
      installed: null,
      leftOut: { version: "1.2.0", reason: "shop/Order is unknown" },
    };
    const report = await examine((request) =>
      request.path.startsWith("/api/v1/collections?") ? pageAnswer([twilio, left]) : plain(request),
    );
    expect(finding(report, "collections")).to.deep.include({
      state: "problem",
      message: "shop 1.2.0 is installed and left out, because it does not fit the others: shop/Order is unknown",
    });
  });

  it("warns of a connection that is switched off, and passes on what the last look found", async () => {
    const plain = server([texting("twilio/a", true)]);
    const among =
      (connection: object): Script =>
      (request) =>
        request.path.startsWith("/api/v1/connections?") ? pageAnswer([connection]) : plain(request);
    const deactivated = { at: "2026-01-01T00:00:00.000Z", by: "ann", reason: "wrong texts" };
    expect(finding(await examine(among({ ...found, deactivated })), "connections")).to.include({
      state: "warning",
      message: "twilio/twilio was deactivated at 2026-01-01T00:00:00.000Z by ann: wrong texts; nothing is sent by it",
    });
    const ill = await examine(among({ ...found, health: "problems" }));
    expect([ill.exitCode, finding(ill, "connections")?.state]).to.deep.equal([1, "problem"]);
  });

  it("warns of a connection that runs wait for, with how many and why", async () => {
    const reason = "it has not answered for 2 minutes";
    const outage = { wait: { kind: "connection", connection: "twilio/twilio", reason } };
    const waiting = [outage, { wait: { kind: "retry" } }, outage];
    const report = await examine(server([texting("twilio/a", true)], true, waiting));
    expect(finding(report, "connections")).to.include({
      ...{ state: "warning", message: `2 runs wait for twilio/twilio: ${reason}` },
    });
    const well = await examine(server([texting("twilio/a", true)], true, [{ wait: { kind: "retry" } }]));
    expect(finding(well, "connections")).to.include({ state: "ok", remedy: null });
  });

  it("calls a server that does not answer a problem, with its remedy, and ends with exit code 1", async () => {
    const { exitCode, stdout } = await runCli(["doctor"]);
    expect(exitCode).to.equal(1);
    expect(stdout).to.match(/^problem +server .*the connection was refused|fetch failed|bad port/m);
    expect(stdout).to.include("patchbay start");
  });

  it("calls a database that cannot store a problem", async () => {
    const report = await examine(server([texting("twilio/a", true)], false));
    expect(report.exitCode).to.equal(1);
    expect(finding(report, "database")).to.deep.include({ state: "problem", message: "Disk full" });
  });

  it("warns of two active flows that text for the same event, and says which to switch off", async () => {
    const report = await examine(
      server([texting("twilio/a", true), texting("twilio/b", true), texting("twilio/c", false)]),
    );
    expect(report.exitCode).to.equal(0);
    const warning = finding(report, "flows");
    expect(warning).to.include({
      state: "warning",
      remedy: "Switch one of them off: patchbay flow deactivate twilio/b",
    });
    expect(warning?.message).to.not.include("twilio/c");
  });

  it("warns when no flow is switched on", async () => {
    const report = await examine(server([texting("twilio/a", false)]));
    expect(finding(report, "flows")).to.include({ state: "warning" });
  });

  it("warns of a PUBLIC_URL that is missing, only this machine, or not encrypted", async () => {
    for (const url of ["", "http://127.0.0.1:4000", "http://patchbay.example.com"]) {
      const report = await examine(server([]), { PUBLIC_URL: url });
      expect(finding(report, "public url"), url).to.include({ state: "warning" });
    }
  });

  it("calls a secret file that others can read a problem", async () => {
    await using running = await startScriptedServer(server([]));
    await using folder = await temporaryFolder({ "patchbay.secret": "0123456789abcdef0123456789abcdef" });
    const variables = { DATABASE_URL: `sqlite:${join(folder.path, "patchbay.db")}` };
    for (const [mode, state] of [
      [0o644, "problem"],
      [0o600, "ok"],
    ] as const) {
      await chmod(join(folder.path, "patchbay.secret"), mode);
      const { stdout } = await runCli(["doctor", "--json"], { url: running.url, variables });
      expect(finding(JSON.parse(stdout), "secret")).to.include({ state });
    }
  });

  it("warns of a database that is kept in memory", async () => {
    const report = await examine(server([]), { DATABASE_URL: "sqlite::memory:" });
    expect(finding(report, "database")?.state).to.equal("warning");
  });
});
