import { readFile } from "node:fs/promises";
import type { Client } from "pg";
import { listMigrations, type Migration, missingMigrations } from "../sql/migrations.js";
import { connect, type Place } from "./connection.js";

/** Migrations of one database take their turns by this advisory lock; it is any number, and always this one. */
const MIGRATION_LOCK = 7_210_114;

/** An index on a large table takes its time. */
const MIGRATION_MS = 3_600_000;

/**
 * Brings the database up to date: numbered files, forward only, each in one transaction that inserts its number first. Of
 * processes that do it at the same time one works, and the others wait and then find nothing to do.
 *
 * @throws STORE_AHEAD when the database has a number that this version does not know.
 */
export async function migrate(place: Place, folder: string): Promise<void> {
  const migrations = listMigrations(folder);
  const client = await connect(place, "migration", { statementMs: MIGRATION_MS });
  try {
    await client.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await client.query(
      "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, applied_at BIGINT NOT NULL)",
    );
    const { rows } = await client.query<{ number: number }>("SELECT number FROM schema_migrations");
    const missing = missingMigrations(
      migrations,
      rows.map(({ number }) => number),
    );
    for (const migration of missing) await apply(client, migration);
  } finally {
    // The lock goes with the connection.
    await client.end();
  }
}

async function apply(client: Client, { number, path }: Migration): Promise<void> {
  const sql = await readFile(path, "utf8");
  try {
    await client.query("BEGIN");
    await client.query("INSERT INTO schema_migrations (number, applied_at) VALUES ($1, $2)", [number, Date.now()]);
    await client.query(sql);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}
