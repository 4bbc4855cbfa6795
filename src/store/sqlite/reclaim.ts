import type { Row } from "../sql/statement.js";
import type { Database } from "./database.js";

/** Pages of 4 KiB given back in one go: a commit that comes meanwhile waits for a few milliseconds. */
const PAGES = 256;

/**
 * Gives free pages at the end of the file back to the file system, in a transaction of its own; the file is cut off by the
 * checkpoint after it. In a file that was made without `auto_vacuum` nothing happens: its free pages are only used again.
 *
 * @returns One row when there are more free pages.
 */
export function reclaim(database: Database): readonly Row[] {
  const free = numberOf(database, "freelist_count");
  if (free === 0 || numberOf(database, "auto_vacuum") === 0) return [];
  database.exec(`PRAGMA incremental_vacuum(${PAGES})`);
  const left = numberOf(database, "freelist_count");
  if (left === 0 || left >= free) {
    database.exec("PRAGMA wal_checkpoint(PASSIVE)");
    return [];
  }
  return [{ left }];
}

/** Gives the number that a pragma answers. */
export function numberOf(database: Database, pragma: string): number {
  const [row] = database.all({ sql: `PRAGMA ${pragma}`, values: [] });
  return Number(Object.values(row ?? {})[0] ?? 0);
}
