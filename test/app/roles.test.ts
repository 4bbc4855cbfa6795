import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import { freePort } from "../../testing/free-port.js";
import { type PostgresServer, startPostgresServer } from "../../testing/postgres-server.js";
import { openTestApp, sampleOrder, type TestApp } from "./parts.js";

const orders = "/api/v1/records/ecommerce/Order";

describe("A process that takes requests and processes that carry runs on", function () {
  this.timeout(60_000);
  let server: PostgresServer;
  let api: TestApp;
  let variables: Record<string, string>;
  const workers: ChildProcess[] = [];

  before(async () => {
    server = await startPostgresServer();
  });
  after(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    variables = { PATCHBAY_SECRET: "a secret that processes share", DATABASE_URL: await server.createDatabase() };
    api = await openTestApp({ ...variables, ROLE: "api" });
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) await ended(worker, "SIGKILL");
    await api.close();
  });

  async function startWorker(): Promise<ChildProcess> {
    const settings = {
      ...{ PUBLIC_URL: api.url, PORT: String(await freePort()), LOG_LEVEL: "silent" },
      OUTBOUND_ALLOW: new URL(api.simulator.url).host,
    };
    const env = { PATH: process.env.PATH, ...variables, ...settings };
    const worker = spawn(process.execPath, [packagePath("dist/src/main.js"), "start", "--role", "worker"], {
      env,
      stdio: "ignore",
    });
    workers.push(worker);
    return worker;
  }
  async function ended(worker: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    if (worker.exitCode !== null || worker.signalCode !== null) return;
    const exit = once(worker, "exit");
    worker.kill(signal);
    await exit;
  }
  const push = async (id: string, phone: string) =>
    api.request("POST", orders, await sampleOrder({ id }, { phone: `+1415555${phone}` }));
  const delivered = (count: number) =>
    api.until(
      () => api.list("/api/v1/messages?status=delivered"),
      (messages) => messages.length === count,
    );
  const roles = async (): Promise<unknown[]> => (await api.list("/api/v1/processes")).map(({ role }) => role).sort();

  it("divide an order's way: taken by the one, texted by the other, with what was installed after it began", async () => {
    await startWorker();
    await api.until(roles, (there) => there.length === 2);
    expect(await roles()).to.deep.equal(["api", "worker"]);
    await api.setUp("twilio/send-sms-for-new-order");
    expect((await push("R1", "0131")).status).to.equal(201);
    await delivered(1);
    expect(api.simulator.created).to.equal(1);
  });

  it("are told apart although they have the same host and process number, as containers do", async () => {
    const other = await openTestApp({ ...variables, ROLE: "worker" });
    try {
      await api.until(roles, (there) => there.length === 2);
    } finally {
      await other.close();
    }
  });

  it("go on without one that is killed", async () => {
    await api.setUp("twilio/send-sms-for-new-order");
    const doomed = await startWorker();
    await api.until(roles, (there) => there.length === 2);
    await ended(doomed, "SIGKILL");
    expect((await push("R1", "0131")).status).to.equal(201);
    await startWorker();
    await delivered(1);
    expect(api.simulator.created).to.equal(1);
  });
});
