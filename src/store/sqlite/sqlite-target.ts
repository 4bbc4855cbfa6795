import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { PatchbayError } from "../../core/errors.js";
import type { PeopleSetting } from "../../core/people-seal.js";
import { nothingHeld, type Table, type TableRow, type Target } from "../../core/tables.js";
import { holdUnfinished } from "../sql/hold.js";
import { codecOf } from "../sql/people/standing.js";
import { danglingStatements } from "../sql/references.js";
import { insertInto, type Statement } from "../sql/statement.js";
import { type Database, openDatabase } from "./database.js";
import { lockFile } from "./file-lock.js";
import { migrate } from "./migrate.js";
import { firstFilledTable, rowsOf, tablesOf } from "./tables.js";
import { toColumn } from "./wire.js";

/** What is beside a database file and belongs to it. */
const companions = ["", "-wal", "-shm"];

interface OpenedAt {
  readonly path: string;
  readonly migrationsFolder: string;
  readonly people?: PeopleSetting | undefined;
}

/**
 * Makes a database to be filled in a file beside the one it takes the place of at the end: until then, and after a crash,
 * nothing has changed. Nobody can open the database meanwhile.
 *
 * @throws TARGET_NOT_EMPTY, STORE_LOCKED, STORE_AHEAD, STORE_UNAVAILABLE
 */
export async function openSqliteTarget(
  { path, migrationsFolder, people }: OpenedAt,
  migrations: readonly number[],
): Promise<Target> {
  const lock = lockFile(path);
  const newPath = `${path}.new`;
  let opened: Database | null = null;
  const abandon = async (): Promise<void> => {
    opened?.close();
    await removeAll(newPath);
    lock.release();
  };
  let database: Database;
  try {
    requireEmpty(path);
    await removeAll(newPath);
    database = openDatabase(newPath, { readOnly: false });
    opened = database;
    // It is made durable as a whole, at the end; the store that opens it makes it a WAL database.
    database.exec("PRAGMA journal_mode = MEMORY");
    database.exec("PRAGMA synchronous = OFF");
    migrate(database, migrationsFolder, migrations);
  } catch (error) {
    await abandon();
    throw error;
  }
  return {
    tables: tablesOf(database),
    write: async (table, rows) => insertRows(database, table, rows),
    rows: (table) => rowsOf(database, table),
    dangling: async () => danglingIn(database),
    finish: async (hold) => {
      migrate(database, migrationsFolder);
      const codec = hold === null ? null : await codecOf(people, async (statement) => database.all(plain(statement)));
      const sealed = (statement: Statement): Statement => codec?.statement(statement) ?? statement;
      const held =
        hold === null
          ? nothingHeld
          : await inTransaction(database, (perform) => holdUnfinished(hold, (one) => perform(sealed(one))));
      database.close();
      await flush(newPath);
      await removeAll(path);
      await rename(newPath, path);
      await flush(dirname(path));
      lock.release();
      return held;
    },
    abandon,
  };
}

/** @throws TARGET_NOT_EMPTY */
function requireEmpty(path: string): void {
  if (!existsSync(path)) return;
  const database = openDatabase(path, { readOnly: true });
  try {
    const filled = firstFilledTable(database);
    if (filled === null) return;
    throw new PatchbayError("TARGET_NOT_EMPTY", `${path} is not empty: there is something in ${filled}`);
  } finally {
    database.close();
  }
}

function insertRows(database: Database, { name, columns }: Table, rows: readonly TableRow[]): void {
  const sql = insertInto(name, columns);
  database.exec("BEGIN");
  try {
    for (const values of rows) database.run({ sql, values });
    database.exec("COMMIT");
  } catch (cause) {
    database.exec("ROLLBACK");
    throw new PatchbayError("BACKUP_DAMAGED", `A row of ${name} cannot be stored: ${String(cause)}`, { cause });
  }
}

async function inTransaction<T>(
  database: Database,
  work: (perform: (statement: Statement) => Promise<number>) => Promise<T>,
): Promise<T> {
  database.exec("BEGIN");
  const result = await work(async (statement) => database.run(plain(statement)));
  database.exec("COMMIT");
  return result;
}

function plain({ sql, values }: Statement): Statement {
  return { sql, values: values.map(toColumn) };
}

function danglingIn(database: Database): readonly string[] {
  return danglingStatements(tablesOf(database)).flatMap(({ what, ...statement }) => {
    const found = database.all(statement).map((row) => Object.values(row).join(" "));
    return found.length === 0 ? [] : [`there are ${what}: ${found.join(", ")}`];
  });
}

async function removeAll(path: string): Promise<void> {
  for (const companion of companions) await rm(`${path}${companion}`, { force: true });
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
