import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import type { ErrorCode } from "../../src/core/error-catalogue.js";
import type { DatabaseAccess } from "../../src/core/tables.js";
import { jsonColumns, references } from "../../src/store/sql/references.js";
import { sqliteAccess } from "../../src/store/sqlite/sqlite-access.js";
import { checkBackup, copyDatabase, restoreBackup } from "../../src/store/transfer/fill.js";
import { writeBackup } from "../../src/store/transfer/write-backup.js";
import { failed } from "../http/failed.js";
import { created, recorded, sampleEvent, sampleFlowVersion, sampleRun, start } from "./samples.js";
import { beside, migrationsFolder, rowsBeside, type TempStore, tempStore } from "./temp-store.js";
import { fill } from "./transfer-parts.js";

const quiet = (): void => undefined;
const access = (path: string): DatabaseAccess => sqliteAccess({ path, migrationsFolder });

/** A filled database and a backup of it. */
async function backedUp(temp: TempStore): Promise<string> {
  const store = await temp.open();
  await fill(store, ["R1", "R2", "Ä", "z", "A"]);
  return backUp(temp, join(temp.folder, "a.backup"));
}

async function backUp(temp: TempStore, file: string): Promise<string> {
  const snapshot = await access(temp.path).openSnapshot({ exclusive: false });
  try {
    await writeBackup(snapshot, { file, patchbay: "0.0.0", now: start, progress: quiet });
  } finally {
    await snapshot.close();
  }
  return file;
}

const linesOf = async (file: string): Promise<string[]> =>
  gunzipSync(await readFile(file))
    .toString("utf8")
    .trimEnd()
    .split("\n");

