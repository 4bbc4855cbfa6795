import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { PatchbayError } from "../../core/errors.js";
import type { PeopleSetting } from "../../core/people-seal.js";
import type { DatabaseAccess, MigrationState, Snapshot } from "../../core/tables.js";
import { sqliteDialect } from "../sql/dialect.js";
import { listMigrations } from "../sql/migrations.js";
import { askingSealed, codecOf } from "../sql/people/standing.js";
import { type Ask, readsOf } from "../sql/reads.js";
import { previewSweep } from "../sql/retention/retention.js";
import { openDatabase } from "./database.js";
import { type FileLock, lockFile } from "./file-lock.js";
import { migrate } from "./migrate.js";
import { openSqliteStore, realFile } from "./open-sqlite-store.js";
import { toStoreError } from "./sqlite-error.js";
import { openSqliteTarget } from "./sqlite-target.js";
import { appliedMigrations, rowsOf, tablesOf } from "./tables.js";
import { turnSqlite } from "./turn.js";
import { toColumn } from "./wire.js";
import { withLock, writeAnew } from "./with-lock.js";

interface Place {
  readonly path: string;
  readonly migrationsFolder: string;
  readonly people?: PeopleSetting | undefined;
}

/** Gives everything that is done with a SQLite database as a whole. */
export function sqliteAccess({ path, migrationsFolder, people }: Place): DatabaseAccess {
  const place = async (): Promise<Place> => ({ path: await requireFile(path), migrationsFolder, people });
  return {
    name: `sqlite:${path}`,
    openStore: () => openSqliteStore({ path, migrationsFolder, people }),
    openSnapshot: async ({ exclusive }) => openSnapshot(await place(), exclusive),
    openTarget: async (migrations) => openSqliteTarget(await place(), migrations),
    migrationState: async () => migrationState(await place()),
    migrate: async () => withLock((await place()).path, (database) => migrate(database, migrationsFolder)),
    compact: async () => compact((await place()).path),
    turnPeople: async (to, options) => {
      const at = await place();
      requireThere(at.path);
      return turnSqlite(to, at, options);
    },
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
async function openSnapshot({ path, people }: Place, exclusive: boolean): Promise<Snapshot> {
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
      preview: async (sweep) => {
        const asking = askingSealed(await codecOf(people, ask), ask);
        return previewSweep(sweep, readsOf(asking, asking, sqliteDialect), sqliteDialect);
      },
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

async function compact(path: string): Promise<{ before: number; after: number }> {
  requireThere(path);
  const before = (await stat(path)).size;
  await withLock(path, writeAnew);
  return { before, after: (await stat(path)).size };
}
