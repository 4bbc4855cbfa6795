import { cp, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { expect } from "chai";
import type { Store } from "../../src/core/store.js";
import { startDatabaseThread } from "../../src/store/sqlite/database-thread.js";
import { openSqliteStore } from "../../src/store/sqlite/open-sqlite-store.js";
import { coverageFolder } from "../../testing/coverage.js";
import { failed } from "../http/failed.js";
import { storeContract } from "./contract.js";
import { created, eventAndRun, recorded, recordVersion, sampleEvent, sampleRun, start } from "./samples.js";
import { migrationNumbers, migrationsFolder, rowsBeside, type TempStore, tempStore } from "./temp-store.js";

storeContract("SQLite in memory", () => openSqliteStore({ path: ":memory:", migrationsFolder }));

storeContract("SQLite on a file", async (): Promise<Store> => {
  const temp = await tempStore();
  return { ...(await temp.open()), close: async () => temp[Symbol.asyncDispose]() };
});

describe("The SQLite store", () => {
  // These tests use all that a database's thread can do, so no other test needs to have its threads covered.
  before(() => {
    if (coverageFolder !== undefined) process.env.NODE_V8_COVERAGE = coverageFolder;
  });
  after(() => {
    delete process.env.NODE_V8_COVERAGE;
  });

  it("works with the pragmas that durability needs, in the very connection that writes", async () => {
    await using temp = await tempStore();
    const thread = await startDatabaseThread({ path: temp.path, role: "writer", migrationsFolder, maxPages: null });
    const read = async (name: string): Promise<unknown> => {
      const [row] = await thread.do({ kind: "read", statement: { sql: `PRAGMA ${name}`, values: [] } });
      return Object.values(row ?? {})[0];
    };
    expect(await read("journal_mode")).to.equal("wal");
    expect(await read("synchronous")).to.equal(2);
    await thread.close();
  });

  it("does not write through the connection that reads", async () => {
    await using temp = await tempStore();
    await temp.open();
    const thread = await startDatabaseThread({ path: temp.path, role: "reader", migrationsFolder, maxPages: null });
    const statement = { sql: "DELETE FROM events", values: [] };
    await failed(thread.do({ kind: "read", statement }), "STORE_UNAVAILABLE");
    await thread.close();
  });

  it("makes the folder of its file", async () => {
    await using temp = await tempStore();
    const path = join(temp.folder, "a", "b", "patchbay.db");
    const store = await temp.open({ path });
    await store.commit([created(sampleRun())]);
    expect(rowsBeside(path, "SELECT COUNT(*) AS n FROM runs")).to.deep.equal([{ n: 1 }]);
  });

  it("keeps everything over a reopening", async () => {
    await using temp = await tempStore();
    const first = await temp.open();
    const { event, run, changes } = eventAndRun();
    await first.commit([...changes, ...recordVersion({ key: "R1", version: 1, indexed: { city: "Rome" } }).changes]);
    await first.runs.claim("ann", { limit: 1, leaseMs: 60_000, now: start });
    const before = await first.runs.get(run.id);
    await first.close();
    const second = await temp.open();
    expect(await second.runs.get(run.id)).to.deep.equal(before);
    expect(await second.events.get(event.id)).to.deep.equal(event);
    const found = await second.records.list({ dataType: "shop/Order", where: { city: "Rome" } }, { limit: 5 });
    expect(found.items.map(({ key }) => key)).to.deep.equal(["R1"]);
    await failed(second.commit(recordVersion({ key: "R1", version: 1 }).changes), "RECORD_CONFLICT");
  });

  it("is the only user of its file, and a memory store of its memory", async () => {
    await using temp = await tempStore();
    expect((await temp.open()).exclusive).to.equal(true);
    const [one, two] = [await temp.open({ path: ":memory:" }), await temp.open({ path: ":memory:" })];
    const event = sampleEvent();
    await one.commit([recorded(event)]);
    expect(await two.events.get(event.id)).to.equal(null);
  });
});

describe("The lock on a SQLite file", () => {
  it("refuses a second opening, also through a link, and does not disturb the first", async () => {
    await using temp = await tempStore();
    const store = await temp.open();
    await failed(temp.open(), "STORE_LOCKED");
    const link = join(temp.folder, "link.db");
    await symlink(temp.path, link);
    await failed(temp.open({ path: link }), "STORE_LOCKED");
    await symlink(temp.folder, join(temp.folder, "elsewhere"));
    await failed(temp.open({ path: join(temp.folder, "elsewhere", "patchbay.db") }), "STORE_LOCKED");
    await store.commit([created(sampleRun())]);
    await failed(temp.open(), "STORE_LOCKED");
  });

  it("goes when the store is closed", async () => {
    await using temp = await tempStore();
    await (await temp.open()).close();
    await (await temp.open()).check();
  });

  it("goes when opening fails", async () => {
    await using temp = await tempStore();
    await failed(temp.open({ migrationsFolder: join(temp.folder, "none") }), "INTERNAL_ERROR");
    await (await temp.open()).check();
  });
});

describe("Migrations", () => {
  it("are recorded once, with their instant", async () => {
    await using temp = await tempStore();
    await (await temp.open()).close();
    const first = rowsBeside(temp.path, "SELECT number, applied_at FROM schema_migrations");
    expect(first.map(({ number }) => number)).to.deep.equal(migrationNumbers());
    expect(Math.abs(Number(first[0]?.applied_at) - Date.now())).to.be.lessThan(600_000);
    await (await temp.open()).close();
    expect(rowsBeside(temp.path, "SELECT number, applied_at FROM schema_migrations")).to.deep.equal(first);
  });

  it("that this version does not know make it refuse the database", async () => {
    await using temp = await tempStore();
    const newer = await folderWith(temp, "CREATE TABLE later (id TEXT PRIMARY KEY);");
    await (await temp.open({ migrationsFolder: newer })).close();
    const error = await failed(temp.open(), "STORE_AHEAD");
    expect(error.message)
      .to.include("migration 9999")
      .and.to.include(`up to ${migrationNumbers().at(-1)}`);
    await (await temp.open({ migrationsFolder: newer })).check();
  });

  it("bring an older database up to date and keep what is in it", async () => {
    await using temp = await tempStore();
    const run = sampleRun();
    const older = await temp.open();
    await older.commit([created(run)]);
    await older.close();
    const store = await temp.open({ migrationsFolder: await folderWith(temp, "CREATE TABLE later (id TEXT);") });
    expect(await store.runs.get(run.id)).to.deep.equal(run);
    const applied = rowsBeside(temp.path, "SELECT number FROM schema_migrations");
    expect(applied.map(({ number }) => number)).to.deep.equal([...migrationNumbers(), 9999]);
  });

  it("are applied as a whole or not at all", async () => {
    await using temp = await tempStore();
    const broken = await folderWith(temp, "CREATE TABLE later (id TEXT); CREATE TABLE later (id TEXT);");
    const error = await failed(temp.open({ migrationsFolder: broken }), "INTERNAL_ERROR");
    expect(error.message).to.include("later");
    const sql = "SELECT name FROM sqlite_master WHERE name = 'later'";
    expect(rowsBeside(temp.path, sql)).to.deep.equal([]);
    await (await temp.open()).check();
  });
});

describe("Closing a SQLite store", () => {
  it("waits for the commits under way", async () => {
    await using temp = await tempStore();
    const store = await temp.open();
    const runs = Array.from({ length: 700 }, () => sampleRun());
    const commits = runs.map((run) => store.commit([created(run)]));
    await store.close();
    await Promise.all(commits);
    expect(rowsBeside(temp.path, "SELECT COUNT(*) AS n FROM runs")).to.deep.equal([{ n: 700 }]);
  });

  it("may be done twice, also at once, and what is asked of it afterwards is refused", async () => {
    await using temp = await tempStore();
    for (const path of [temp.path, ":memory:"]) {
      const store = await temp.open({ path });
      const closing = store.close();
      const late = failed(store.commit([created(sampleRun())]), "STORE_UNAVAILABLE");
      await Promise.all([closing, store.close(), late]);
      await store.close();
      await failed(store.commit([created(sampleRun())]), "STORE_UNAVAILABLE");
      await failed(store.runs.get("run_1"), "STORE_UNAVAILABLE");
      await failed(store.runs.claim("ann", { limit: 1, leaseMs: 1, now: start }), "STORE_UNAVAILABLE");
      await failed(store.check(), "STORE_UNAVAILABLE");
    }
  });

  it("works when a thread of it has died, whose work was refused", async () => {
    await using temp = await tempStore();
    const threads: Worker[] = [];
    const watch = (worker: Worker): number => threads.push(worker);
    process.on("worker", watch);
    const store = await temp.open();
    process.off("worker", watch);
    expect(threads).to.have.lengthOf(2);
    const pending = failed(
      store.commit(Array.from({ length: 2_000 }, () => created(sampleRun()))),
      "STORE_UNAVAILABLE",
    );
    const [writer] = threads;
    await writer?.terminate();
    await pending;
    await failed(store.commit([created(sampleRun())]), "STORE_UNAVAILABLE");
    await store.close();
    const again = await temp.open();
    expect(await again.runs.backlog(start, 1)).to.equal(0);
  });
});

/** A folder with our migrations and one more. */
async function folderWith(temp: TempStore, sql: string): Promise<string> {
  const folder = join(temp.folder, "migrations");
  await cp(migrationsFolder, folder, { recursive: true });
  await writeFile(join(folder, "9999.sql"), sql);
  return folder;
}
