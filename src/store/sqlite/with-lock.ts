import { type Database, openDatabase } from "./database.js";
import { lockFile } from "./file-lock.js";
import { toStoreError } from "./sqlite-error.js";

/**
 * Works on a database file that nobody else uses meanwhile.
 *
 * @throws STORE_LOCKED, STORE_UNAVAILABLE
 */
export async function withLock<T>(path: string, work: (database: Database) => T | Promise<T>): Promise<T> {
  const lock = lockFile(path);
  try {
    const database = openDatabase(path, { readOnly: false });
    try {
      return await work(database);
    } finally {
      database.close();
    }
  } catch (thrown) {
    throw toStoreError(thrown, path) ?? thrown;
  } finally {
    lock.release();
  }
}

/** Without its free space; after it free pages can be given back while the store is used: a file from before could not do that. */
export function writeAnew(database: Database): void {
  database.exec("PRAGMA auto_vacuum = INCREMENTAL");
  database.exec("VACUUM");
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}
