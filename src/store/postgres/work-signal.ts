import { randomBytes } from "node:crypto";
import type { Client, Pool } from "pg";
import type { Statement } from "../sql/statement.js";
import { connect, cutOff, type Place } from "./connection.js";

/** Tells other processes that there is work, and is told by them. */
export interface WorkSignal {
  /** Says to other processes that a run has become due; said at most once in a while. */
  send(): void;
  /** Says it to this one. */
  tell(): void;
  /** @returns what ends the listening */
  listen(listener: () => void): () => void;
  close(): Promise<void>;
}

const CHANNEL = "patchbay_work";

/** The family of locks by which processes show that they are connected; 0x7061 is "pa". */
const PRESENCE = 0x7061;

/** A session's lock ends with it, so whoever is listed and has none is not connected. */
export const goneStatement: Statement = {
  sql: `SELECT name FROM processes WHERE NOT EXISTS (
    SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database AND datname = current_database()
    WHERE locktype = 'advisory' AND classid::bigint = ? AND objid::bigint = hashtext(name)::bigint & 4294967295)`,
  values: [PRESENCE],
};

/** Between two signals of one process, in milliseconds: one signal wakes for all that became due before it. */
const PAUSE_MS = 20;

/**
 * Between two tries to listen again, in milliseconds: doubled from the first to the last. Shorter than the others wait before
 * they take a process that is not connected for gone (see engine/crew.ts): when the server is back, all are there at once.
 */
const BACKOFF_MS = { first: 100, last: 800 } as const;

/**
 * Opens the signal of one process. It is sent beside the transactions and not in them: NOTIFY makes the commits of the whole
 * server wait for each other. A signal that is lost costs the time until the next poll.
 *
 * The connection that listens also shows the others that this process is there. It is opened for the first listener, and again whenever it breaks; listeners are called then too,
 * because nobody knows what was missed.
 */
export function openWorkSignal(place: Place, pool: Pick<Pool, "query">, processName: string | null): WorkSignal {
  const me = randomBytes(8).toString("hex");
  const listeners = new Set<() => void>();
  let client: Client | null = null;
  let opening: Promise<void> | null = null;
  let retry: NodeJS.Timeout | null = null;
  let closed = false;
  let pause: NodeJS.Timeout | null = null;
  let again = false;

  const tell = (): void => {
    for (const listener of listeners) listener();
  };

  async function open(): Promise<void> {
    const opened = await connect(place, "signals", { onEnd: () => reopen(BACKOFF_MS.first) });
    opened.on("notification", ({ payload }) => {
      if (payload !== me) tell();
    });
    client = opened;
    try {
      // Shared, because an earlier connection of this process may not be known to have ended yet.
      if (processName !== null)
        await opened.query("SELECT pg_advisory_lock_shared($1, hashtext($2))", [PRESENCE, processName]);
      await opened.query(`LISTEN ${CHANNEL}`);
    } catch (thrown) {
      cutOff(opened);
      throw thrown;
    }
    tell();
  }

  function reopen(backoffMs: number): void {
    client = null;
    if (closed || retry !== null) return;
    retry = setTimeout(() => {
      retry = null;
      opening = open().catch(() => reopen(Math.min(backoffMs * 2, BACKOFF_MS.last)));
    }, backoffMs);
    retry.unref();
  }

  function send(): void {
    if (closed) return;
    if (pause !== null) {
      again = true;
      return;
    }
    pause = setTimeout(() => {
      pause = null;
      if (again) send();
    }, PAUSE_MS);
    again = false;
    pool.query("SELECT pg_notify($1, $2)", [CHANNEL, me]).catch(() => undefined);
  }

  return {
    send,
    tell,
    listen: (listener) => {
      listeners.add(listener);
      opening ??= open().catch(() => reopen(BACKOFF_MS.first));
      return () => void listeners.delete(listener);
    },
    close: async () => {
      closed = true;
      if (retry !== null) clearTimeout(retry);
      if (pause !== null) clearTimeout(pause);
      await opening;
      if (client !== null) cutOff(client);
    },
  };
}
