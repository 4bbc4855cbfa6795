import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import { freePort } from "../../testing/free-port.js";
import { type PostgresServer, startPostgresServer } from "../../testing/postgres-server.js";
import { openTestApp, type TestApp } from "./parts.js";

describe("Signing in where several processes take requests", function () {
  this.timeout(120_000);
  let server: PostgresServer;
  let one: TestApp;
  let other: ChildProcess;
  let urls: readonly string[];

  before(async () => {
    server = await startPostgresServer();
    const variables = { PATCHBAY_SECRET: "a secret that processes share", DATABASE_URL: await server.createDatabase() };
    one = await openTestApp({ ...variables, ROLE: "api" });
    const port = await freePort();
    const settings = { PORT: String(port), PUBLIC_URL: one.url, LOG_LEVEL: "silent" };
    other = spawn(process.execPath, [packagePath("dist/src/main.js"), "start", "--role", "api"], {
      env: { PATH: process.env.PATH, ...variables, ...settings },
      stdio: "ignore",
    });
    urls = [one.url, `http://127.0.0.1:${port}`];
    const ready = () =>
      fetch(`${urls[1]}/readyz`).then(
        ({ status }) => status,
        () => 0,
      );
    await one.until(ready, (status) => status === 200);
    const made = await one.request("POST", "/api/v1/users", { name: "ann", role: "owner", password });
    expect(made.status).to.equal(201);
  });
  after(async () => {
    const exit = once(other, "exit");
    other.kill("SIGKILL");
    await exit;
    await one.close();
    await server[Symbol.asyncDispose]();
  });

  const password = "correct horse battery";
  const signIn = async (url: string | undefined, body: object) => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${url}/api/v1/sign-in`, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: answer.status, retryAfter: Number(answer.headers.get("retry-after")) };
  };

  it("gives who guesses eight tries in all, not eight of each process", async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 10; n++) {
      statuses.push((await signIn(urls[n % 2], { name: "bob", password: `a wrong password ${n}` })).status);
    }
    expect(statuses).to.deep.equal([401, 401, 401, 401, 401, 401, 401, 401, 429, 429]);
    expect((await signIn(urls[0], { name: "bob", password })).retryAfter).to.be.within(1, 30);
  });

  it("goes on counting where a process was started anew", async () => {
    await one.restart();
    expect((await signIn(urls[0], { name: "bob", password })).status).to.equal(429);
  });

  it("lets in by either process, however often, who knows the password", async () => {
    for (let n = 0; n < 10; n++) expect((await signIn(urls[n % 2], { name: "ann", password })).status).to.equal(200);
  });
});
