import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import { openSqliteStore } from "../../src/store/sqlite/open-sqlite-store.js";
import { tempDatabase } from "../store/postgres-parts.js";
import { created, recorded, sampleEvent, sampleRun } from "../store/samples.js";
import { type Finished, runCli, temporaryFolder } from "./parts.js";

const migrationsFolder = packagePath("src/store/sqlite/migrations");

/** A database with events of long ago, and the command line on it. */
async function filled(folder: string): Promise<(words: string, more?: Record<string, string>) => Promise<Finished>> {
  const path = join(folder, "patchbay.db");
  const store = await openSqliteStore({ path, migrationsFolder });
  await store.commit(Array.from({ length: 30 }, () => recorded(sampleEvent({ version: null }))));
  await store.close();
  return (words, more = {}) =>
    runCli(words.split(" "), { variables: { DATABASE_URL: `sqlite:${path}`, ...more }, timeoutMs: 30_000 });
}

describe("the commands that keep a database", function () {
  this.timeout(60_000);

  it("back up and restore it, and say what they did", async () => {
    await using folder = await temporaryFolder();
    const cli = await filled(folder.path);
    const file = join(folder.path, "a.backup");
    const made = await cli(`backup ${file}`);
    expect(made.exitCode, made.stderr).to.equal(0);
    expect(made.stdout)
      .to.match(/^events +30 /m)
      .and.to.include("31 rows in 2 tables")
      .and.include("PATCHBAY_SECRET");
    expect((await cli(`backup ${file}`)).exitCode).to.equal(2);
    const checked = JSON.parse((await cli(`restore ${file} --dry-run --json`)).stdout);
    expect(checked).to.include({ restored: false, verified: true });
    const refused = await cli(`restore ${file}`);
    expect([refused.exitCode, refused.stderr]).to.satisfy(([code, text]: [number, string]) => {
      return code === 2 && text.includes("TARGET_NOT_EMPTY");
    });
    const elsewhere = { DATABASE_URL: `sqlite:${join(folder.path, "new", "b.db")}` };
    const restored = await cli(`restore ${file} --verify`, elsewhere);
    expect(restored.exitCode, restored.stderr).to.equal(0);
    expect(restored.stdout)
      .to.include("compared with the backup and found the same")
      .and.include("Nothing was unfinished in it.");
    await writeFile(file, "nothing");
    const damaged = await cli(`restore ${file} --dry-run --json`);
    expect(damaged.exitCode).to.equal(2);
    expect(JSON.parse(damaged.stdout).error).to.include({ code: "BACKUP_DAMAGED" });
  });

  it("hold what was unfinished, unless they are told to let it go on", async () => {
    await using folder = await temporaryFolder();
    const cli = await filled(folder.path);
    const path = join(folder.path, "patchbay.db");
    const store = await openSqliteStore({ path, migrationsFolder });
    await store.commit([created(sampleRun())]);
    await store.close();
    const file = join(folder.path, "a.backup");
    expect((await cli(`backup ${file}`)).exitCode).to.equal(0);
    const held = await cli(`restore ${file}`, { DATABASE_URL: `sqlite:${join(folder.path, "held.db")}` });
    expect(held.stdout, held.stderr).to.include("does not go on by itself: 1 run, 0 calls, 0 bulk operations");
    const going = { DATABASE_URL: `sqlite:${join(folder.path, "going.db")}` };
    const { stdout } = await cli(`restore ${file} --go-on --json`, going);
    expect(JSON.parse(stdout).held).to.deep.equal({ runs: 0, calls: 0, operations: 0 });
  });

  it("copy it, and refuse what is not a database", async () => {
    await using folder = await temporaryFolder();
    const cli = await filled(folder.path);
    const [from, to] = [`sqlite:${join(folder.path, "patchbay.db")}`, `sqlite:${join(folder.path, "copy.db")}`];
    const copied = await cli(`copy --from ${from} --to ${to} --json`);
    expect(copied.exitCode, copied.stderr).to.equal(0);
    const { tables } = JSON.parse(copied.stdout) as { tables: { table: string; rows: number }[] };
    expect(tables.find(({ table }) => table === "events")?.rows).to.equal(30);
    const wrong = await cli(`copy --from ${from} --to mongodb://user:secret@host/db`);
    expect(wrong.exitCode).to.equal(2);
    expect(wrong.stderr).to.include("CONFIG_INVALID").and.not.include("secret@");
  });

  it("do all of it with a database on a PostgreSQL server too, and never show its password", async () => {
    await using folder = await temporaryFolder();
    await using database = await tempDatabase();
    const url = database.url.replace("patchbay@", "patchbay:s3cret-word@");
    const cli = await filled(folder.path);
    const said: string[] = [];
    const done = async (words: string, more = {}): Promise<string> => {
      const { exitCode, stdout, stderr } = await cli(words, { DATABASE_URL: url, ...more });
      said.push(stdout, stderr);
      expect(exitCode, `${words}: ${stderr}`).to.equal(0);
      return stdout;
    };
    await done(`copy --from sqlite:${join(folder.path, "patchbay.db")} --to ${url}`);
    expect(await done("migrate --check")).to.include("as this version needs it");
    const file = join(folder.path, "a.backup");
    expect(await done(`backup ${file}`)).to.match(/^events +30 /m);
    await done(`restore ${file} --dry-run`);
    const policy = { RETENTION_SUCCEEDED_DAYS: "3" };
    expect(JSON.parse(await done("retention --dry-run --json", policy)).counts.payloads).to.equal(30);
    expect(await done("retention", policy)).to.match(/Events closed.* 30$/m);
    expect(await done("compact")).to.include("bytes; it had");
    expect((await cli(`restore ${file}`, { DATABASE_URL: url })).stderr).to.include("TARGET_NOT_EMPTY");
    expect(said.join()).to.not.include("s3cret-word");
  });

  it("say whether it fits this version, and make it fit", async () => {
    await using folder = await temporaryFolder();
    const variables = { DATABASE_URL: `sqlite:${join(folder.path, "new.db")}` };
    const before = await runCli(["migrate", "--check"], { variables });
    expect([before.exitCode, before.stdout.includes("is behind: it is at 0")]).to.deep.equal([1, true]);
    expect(await stat(join(folder.path, "new.db")).catch(() => null)).to.equal(null);
    const done = await runCli(["migrate", "--json"], { variables });
    expect(JSON.parse(done.stdout)).to.include({ from: 0, migrated: true });
    const after = await runCli(["migrate", "--check"], { variables });
    expect([after.exitCode, after.stdout.includes("as this version needs it")]).to.deep.equal([0, true]);
  });

  it("show what retention would take, and take it", async () => {
    await using folder = await temporaryFolder();
    const cli = await filled(folder.path);
    const policy = { RETENTION_SUCCEEDED_DAYS: "3" };
    expect((await cli("retention --dry-run")).stdout).to.include("Everything is kept");
    const preview = JSON.parse((await cli("retention --dry-run --json", policy)).stdout);
    expect(preview).to.deep.include({ dryRun: true, more: false });
    expect(preview.counts.payloads).to.equal(30);
    const done = await cli("retention", policy);
    expect(done.exitCode, done.stderr).to.equal(0);
    expect(done.stdout)
      .to.match(/Events closed.* 30$/m)
      .and.include("an hour later");
    expect((await cli("retention --dry-run", policy)).stdout).to.include("Nothing would go.");
    const compacted = JSON.parse((await cli("compact --json")).stdout);
    expect(compacted.after).to.be.at.most(compacted.before);
  });

  it("have nothing to do with a database in memory", async () => {
    const variables = { DATABASE_URL: "sqlite::memory:" };
    const { exitCode, stderr } = await runCli(["backup", "/tmp/never.backup"], { variables });
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("in memory");
  });
});
