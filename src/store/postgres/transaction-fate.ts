import { DatabaseError } from "pg";
import { connect, type Place } from "./connection.js";
import type { Fate, Mark } from "./group-commit.js";

/** How long the server is given to come back and say what became of a transaction, in milliseconds. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 200;

/** What the server answers about a transaction that it has given to nobody yet: one that a crash has swallowed. */
const INVALID_PARAMETER = "22023";

/**
 * Asks the server what became of a transaction whose COMMIT was not answered. One that is still under way is asked for
 * again; once it is over, the mark that it left tells. The transaction's own number cannot tell: a server that crashed before it
 * had written anything of it gives the number again, to somebody who may commit.
 *
 * @returns `unknown` when the server does not come back in time.
 * Source: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
 */
export async function askFate(place: Place, mark: Mark): Promise<Fate> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const fate = await ask(place, mark);
    if (fate !== null) return fate;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return "unknown";
}

type Connected = Awaited<ReturnType<typeof connect>>;

/** Null when it cannot be told yet. */
async function ask(place: Place, mark: Mark): Promise<Fate | null> {
  try {
    const client = await connect(place, "recovery");
    try {
      if (await isUnderWay(client, mark)) return null;
      // A question of its own: what was over when it is asked is seen.
      const { rows } = await client.query<{ number: number }>("SELECT number FROM write_lanes WHERE lane = $1", [
        mark.lane,
      ]);
      return Number(rows[0]?.number ?? 0) >= mark.number ? "committed" : "aborted";
    } finally {
      await client.end();
    }
  } catch {
    return null;
  }
}

async function isUnderWay(client: Connected, { transaction }: Mark): Promise<boolean> {
  try {
    const { rows } = await client.query<{ status: string | null }>("SELECT pg_xact_status($1::xid8) AS status", [
      transaction,
    ]);
    return rows[0]?.status === "in progress";
  } catch (thrown) {
    if (thrown instanceof DatabaseError && thrown.code === INVALID_PARAMETER) return false;
    throw thrown;
  }
}
