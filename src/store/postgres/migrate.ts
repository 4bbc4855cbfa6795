import { readFile } from "node:fs/promises";
import type { Client } from "pg";
import { listMigrations, type Migration, missingMigrations } from "../sql/migrations.js";
import { connect, type Place } from "./connection.js";

/** Who changes a database as a whole has this advisory lock; it is any number, and always this one. */
export const MIGRATION_LOCK = 7_210_114;

/** An index on a large table takes its time. */
const MIGRATION_MS = 3_600_000;

/**
 * Brings the database up to date: numbered files, forward only, each in one transaction that inserts its number first. Of
 * processes that do it at the same time one works, and the others wait and then find nothing to do.
 *
 * @throws STORE_AHEAD when the database has a number that this version does not know.
 */
export async function migrate(place: Place, folder: string): Promise<void> {
  const client = await connect(place, "migration", { statementMs: MIGRATION_MS });
  try {
    await client.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
    for (const migration of await prepare(client, folder)) await applyApart(client, migration);
  } finally {
    // The lock goes with the connection.
    await client.end();
  }
}

/**
 * The same inside a transaction that is open, all of them or none.
 *
 * @param only Numbers to apply and no others; all when absent.
 */
export async function migrateInside(client: Client, folder: string, only?: readonly number[]): Promise<void> {
  for (const migration of await prepare(client, folder, only)) await apply(client, migration);
}

async function prepare(client: Client, folder: string, only?: readonly number[]): Promise<readonly Migration[]> {
  await client.query(
    "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, applied_at BIGINT NOT NULL)",
  );
  const { rows } = await client.query<{ number: number }>("SELECT number FROM schema_migrations");
  const applied = rows.map(({ number }) => number);
  return missingMigrations(listMigrations(folder), applied, only);
}

async function apply(client: Client, { number, path }: Migration): Promise<void> {
  await client.query("INSERT INTO schema_migrations (number, applied_at) VALUES ($1, $2)", [number, Date.now()]);
  await client.query(await readFile(path, "utf8"));
}

async function applyApart(client: Client, migration: Migration): Promise<void> {
  try {
    await client.query("BEGIN");
    await apply(client, migration);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}
