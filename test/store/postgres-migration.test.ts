import { readFileSync } from "node:fs";
import { copyFile, cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import { postgresAccess } from "../../src/store/postgres/postgres-access.js";
import { listMigrations } from "../../src/store/sql/migrations.js";
import type { Row } from "../../src/store/sql/statement.js";
import { failed } from "../http/failed.js";
import { postgresMigrations, type TempDatabase, tempDatabase } from "./postgres-parts.js";
import { created, sampleRun } from "./samples.js";
import { migrationsFolder as sqliteMigrations } from "./temp-store.js";

const numbers = "SELECT number FROM schema_migrations ORDER BY number";
const all = listMigrations(postgresMigrations).map(({ number }) => ({ number }));

/** Gives a folder of migrations to a test, which is gone afterwards. */
async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "patchbay-migrations-"));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Fills a folder with our migrations and one more. */
async function addMigration(folder: string, sql: string): Promise<void> {
  await cp(postgresMigrations, folder, { recursive: true });
  await writeFile(join(folder, "9999.sql"), sql);
}

describe("PostgreSQL's migrations", () => {
  it("have the same numbers and make the same tables and columns as SQLite's", async () => {
    expect(await readdir(postgresMigrations)).to.deep.equal(await readdir(sqliteMigrations));
    const named = (folder: string): Set<string> => {
      const texts = listMigrations(folder).map(({ path }) => readFileSync(path, "utf8"));
      const names = texts
        .join("\n")
        .matchAll(/^(?:CREATE (?:UNIQUE )?(?:TABLE|INDEX) \w+| {2}\w+(?= [A-Z])|ALTER TABLE .* ADD COLUMN \w+)/gm);
      return new Set([...names].map(([name]) => name));
    };
    expect(named(postgresMigrations)).to.deep.equal(named(sqliteMigrations));
  });

  it("are applied once by twenty processes that start at the same time", async () => {
    await using database = await tempDatabase();
    const stores = await Promise.all(Array.from({ length: 20 }, () => database.open({ maxReaders: 1 })));
    await Promise.all(stores.map((store) => store.check()));
    expect(await database.rows(numbers)).to.deep.equal(all);
  });

  it("that this version does not know make it refuse the database", () =>
    withFolder(async (folder) => {
      await using database = await tempDatabase();
      await addMigration(folder, "CREATE TABLE later (id TEXT PRIMARY KEY);");
      await database.open({ migrationsFolder: folder });
      const error = await failed(database.open(), "STORE_AHEAD");
      expect(error.message)
        .to.include("migration 9999")
        .and.to.include(`up to ${all.at(-1)?.number}`);
    }));

  it("are applied as a whole or not at all", () =>
    withFolder(async (folder) => {
      await using database = await tempDatabase();
      await addMigration(folder, "CREATE TABLE later (id TEXT); CREATE TABLE later (id TEXT);");
      const error = await failed(database.open({ migrationsFolder: folder }), "INTERNAL_ERROR");
      expect(error.message).to.include("later");
      expect(await database.rows("SELECT tablename FROM pg_tables WHERE tablename = 'later'")).to.deep.equal([]);
      await (await database.open()).check();
    }));

  it("lose nothing of what other processes store meanwhile", () =>
    withFolder(async (folder) => {
      await using database = await tempDatabase();
      const store = await database.open();
      await addMigration(folder, "ALTER TABLE runs ADD COLUMN later TEXT; SELECT pg_sleep(0.2);");
      const runs = Array.from({ length: 300 }, () => sampleRun());
      const commits = runs.map(async (run, index) => {
        await new Promise((resolve) => setTimeout(resolve, index));
        await store.commit([created(run)]);
      });
      await database.open({ migrationsFolder: folder });
      await Promise.all(commits);
      expect(await database.rows("SELECT COUNT(*)::int AS n, COUNT(later)::int AS later FROM runs")).to.deep.equal([
        { n: 300, later: 0 },
      ]);
    }));

  it("bring a database of the first version up to date, with issues for what was raised before", () =>
    withFolder(async (folder) => {
      await using database = await tempDatabase();
      await makeOld(database, folder);
      const store = await database.open();
      expect(await database.rows(numbers)).to.deep.equal(all);
      expect(await store.runs.get("run_old")).to.deep.include({ parent: null, path: "", status: "waiting", fence: 2 });
      const { items } = await store.issues.list({}, { limit: 9 });
      expect(items.map(({ fingerprint, state, level, count }) => [fingerprint, state, level, count])).to.deep.equal([
        ["c", "resolved", "error", 1],
        ["b", "acknowledged", "warning", 2],
        ["a", "new", "error", 3],
      ]);
    }));
});

/** Makes a database as the first version left it. */
async function makeOld(database: TempDatabase, folder: string): Promise<void> {
  const first = join(folder, "first");
  await mkdir(first);
  await copyFile(join(postgresMigrations, "0001.sql"), join(first, "0001.sql"));
  await postgresAccess({ url: database.url, migrationsFolder: first }).migrate();
  const text = readFileSync(packagePath("test/fixtures/store/first-version.json"), "utf8");
  for (const [table, rows] of Object.entries(JSON.parse(text) as Record<string, Row[]>)) {
    const literal = `'${JSON.stringify(rows).replaceAll("'", "''")}'`;
    await database.rows(`INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, ${literal})`);
  }
}
