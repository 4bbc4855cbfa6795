import { join } from "node:path";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import type { Store } from "../../src/core/store.js";
import type { DatabaseAccess } from "../../src/core/tables.js";
import { databaseAt } from "../../src/store/open-store.js";
import { checkBackup, copyDatabase, restoreBackup } from "../../src/store/transfer/fill.js";
import { writeBackup } from "../../src/store/transfer/write-backup.js";
import { failed } from "../http/failed.js";
import { type TempDatabase, tempDatabase } from "./postgres-parts.js";
import { recorded, sampleEvent, start } from "./samples.js";
import { rowsBeside, type TempStore, tempStore } from "./temp-store.js";
import { fill } from "./transfer-parts.js";

const quiet = (): void => undefined;
const at = (databaseUrl: string): Promise<DatabaseAccess> =>
  databaseAt({ databaseUrl, migrationsFolder: (dialect) => packagePath("src/store", dialect, "migrations") });
const keys = ["R1", "R2", "Ä", "z", "A", "a_b", "\ud83d\ude00"];

/** What a database that is read through its snapshot has: all rows of all tables that a backup has. */
async function contentOf(database: DatabaseAccess): Promise<Record<string, unknown[]>> {
  const snapshot = await database.openSnapshot({ exclusive: false });
  const content: Record<string, unknown[]> = {};
  for (const table of snapshot.tables) {
    const rows: unknown[] = [];
    for await (const page of snapshot.rows(table)) {
      rows.push(...page.map((row) => Object.fromEntries(table.columns.map((column, place) => [column, row[place]]))));
    }
    content[table.name] = rows;
  }
  await snapshot.close();
  return content;
}

async function backUp(database: DatabaseAccess, file: string): Promise<string> {
  const snapshot = await database.openSnapshot({ exclusive: false });
  try {
    await writeBackup(snapshot, { file, patchbay: "0.0.0", now: start, progress: quiet });
  } finally {
    await snapshot.close();
  }
  return file;
}

/** A SQLite database and a PostgreSQL database with the same things in them, closed. */
async function filledPair(temp: TempStore, database: TempDatabase): Promise<[sqlite: DatabaseAccess, DatabaseAccess]> {
  const [sqlite, postgres] = [await at(`sqlite:${temp.path}`), await at(database.url)];
  const store = await temp.open();
  await fill(store, keys);
  await store.close();
  const snapshot = await sqlite.openSnapshot({ exclusive: true });
  await copyDatabase(snapshot, postgres, { verify: true, progress: quiet });
  await snapshot.close();
  return [sqlite, postgres];
}

