import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import { openSqliteStore } from "../../src/store/sqlite/open-sqlite-store.js";
import { created, sampleRun } from "../store/samples.js";
import { runCli, temporaryFolder } from "./parts.js";

describe("the commands that seal people", () => {
  it("turn a database there and back, and say what it takes to read it", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "patchbay.db");
    const store = await openSqliteStore({ path, migrationsFolder: packagePath("src/store/sqlite/migrations") });
    await store.commit([created(sampleRun())]);
    await store.close();
    const variables = { DATABASE_URL: `sqlite:${path}`, PATCHBAY_SECRET: "a secret of these tests" };
    const cli = (words: string, more: Record<string, string> = {}) =>
      runCli(words.split(" "), { variables: { ...variables, ...more } });
    const without = await cli("people seal", { PATCHBAY_SECRET: "" });
    expect([without.exitCode, without.stderr]).to.satisfy(([code, text]: [number, string]) => {
      return code === 2 && text.includes("PATCHBAY_SECRET is not set");
    });
    await writeFile(join(folder.path, "patchbay.secret"), "another secret of these tests");
    const sealed = await cli("people seal");
    expect(sealed.exitCode, sealed.stderr).to.equal(0);
    expect(sealed.stdout)
      .to.include("1 row written anew")
      .and.include("Without the secret nothing")
      .and.include("Move ");
    const again = await cli("people seal --json");
    expect(JSON.parse(again.stdout)).to.include({ people: "sealed", changed: 0 });
    const wrong = await cli("people unseal", { PATCHBAY_SECRET: "another secret altogether" });
    expect(wrong.stderr).to.include("SECRET_UNREADABLE");
    const opened = await cli("people unseal");
    expect(opened.stdout).to.include("in the clear").and.include("1 row written anew");
    await rm(path);
    expect((await cli("people seal")).stderr).to.include("STORE_UNAVAILABLE");
  });
});
