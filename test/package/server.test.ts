import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import type { JsonObject } from "../../src/core/json.js";
import { freePort } from "../../testing/free-port.js";

const { PATH } = process.env;
const main = packagePath("dist/server/main.js");
const run = (...words: string[]) => promisify(execFile)(process.execPath, words, { env: { PATH } });

describe("The bundled server", () => {
  let folder: string;
  let stop: () => Promise<void>;
  let url: string;
  before(async function () {
    this.timeout(180_000);
    await run(packagePath("scripts/bundle-server.mjs"));
    folder = await mkdtemp(join(tmpdir(), "patchbay-bundle-"));
    url = `http://127.0.0.1:${await freePort()}`;
    const env = { PATH, PORT: new URL(url).port, DATABASE_URL: `sqlite:${join(folder, "a.db")}`, LOG_LEVEL: "silent" };
    const server = spawn(process.execPath, [main, "start"], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
    stop = async () => {
      const exit = once(server, "exit");
      server.kill("SIGTERM");
      await exit;
    };
    await once(server.stdout, "data");
  });
  after(async () => {
    await stop();
    await rm(folder, { recursive: true });
  });

  const ask = (path: string, body?: object): Promise<Response> =>
    fetch(url + path, {
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      headers: { "Content-Type": "application/json" },
    });

  it("finds the database's threads, the native module and the migrations", async () => {
    expect((await ask("/readyz")).status).to.equal(200);
    expect((await ask("/api/v1/runs")).status).to.equal(200);
  });

  it("finds the files of its API documentation and of its console", async () => {
    for (const path of ["/docs/swagger-ui.css", "/docs/", "/"]) expect((await ask(path)).status, path).to.equal(200);
  });

  it("finds collections, their grammar and the threads that evaluate expressions", async () => {
    for (const name of ["ecommerce", "communication"])
      expect((await ask("/api/v1/collections/install", { name })).status, name).to.equal(201);
    const parameters = { accountSid: `AC${"0".repeat(32)}`, authToken: "token", from: "+15005550006" };
    const plan = await ask("/api/v1/collections/plan", { name: "twilio", parameters });
    expect(plan.status, await plan.text()).to.equal(200);
    await ask("/api/v1/collections/install", { name: "twilio", parameters });
    // Sorting is no plain expression: a thread evaluates it.
    const front = "/* title: Order to SMS\n   from: ecommerce/Order\n   to: communication/Sms */\n";
    const source = `${front}{ "phone": "+15005550006", "message": $join($sort(line_items.name), ", ") }`;
    const input = { id: "1", line_items: [{ name: "b" }, { name: "a" }] };
    const tried = await ask("/api/v1/translators/twilio/order-to-sms/try", { input, source });
    expect(await tried.json()).to.have.nested.property("output.message", "a, b");
  });

  it("finds the process that plays golden tests", async () => {
    const report = (await (await ask("/api/v1/collections/test", { name: "slack-alerts" })).json()) as JsonObject;
    expect(report).to.include({ failed: 0 }).and.have.property("passed").that.is.above(0);
  });

  it("finds the thread that passwords are worked out in", async () => {
    const made = await ask("/api/v1/users", { name: "ann", role: "owner", password: "correct horse battery" });
    expect(made.status, await made.text()).to.equal(201);
    const signedIn = await ask("/api/v1/sign-in", { name: "ann", password: "correct horse battery" });
    expect(signedIn.status, await signedIn.text()).to.equal(200);
  });

  it("is the patchbay command", async () => {
    const { stdout } = await run(main, "--help");
    expect(stdout).to.include("collection").and.include("doctor");
    expect((await run(main, "--version")).stdout.trim()).to.match(/^\d+\.\d+\.\d+/);
  });
});