describe("A PostgreSQL database as a whole", function () {
  this.timeout(60_000);

  it("takes over everything from SQLite, and gives everything back, the same to the last row", async () => {
    await using temp = await tempStore();
    await using database = await tempDatabase();
    const [sqlite, postgres] = await filledPair(temp, database);
    const content = await contentOf(sqlite);
    expect(await contentOf(postgres)).to.deep.equal(content);
    const filled = Object.keys(content).filter((table) => content[table]!.length > 0);
    expect(filled).to.have.length.greaterThan(14);
    const back = await at(`sqlite:${join(temp.folder, "back.db")}`);
    const snapshot = await postgres.openSnapshot({ exclusive: true });
    const { held } = await copyDatabase(snapshot, back, { verify: true, progress: quiet });
    await snapshot.close();
    expect(held).to.deep.equal({ runs: 0, calls: 0, operations: 0 });
    expect(await contentOf(back)).to.deep.equal(content);
    const store = await database.open();
    expect(await store.runs.claim("ann", { limit: 9, leaseMs: 1, now: start })).to.have.lengthOf(keys.length);
    const found = await store.records.list({ dataType: "shop/Order", where: { city: "Łódź ✓" } }, { limit: 9 });
    expect(found.items).to.have.lengthOf(keys.length);
  });

  it("is backed up under traffic: what was there at one instant, and nothing torn", async () => {
    await using temp = await tempStore();
    await using database = await tempDatabase();
    const store = await database.open();
    await fill(store, ["first"]);
    let [going, commits] = [true, 0];
    const traffic = (async () => {
      for (; going && commits < 500; commits++) await fill(store, [`later ${commits}`]);
    })();
    const postgres = await at(database.url);
    const files: string[] = [];
    for (const name of ["a", "b", "c"]) files.push(await backUp(postgres, join(temp.folder, name)));
    going = false;
    await traffic;
    for (const [index, file] of files.entries()) {
      const scratch = await at(`sqlite:${join(temp.folder, `scratch ${index}.db`)}`);
      const { tables } = await checkBackup(file, scratch, quiet);
      const rows = (name: string): number => tables.find(({ table }) => table === name)?.rows ?? 0;
      expect(rows("runs")).to.be.greaterThan(0);
      expect([rows("messages"), rows("effects")].map((count) => rows("runs") - count)).to.deep.equal([0, 0]);
    }
  });

  it("reads what was there when a snapshot began, also after a page", async () => {
    await using database = await tempDatabase();
    const store = await database.open();
    await store.commit(Array.from({ length: 1_203 }, (_, index) => recorded(sampleEvent({ key: `R${index}` }))));
    const snapshot = await (await at(database.url)).openSnapshot({ exclusive: false });
    const events = snapshot.tables.find(({ name }) => name === "events")!;
    const ids: unknown[] = [];
    for await (const page of snapshot.rows(events)) {
      await store.commit([recorded(sampleEvent())]);
      ids.push(...page.map(([id]) => id));
    }
    expect(await snapshot.count(events)).to.equal(1_203);
    await snapshot.close();
    expect(ids).to.deep.equal([...ids].sort());
    expect(new Set(ids)).to.have.lengthOf(1_203);
  });

  it("is restored into an empty database only, and keeps what is not ours", async () => {
    await using temp = await tempStore();
    await using source = await tempDatabase();
    await using target = await tempDatabase();
    await filledPair(temp, source);
    const file = await backUp(await at(source.url), join(temp.folder, "a.backup"));
    await target.rows("CREATE TABLE theirs (id TEXT); INSERT INTO theirs VALUES ('x')");
    const to = await at(target.url);
    // Empty, though a Patchbay has been there.
    await (await target.open({ processName: "ann" })).close();
    await restoreBackup(file, to, { verify: true, hold: null, progress: quiet });
    expect(await contentOf(to)).to.deep.equal(await contentOf(await at(source.url)));
    expect(await target.rows("SELECT id FROM theirs")).to.deep.equal([{ id: "x" }]);
    const again = restoreBackup(file, to, { verify: false, hold: null, progress: quiet });
    expect((await failed(again, "TARGET_NOT_EMPTY")).message).to.not.include("patchbay@");
  });

  it("is as it was when a restore breaks off in the middle", async () => {
    await using temp = await tempStore();
    await using database = await tempDatabase();
    await (await temp.open()).commit([recorded(sampleEvent()), recorded(sampleEvent())]);
    const snapshot = await (await at(`sqlite:${temp.path}`)).openSnapshot({ exclusive: false });
    const progress = (): never => {
      throw new Error("broken off");
    };
    const copied = copyDatabase(snapshot, await at(database.url), { verify: false, progress });
    expect(await copied.catch(String)).to.include("broken off");
    await snapshot.close();
    expect(await database.rows("SELECT relname FROM pg_class WHERE relname = 'events'")).to.deep.equal([]);
    await (await database.open()).check();
  });

  it("is not copied, filled or compacted while a Patchbay uses it, and says so", async () => {
    await using database = await tempDatabase();
    const postgres = await at(database.url);
    await failed(postgres.openSnapshot({ exclusive: false }), "STORE_UNAVAILABLE");
    const store = await database.open();
    await failed(postgres.openSnapshot({ exclusive: true }), "STORE_LOCKED");
    await failed(postgres.compact(), "STORE_LOCKED");
    await failed(postgres.openTarget([1]), "STORE_LOCKED");
    await store.close();
    const snapshot = await postgres.openSnapshot({ exclusive: true });
    await failed(postgres.compact(), "STORE_LOCKED");
    await snapshot.close();
    expect((await postgres.compact()).after).to.be.greaterThan(0);
  });

  it("says which migrations it has, and is brought up to date", async () => {
    await using database = await tempDatabase();
    const postgres = await at(database.url);
    const before = await postgres.migrationState();
    expect([before.applied, before.known.length > 6]).to.deep.equal([[], true]);
    await postgres.migrate();
    expect((await postgres.migrationState()).applied).to.deep.equal(before.known);
    expect(postgres.name).to.match(/^postgres:\/\/127\.0\.0\.1:\d+\/database_\d+$/);
  });
});

