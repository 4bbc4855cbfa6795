import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PatchbayError } from "../../core/errors.js";
import type { Database } from "./database.js";

/**
 * Brings the database up to date: numbered files, forward only, each in one transaction that inserts its number first,
 * so that of two processes one waits and then finds nothing to do.
 *
 * @throws STORE_AHEAD when the database has a number that this version does not know.
 */
export function migrate(database: Database, folder: string): void {
  database.exec(
    "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, applied_at BIGINT NOT NULL)",
  );
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}\.sql$/.test(name))
    .sort();
  const newest = Number(files.at(-1)?.slice(0, 4) ?? 0);
  const applied = database
    .all({ sql: "SELECT number FROM schema_migrations", values: [] })
    .map(({ number }) => Number(number));
  const ahead = applied.filter((number) => number > newest);
  if (ahead.length > 0) {
    throw new PatchbayError(
      "STORE_AHEAD",
      `The database has migration ${ahead.join(", ")}; this version knows up to ${newest}`,
    );
  }
  for (const file of files) if (!applied.includes(Number(file.slice(0, 4)))) apply(database, join(folder, file));
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
