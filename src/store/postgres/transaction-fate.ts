import { connect, type Place } from "./connection.js";
import type { Fate } from "./group-commit.js";

/** How long the server is given to come back and say what became of a transaction, in milliseconds. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 200;

const fates: Readonly<Record<string, Fate>> = { committed: "committed", aborted: "aborted" };

/**
 * Asks the server what became of a transaction whose COMMIT was not answered. It remembers that over a crash and a restart;
 * a transaction that is still under way is asked for again.
 *
 * @param transaction As `pg_current_xact_id()` gives it.
 * @returns `unknown` when the server does not come back in time, or is another one that never heard of it.
 * Source: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
 */
export async function askFate(place: Place, transaction: string): Promise<Fate> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const fate = await ask(place, transaction);
    if (fate !== null) return fate;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return "unknown";
}

/** Null when it cannot be told yet. */
async function ask(place: Place, transaction: string): Promise<Fate | null> {
  try {
    const client = await connect(place, "recovery");
    try {
      const { rows } = await client.query<{ status: string | null }>("SELECT pg_xact_status($1::xid8) AS status", [
        transaction,
      ]);
      return fates[rows[0]?.status ?? ""] ?? null;
    } finally {
      await client.end();
    }
  } catch {
    return null;
  }
}
