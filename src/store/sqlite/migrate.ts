import { readFileSync } from "node:fs";
import { listMigrations, type Migration, missingMigrations } from "../sql/migrations.js";
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
  const applied = database
    .all({ sql: "SELECT number FROM schema_migrations", values: [] })
    .map(({ number }) => Number(number));
  const migrations = listMigrations(folder);
  for (const migration of missingMigrations(migrations, applied, only)) apply(database, migration);
}

function apply(database: Database, { number, path }: Migration): void {
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