/** Rows of every table that a backup has, by table. */
function contentOf(path: string): Record<string, unknown> {
  const tables = rowsBeside(path, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'");
  const names = tables.map(({ name }) => String(name)).filter((name) => name !== "schema_migrations");
  return Object.fromEntries(names.map((name) => [name, rowsBeside(path, `SELECT * FROM ${name} ORDER BY 1, 2`)]));
}

describe("A backup", () => {
  it("restores to the same database, to the last byte of every row", async () => {
    await using temp = await tempStore();
    const file = await backedUp(temp);
    const to = join(temp.folder, "other", "restored.db");
    const { tables: digests } = await restoreBackup(file, access(to), { verify: true, hold: null, progress: quiet });
    expect(contentOf(to)).to.deep.equal(contentOf(temp.path));
    expect(digests.find(({ table }) => table === "runs")?.rows).to.equal(5);
    const store = await temp.open({ path: to });
    expect(
      (await store.records.list({ dataType: "shop/Order", where: { city: "Łódź ✓" } }, { limit: 9 })).items,
    ).to.have.lengthOf(5);
    expect(await store.runs.claim("ann", { limit: 9, leaseMs: 1, now: start })).to.have.lengthOf(5);
  });

  it("has what was there at one instant, whatever is written while it is made", async () => {
    await using temp = await tempStore();
    const store = await temp.open();
    await fill(store, ["R1"]);
    const snapshot = await access(temp.path).openSnapshot({ exclusive: false });
    const seen: number[] = [];
    for (const table of snapshot.tables) {
      await fill(store, [`later ${table.name}`]);
      for await (const page of snapshot.rows(table)) if (table.name === "runs") seen.push(page.length);
    }
    await snapshot.close();
    expect(seen).to.deep.equal([1]);
  });

  it("reads more than a page, in the order of the keys", async () => {
    await using temp = await tempStore();
    const store = await temp.open();
    await store.commit(Array.from({ length: 1_203 }, (_, index) => recorded(sampleEvent({ key: `R${index}` }))));
    const snapshot = await access(temp.path).openSnapshot({ exclusive: false });
    const events = snapshot.tables.find(({ name }) => name === "events")!;
    const ids: unknown[] = [];
    for await (const page of snapshot.rows(events)) ids.push(...page.map(([id]) => id));
    expect(await snapshot.count(events)).to.equal(1_203);
    await snapshot.close();
    expect(ids).to.deep.equal([...ids].sort());
    expect(new Set(ids)).to.have.lengthOf(1_203);
  });

  it("is readable by its owner only, says what made it, and overwrites nothing", async () => {
    await using temp = await tempStore();
    const file = await backedUp(temp);
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    const [header = "", ...rest] = await linesOf(file);
    expect(JSON.parse(header)).to.deep.include({
      format: "patchbay-backup",
      version: 1,
      createdAt: start.toISOString(),
    });
    expect(JSON.parse(rest.at(-1) ?? "").end).to.deep.include({
      ...{ table: "answers", rows: 0 },
      sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    });
    await failed(backUp(temp, file), "FILE_UNREADABLE");
  });

  it("of a database that is not there is refused, and makes none", async () => {
    await using temp = await tempStore();
    const missing = join(temp.folder, "missing.db");
    await failed(access(missing).openSnapshot({ exclusive: false }), "STORE_UNAVAILABLE");
    expect(await stat(missing).catch(() => null)).to.equal(null);
  });
});

/** Changes a backup's lines, and restores what comes of it; nothing may be left of that. */
async function refusedAfter(
  change: (lines: string[]) => string[] | Buffer,
  code: ErrorCode,
  verify = false,
): Promise<string> {
  await using temp = await tempStore();
  const file = await backedUp(temp);
  const changed = change(await linesOf(file));
  await writeFile(file, Buffer.isBuffer(changed) ? changed : gzipSync(`${changed.join("\n")}\n`));
  const to = join(temp.folder, "restored.db");
  const error = await failed(restoreBackup(file, access(to), { verify, hold: null, progress: quiet }), code);
  for (const left of [to, `${to}.new`]) expect(await stat(left).catch(() => null)).to.equal(null);
  // Whoever has waited for it may have the place now.
  await (await temp.open({ path: to })).check();
  return error.message;
}

const indexOf = (lines: readonly string[], text: string): number => lines.findIndex((line) => line.includes(text));

describe("A backup that is not whole", () => {
  it("is refused when its end is missing", async () => {
    expect(await refusedAfter((lines) => lines.slice(0, -1), "BACKUP_DAMAGED")).to.match(/cut off after line \d+/);
  });

  it("is refused when the file was cut off", async () => {
    const cut = (lines: string[]): Buffer => gzipSync(lines.join("\n")).subarray(0, 700);
    expect(await refusedAfter(cut, "BACKUP_DAMAGED")).to.include("cut off");
  });

  it("is refused when its bytes were altered", async () => {
    const flip = (lines: string[]): Buffer => {
      const bytes = gzipSync(lines.join("\n"));
      bytes[bytes.length - 6]! ^= 1;
      return bytes;
    };
    expect(await refusedAfter(flip, "BACKUP_DAMAGED")).to.include("altered");
  });

  it("is refused when a row was changed, with its table", async () => {
    const change = (lines: string[]): string[] =>
      lines.map((line) => line.replace("Order R1 was confirmed", "Order R9 was confirmed"));
    expect(await refusedAfter(change, "BACKUP_DAMAGED")).to.include("the rows of notifications");
  });

  it("is refused when a row is missing, with its table", async () => {
    const drop = (lines: string[]): string[] => lines.filter((_, index) => index !== indexOf(lines, '["eff_'));
    expect(await refusedAfter(drop, "BACKUP_DAMAGED")).to.include("effects has 4 rows and was written with 5");
  });

  it("is refused where a line makes no sense, with the line", async () => {
    const garble = (lines: string[]): string[] => lines.with(3, "[1,");
    expect(await refusedAfter(garble, "BACKUP_DAMAGED")).to.include("line 4");
    expect(await refusedAfter((lines) => lines.with(3, "{}"), "BACKUP_DAMAGED")).to.include("line 4");
    expect(await refusedAfter((lines) => lines.with(1, '{"table":"nothing"}'), "BACKUP_DAMAGED")).to.include("nothing");
    expect(await refusedAfter((lines) => [...lines, "[]"], "BACKUP_DAMAGED")).to.include("behind the end");
  });

  it("is refused when it is something else, or of another time", async () => {
    await refusedAfter(() => Buffer.from("not compressed"), "BACKUP_DAMAGED");
    await refusedAfter(() => ['{"orders":[]}'], "BACKUP_INVALID");
    const header = (change: (header: Record<string, unknown>) => void) => (lines: string[]) => {
      const parsed = JSON.parse(lines[0] ?? "");
      change(parsed);
      return lines.with(0, JSON.stringify(parsed));
    };
    await refusedAfter(
      header((parsed) => Object.assign(parsed, { version: 2 })),
      "BACKUP_INVALID",
    );
    await refusedAfter(
      header((parsed) => Object.assign(parsed, { migrations: [1, 4711] })),
      "STORE_AHEAD",
    );
    await refusedAfter(
      header((parsed) => Object.assign(parsed, { migrations: [1] })),
      "BACKUP_INVALID",
    );
    const hostile = [{ name: "runs; DROP TABLE runs", columns: ["id"], key: ["id"] }];
    await refusedAfter(
      header((parsed) => Object.assign(parsed, { tables: hostile })),
      "BACKUP_INVALID",
    );
  });
});

describe("Verifying", () => {
  it("finds rows that refer to nothing, which a file cannot show by itself", async () => {
    await using temp = await tempStore();
    const store = await temp.open();
    const event = sampleEvent();
    await store.commit([recorded(event), created(sampleRun({ id: "run_lost", eventId: "evt_gone" }))]);
    await store.commit([{ kind: "flow-version-kept", version: sampleFlowVersion("a1b2") }]);
    const file = await backUp(temp, join(temp.folder, "a.backup"));
    const scratch = access(join(temp.folder, "scratch.db"));
    const error = await failed(checkBackup(file, scratch, quiet), "BACKUP_DAMAGED");
    expect(error.message).to.include("runs whose event_id is not in events: run_lost");
    const to = access(join(temp.folder, "restored.db"));
    await failed(restoreBackup(file, to, { verify: true, hold: null, progress: quiet }), "BACKUP_DAMAGED");
    await restoreBackup(file, to, { verify: false, hold: null, progress: quiet });
  });

  it("finds JSON that is none, with its row", async () => {
    await using temp = await tempStore();
    await (await temp.open()).commit([recorded(sampleEvent({ id: "evt_bad" }))]);
    beside(temp.path, (db) => db.exec("UPDATE events SET payload = '{'"));
    const file = await backUp(temp, join(temp.folder, "a.backup"));
    const scratch = access(join(temp.folder, "scratch.db"));
    const error = await failed(checkBackup(file, scratch, quiet), "BACKUP_DAMAGED");
    expect(error.message).to.include("events evt_bad: payload is not JSON");
    expect(await stat(join(temp.folder, "scratch.db")).catch(() => null)).to.equal(null);
  });

  it("knows every column that holds JSON, and refers to columns that there are", async () => {
    await using temp = await tempStore();
    await (await temp.open()).check();
    const snapshot = await access(temp.path).openSnapshot({ exclusive: false });
    const columns = new Map(snapshot.tables.map((table) => [table.name, table.columns]));
    await snapshot.close();
    for (const [table, names] of Object.entries(jsonColumns)) expect(columns.get(table)).to.include.members([...names]);
    for (const { table, columns: own, to, by } of references) {
      expect(columns.get(table)).to.include.members([...own]);
      expect(columns.get(to)).to.include.members([...by]);
    }
  });
});

describe("A restore", () => {
  it("fills an empty database, and refuses one that is not", async () => {
    await using temp = await tempStore();
    const file = await backedUp(temp);
    const to = join(temp.folder, "restored.db");
    await (await temp.open({ path: to })).close();
    await restoreBackup(file, access(to), { verify: false, hold: null, progress: quiet });
    const error = await failed(
      restoreBackup(file, access(to), { verify: false, hold: null, progress: quiet }),
      "TARGET_NOT_EMPTY",
    );
    expect(error.message).to.include("restored.db");
    expect(rowsBeside(to, "SELECT COUNT(*) AS n FROM runs")).to.deep.equal([{ n: 5 }]);
  });

  it("refuses a database that is in use", async () => {
    await using temp = await tempStore();
    const file = await backedUp(temp);
    await failed(
      restoreBackup(file, access(temp.path), { verify: false, hold: null, progress: quiet }),
      "STORE_LOCKED",
    );
  });

  it("of an older backup brings it up to date", async () => {
    await using temp = await tempStore();
    const file = await backedUp(temp);
    const lines = await linesOf(file);
    const header = JSON.parse(lines[0] ?? "");
    const older = header.migrations.filter((number: number) => number !== 6);
    // What the newer migration has added was not there then.
    const columns = header.tables.find(({ name }: { name: string }) => name === "events").columns as string[];
    const at = columns.indexOf("closed_at");
    columns.splice(at, 1);
    header.migrations = older;
    const end = JSON.parse(lines.at(-1) ?? "");
    const rows = lines.slice(1, -1).map((line) => {
      const row = JSON.parse(line);
      return Array.isArray(row) && String(row[0]).startsWith("evt_") ? JSON.stringify(row.toSpliced(at, 1)) : line;
    });
    const { createHash } = await import("node:crypto");
    const hash = createHash("sha256");
    for (const line of rows) if (line.startsWith('["evt_')) hash.update(`${line}\n`);
    end.end.find(({ table }: { table: string }) => table === "events").sha256 = hash.digest("hex");
    await writeFile(file, gzipSync(`${[JSON.stringify(header), ...rows, JSON.stringify(end)].join("\n")}\n`));
    const to = join(temp.folder, "restored.db");
    await restoreBackup(file, access(to), { verify: true, hold: null, progress: quiet });
    const { applied, known } = await access(to).migrationState();
    expect([...applied].sort((a, b) => a - b)).to.deep.equal(known);
    expect(contentOf(to)).to.deep.equal(contentOf(temp.path));
  });
});

describe("A copy", () => {
  it("has all of a database that nobody uses, and is compared with it", async () => {
    await using temp = await tempStore();
    const store = await temp.open();
    await fill(store, ["R1", "R2"]);
    await failed(access(temp.path).openSnapshot({ exclusive: true }), "STORE_LOCKED");
    await store.close();
    const to = join(temp.folder, "copy.db");
    const snapshot = await access(temp.path).openSnapshot({ exclusive: true });
    await failed(temp.open(), "STORE_LOCKED");
    const rows = new Map<string, number>();
    const progress = (table: string, count: number): unknown => rows.set(table, (rows.get(table) ?? 0) + count);
    await copyDatabase(snapshot, access(to), { verify: true, progress });
    await failed(copyDatabase(snapshot, access(to), { verify: true, progress: quiet }), "TARGET_NOT_EMPTY");
    await snapshot.close();
    expect(rows.get("runs")).to.equal(2);
    expect(contentOf(to)).to.deep.equal(contentOf(temp.path));
  });
});

describe("Compacting", () => {
  it("makes the file small, and one whose free pages can be given back from then on", async () => {
    await using temp = await tempStore();
    beside(temp.path, (db) => db.exec("PRAGMA journal_mode = WAL; CREATE TABLE older (id TEXT); DROP TABLE older"));
    const store = await temp.open();
    const events = Array.from({ length: 300 }, () => recorded(sampleEvent({ payload: { filler: "x".repeat(3_000) } })));
    await store.commit(events);
    await failed(access(temp.path).compact(), "STORE_LOCKED");
    await store.close();
    beside(temp.path, (db) => db.exec("DELETE FROM events"));
    const { before, after } = await access(temp.path).compact();
    expect(after).to.be.lessThan(before / 2);
    expect(rowsBeside(temp.path, "PRAGMA auto_vacuum")).to.deep.equal([{ auto_vacuum: 2 }]);
  });
});
