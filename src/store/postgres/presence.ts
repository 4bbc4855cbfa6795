import type { Client } from "pg";
import type { Statement } from "../sql/statement.js";
import type { SignalTurns } from "./signal-turns.js";

/** The families of locks by which processes show that they are connected, and that they take work; 0x7061 is "pa". */
export const PRESENCE = 0x7061;
export const TAKING = 0x7062;

const shownLocks = `pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database AND datname = current_database()
    WHERE locktype = 'advisory' AND classid::bigint`;
/** The number that a process shows: its name's. */
const numberOf = (name: string): string => `hashtext(${name})::bigint & 4294967295`;

/** A session's lock ends with it, so whoever is listed and has none is not connected. */
export const goneStatement: Statement = {
  sql: `SELECT name FROM processes WHERE NOT EXISTS (
    SELECT 1 FROM ${shownLocks} = ? AND objid::bigint = ${numberOf("name")})`,
  values: [PRESENCE],
};

const showLock = "SELECT pg_advisory_lock_shared($1, hashtext($2))";

/** Who takes work, and the number of the one who asks. */
interface Takers {
  readonly mine: number;
  readonly takers: readonly string[];
}

const takersQuery = `SELECT ${numberOf("$1")} AS mine, ARRAY(SELECT objid::bigint FROM ${shownLocks} = ${TAKING}) AS takers`;

/** What a process is called that nobody knows to take work. */
const NOBODY = -1;

/** How long it is believed who takes work, in milliseconds: asked for again with the next signal. */
const KNOWN_MS = 2_000;

/** What a process shows the others by locks, and sees of them. */
export interface Presence {
  /** Shows on a new connection that the process is there and, if so, that it takes work. */
  show(client: Client, takes: boolean): Promise<void>;
  /** Sees who takes work, unless that was seen a moment ago. */
  learn(client: Client): Promise<void>;
  /** The number that the process shows. */
  number(): number;
}

/** Makes the presence of one process; one without a name shows nothing. @param turns Told who takes work. */
export function createPresence(processName: string | null, turns: Pick<SignalTurns, "know">): Presence {
  let mine = NOBODY;
  let knownAt = Number.NEGATIVE_INFINITY;

  async function learn(client: Client): Promise<void> {
    if (processName === null || performance.now() - knownAt < KNOWN_MS) return;
    knownAt = performance.now();
    const { rows } = await client.query<Takers>(takersQuery, [processName]);
    for (const found of rows) {
      mine = found.mine;
      turns.know(found.takers.map(Number), mine);
    }
  }

  return {
    show: async (client, takes) => {
      if (processName === null) return;
      // Shared, because an earlier connection of this process may not be known to have ended yet.
      await client.query(showLock, [PRESENCE, processName]);
      if (takes) await client.query(showLock, [TAKING, processName]);
      knownAt = Number.NEGATIVE_INFINITY;
      await learn(client);
    },
    learn,
    number: () => mine,
  };
}