/** What a held database has; the same wherever it is. */
async function heldIn(store: Store): Promise<unknown> {
  const { items: runs } = await store.runs.list({}, { limit: 9 });
  const { items: effects } = await store.effects.list({}, { limit: 9 });
  const { items: operations } = await store.operations.list({}, { limit: 9 });
  const { items: issues } = await store.issues.list({ state: "new" }, { limit: 9 });
  return {
    runs: runs.map(({ status, failure, dueAt, fence }) => [status, failure?.code, dueAt, fence]),
    effects: effects.map(({ state }) => state),
    operations: operations.map(({ state }) => state),
    held: issues.filter(({ code }) => code === "RUN_HELD").map(({ title, level }) => [level, title]),
    due: await store.runs.nextDueAt(),
    slot: (await store.schedules.all()).get("shop/daily"),
  };
}

describe("What a restore holds", function () {
  this.timeout(60_000);
  const hold = new Date(start.getTime() + 86_400_000);
  const expected = {
    runs: [["failed", "RUN_HELD", null, 1]],
    effects: ["unknown"],
    operations: ["stopped"],
    held: [["warning", "Restored from a backup: 1 runs, 1 calls and 1 operations are held"]],
    due: null,
    slot: hold,
  };

  it("goes on nowhere by itself, on SQLite and on PostgreSQL", async () => {
    await using temp = await tempStore();
    await using database = await tempDatabase();
    const store = await temp.open();
    await fill(store, ["R1"]);
    const file = await backUp(await at(`sqlite:${temp.path}`), join(temp.folder, "a.backup"));
    const path = join(temp.folder, "held.db");
    for (const url of [`sqlite:${path}`, database.url]) {
      const { held } = await restoreBackup(file, await at(url), { verify: true, hold, progress: quiet });
      expect(held).to.deep.equal({ runs: 1, calls: 1, operations: 1 });
    }
    expect(await heldIn(await temp.open({ path }))).to.deep.equal(expected);
    expect(await heldIn(await database.open())).to.deep.equal(expected);
    expect(rowsBeside(path, "SELECT COUNT(*) AS n FROM run_topics")).to.deep.equal([{ n: 0 }]);
  });

  it("is nothing when nothing was unfinished, and nobody is told", async () => {
    await using temp = await tempStore();
    await (await temp.open()).commit([recorded(sampleEvent())]);
    const file = await backUp(await at(`sqlite:${temp.path}`), join(temp.folder, "a.backup"));
    const path = join(temp.folder, "held.db");
    const { held } = await restoreBackup(file, await at(`sqlite:${path}`), { verify: true, hold, progress: quiet });
    expect(held).to.deep.equal({ runs: 0, calls: 0, operations: 0 });
    expect(rowsBeside(path, "SELECT COUNT(*) AS n FROM notifications")).to.deep.equal([{ n: 0 }]);
  });
});
