import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PatchbayError } from "../../core/errors.js";
import type { Database } from "./database.js";

/**
 * Brings the database up to date: numbered files, forward only, each in one transaction that inserts its number first,
 * so that of two processes one waits and then finds nothing to do.
 *
 * @param only Numbers to apply and no others; all when absent.
 * @throws STORE_AHEAD when the database has a number that this version does not know.
 */
export function migrate(database: Database, folder: string, only?: readonly number[]): void {
  database.exec(
    "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, applied_at BIGINT NOT NULL)",
  );
  const known = knownMigrations(folder);
  const applied = database
    .all({ sql: "SELECT number FROM schema_migrations", values: [] })
    .map(({ number }) => Number(number));
  const ahead = [...applied, ...(only ?? [])].filter((number) => !known.includes(number));
  if (ahead.length > 0) {
    throw new PatchbayError(
      "STORE_AHEAD",
      `The database has migration ${ahead.join(", ")}; this version knows up to ${known.at(-1) ?? 0}`,
    );
  }
  const wanted = (only ?? known).filter((number) => !applied.includes(number));
  for (const number of wanted) apply(database, join(folder, `${String(number).padStart(4, "0")}.sql`));
}

/** Gives the numbers of the migrations that this version has, ascending. */
export function knownMigrations(folder: string): readonly number[] {
  const files = readdirSync(folder).filter((name) => /^\d{4}\.sql$/.test(name));
  return files.map((name) => Number(name.slice(0, 4))).sort((a, b) => a - b);
}

function apply(database: Database, path: string): void {
  const number = Number(path.slice(-8, -4));
  database.exec("BEGIN IMMEDIATE");
  try {
    database.run({
      sql: "INSERT INTO schema_migrations (number, applied_at) VALUES (?, ?)",
      values: [number, Date.now()],
    });
    database.exec(readFileSync(path, "utf8"));
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
