import type { Client } from "pg";
import { PatchbayError } from "../../core/errors.js";
import type { Place } from "./connection.js";
import { MIGRATION_LOCK } from "./migrate.js";

/** How long connections of a process that has just ended are given to be gone, in milliseconds. */
const PATIENCE_MS = 3_000;
const PAUSE_MS = 50;

/** A backup that is being made disturbs nobody. */
const others = `SELECT application_name AS name FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND application_name LIKE 'patchbay %' AND application_name <> 'patchbay backup' LIMIT 1`;

/**
 * Makes sure that no Patchbay uses the database, and that none starts on it before this connection has ended: it waits.
 *
 * @throws STORE_LOCKED
 */
export async function holdAlone(client: Client, { name }: Place): Promise<void> {
  const { rows } = await client.query<{ held: boolean }>("SELECT pg_try_advisory_lock($1) AS held", [MIGRATION_LOCK]);
  if (rows[0]?.held !== true) {
    throw new PatchbayError("STORE_LOCKED", `${name} is just being brought up to date, filled, copied or compacted`);
  }
  const end = Date.now() + PATIENCE_MS;
  while ((await client.query(others)).rows.length > 0) {
    if (Date.now() > end) throw new PatchbayError("STORE_LOCKED", `${name} is in use by a Patchbay: stop it first`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
