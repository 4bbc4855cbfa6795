import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { findPort } from "../../src/cli/demo/free-port.js";
import { firstLine, runCli, startCli, temporaryFolder } from "./parts.js";

const timeoutMs = 120_000;
const password = "correct horse battery";

describe("users and keys on the command line", () => {
  it("are made with the token in the data folder, which keeps the command line working once there are users", async () => {
    await using folder = await temporaryFolder();
    const port = await findPort({ wished: null, first: 42_000 });
    const url = `http://127.0.0.1:${port}`;
    const variables = {
      ...{ DATABASE_URL: `sqlite:${join(folder.path, "data", "patchbay.db")}`, PORT: String(port), LOG_LEVEL: "error" },
      FLOWS_FOLDER: join(folder.path, "flows"),
    };
    const server = startCli(["start", "--json"], { variables, timeoutMs });
    const cli = (words: readonly string[], stdin = "") => runCli(words, { url, stdin, variables, timeoutMs });
    try {
      const started = JSON.parse(await firstLine(server.process));
      expect(started.setup).to.match(/\/setup#[\w-]{43}$/);
      const tokenPath = join(folder.path, "data", "local.token");
      expect((await stat(tokenPath)).mode & 0o777).to.equal(0o600);

      const added = await cli(["user", "add", "Ann", "--role", "owner", "--password-stdin"], `${password}\n`);
      expect(added.stderr + added.stdout).to.include("ann can sign in as owner.");
      expect((await fetch(`${url}/api/v1/runs`)).status).to.equal(401);

      const made = JSON.parse((await cli(["key", "create", "shop", "--role", "push", "--json"])).stdout);
      expect(made.text).to.match(/^pb_[0-9a-f]{8}_[\w-]{43}$/);
      const call = (path: string) => fetch(`${url}${path}`, { headers: { authorization: `Bearer ${made.text}` } });
      expect((await call("/api/v1/account")).status).to.equal(200);
      expect((await call("/api/v1/runs")).status).to.equal(403);
      const listed = await cli(["key", "list"]);
      expect(listed.stdout).to.include(`${made.prefix}_…`).and.to.include("live").and.not.to.include(made.text);
      const revoked = await cli(["key", "revoke", made.prefix]);
      expect(revoked.stdout).to.include("is revoked");
      expect((await call("/api/v1/account")).status).to.equal(401);

      const refused = await cli(["user", "disable", "ann"]);
      expect(refused.exitCode).to.equal(2);
      expect(refused.stderr).to.include("the only owner").and.to.include("somebody else an owner");
      expect((await cli(["user", "list"])).stdout).to.match(/ann +owner +active +no/);

      const token = (await readFile(tokenPath, "utf8")).trim();
      const local = (headers: Record<string, string>) =>
        fetch(`${url}/api/v1/runs`, { headers: { authorization: `Bearer ${token}`, ...headers } });
      expect((await local({})).status).to.equal(200);
      expect((await local({ "x-forwarded-for": "203.0.113.7" })).status, "through a proxy").to.equal(401);
    } finally {
      server.process.kill("SIGTERM");
      await server.finished;
    }
    expect(await stat(join(folder.path, "data", "local.token")).catch(() => null)).to.equal(null);
  });
});
