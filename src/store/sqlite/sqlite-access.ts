import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { PatchbayError } from "../../core/errors.js";
import type { DatabaseAccess, MigrationState, Snapshot } from "../../core/tables.js";
import { sqliteDialect } from "../sql/dialect.js";
import { listMigrations } from "../sql/migrations.js";
import { type Ask, readsOf } from "../sql/reads.js";
import { previewSweep } from "../sql/retention/retention.js";
import { type Database, openDatabase } from "./database.js";
import { type FileLock, lockFile } from "./file-lock.js";
import { migrate } from "./migrate.js";
import { openSqliteStore, realFile } from "./open-sqlite-store.js";
import { toStoreError } from "./sqlite-error.js";
import { openSqliteTarget } from "./sqlite-target.js";
import { appliedMigrations, rowsOf, tablesOf } from "./tables.js";
import { toColumn } from "./wire.js";

interface Place {
  readonly path: string;
  readonly migrationsFolder: string;
}

/** Gives everything that is done with a SQLite database as a whole. */
export function sqliteAccess({ path, migrationsFolder }: Place): DatabaseAccess {
  const place = async (): Promise<Place> => ({ path: await requireFile(path), migrationsFolder });
  return {
    name: `sqlite:${path}`,
    openStore: () => openSqliteStore({ path, migrationsFolder }),
    openSnapshot: async ({ exclusive }) => openSnapshot((await place()).path, exclusive),
    openTarget: async (migrations) => openSqliteTarget(await place(), migrations),
    migrationState: async () => migrationState(await place()),
    migrate: async () => withLock((await place()).path, (database) => migrate(database, migrationsFolder)),
    compact: async () => compact((await place()).path),
  };
}

/** What lives in memory is seen by nobody else. */
function requireFile(path: string): Promise<string> {
  if (path !== ":memory:") return realFile(path);
  throw new PatchbayError("COMMAND_INVALID", "A database in memory belongs to its process alone", {
    remedy: "Set DATABASE_URL to the file that is meant: sqlite:./data/patchbay.db.",
  });
}

/** @throws STORE_UNAVAILABLE */
function requireThere(path: string): void {
  if (existsSync(path)) return;
  throw new PatchbayError("STORE_UNAVAILABLE", `There is no database at ${path}`, {
    remedy: "Check DATABASE_URL and the folder that the command is run in.",
  });
}

/** One read transaction: it sees what was committed before it began, and holds up nobody. */
async function openSnapshot(path: string, exclusive: boolean): Promise<Snapshot> {
  requireThere(path);
  const lock: FileLock | null = exclusive ? lockFile(path) : null;
  try {
    const database = openDatabase(path, { readOnly: true });
    database.exec("BEGIN");
    const migrations = appliedMigrations(database);
    const ask: Ask = async (statement) => database.all({ ...statement, values: statement.values.map(toColumn) });
    return {
      migrations,
      tables: tablesOf(database),
      count: async ({ name }) => {
        const [row] = database.all({ sql: `SELECT COUNT(*) AS rows FROM ${name}`, values: [] });
        return Number(row?.rows ?? 0);
      },
      rows: (table) => rowsOf(database, table),
      preview: (sweep) => previewSweep(sweep, readsOf(ask, ask, sqliteDialect), sqliteDialect),
      close: async () => {
        database.close();
        lock?.release();
      },
    };
  } catch (thrown) {
    lock?.release();
    throw toStoreError(thrown, path) ?? thrown;
  }
}

function migrationState({ path, migrationsFolder }: Place): MigrationState {
  const known = listMigrations(migrationsFolder).map(({ number }) => number);
  if (!existsSync(path)) return { applied: [], known };
  const database = openDatabase(path, { readOnly: true });
  try {
    return { applied: appliedMigrations(database), known };
  } catch (thrown) {
    throw toStoreError(thrown, path) ?? thrown;
  } finally {
    database.close();
  }
}

async function withLock<T>(path: string, work: (database: Database) => T): Promise<T> {
  const lock = lockFile(path);
  try {
    const database = openDatabase(path, { readOnly: false });
    try {
      return work(database);
    } finally {
      database.close();
    }
  } catch (thrown) {
    throw toStoreError(thrown, path) ?? thrown;
  } finally {
    lock.release();
  }
}

/** After it free pages can be given back while the store is used: a file from before could not do that. */
async function compact(path: string): Promise<{ before: number; after: number }> {
  requireThere(path);
  const before = (await stat(path)).size;
  await withLock(path, (database) => {
    database.exec("PRAGMA auto_vacuum = INCREMENTAL");
    database.exec("VACUUM");
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  });
  return { before, after: (await stat(path)).size };
}
