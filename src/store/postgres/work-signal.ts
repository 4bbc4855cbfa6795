import { randomBytes } from "node:crypto";
import type { Client, Pool } from "pg";
import { connect, cutOff, type Place } from "./connection.js";
import { createPresence } from "./presence.js";
import { createSignalTurns, SIGNAL_PAUSE_MS } from "./signal-turns.js";

/** Tells other processes that there is work, and is told by them. */
export interface WorkSignal {
  /** Says to other processes that a run has become due; said at most once in a while. */
  send(): void;
  /** Says it to this one. */
  tell(): void;
  /** @param listener Null for who takes no work, and only shows that they are there. @returns what ends the listening */
  listen(listener: (() => void) | null): () => void;
  close(): Promise<void>;
}

const CHANNEL = "patchbay_work";

/**
 * Between two tries to listen again, in milliseconds: doubled from the first to the last. Shorter than the others wait before
 * they take a process that is not connected for gone (see engine/crew.ts): when the server is back, all are there at once.
 */
const BACKOFF_MS = { first: 100, last: 800 } as const;

/**
 * Opens the signal of one process. It is sent beside the transactions and not in them: NOTIFY makes the commits of the whole
 * server wait for each other. A signal that is lost costs the time until the next poll.
 *
 * Every process that takes work hears every signal; which of them looks at once is told by `signal-turns.ts`. The connection that listens also
 * shows the others that this process is there. It is opened for the first listener, and again whenever it breaks; listeners are called then too, because
 * nobody knows what was missed.
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
  let sent = 0;
  const turns = createSignalTurns(() => {
    for (const listener of listeners) listener();
  });
  const presence = createPresence(processName, turns);

  async function open(): Promise<void> {
    const opened = await connect(place, "signals", { onEnd: () => reopen(BACKOFF_MS.first) });
    opened.on("notification", ({ payload = "" }) => {
      const [sender, count, number] = payload.split(" ");
      if (sender === me) return;
      turns.hear(Number(count), Number(number));
      presence.learn(opened).catch(() => undefined);
    });
    client = opened;
    try {
      await presence.show(opened, listeners.size > 0);
      await opened.query(`LISTEN ${CHANNEL}`);
    } catch (thrown) {
      cutOff(opened);
      throw thrown;
    }
    turns.look();
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
    }, SIGNAL_PAUSE_MS);
    again = false;
    pool.query("SELECT pg_notify($1, $2)", [CHANNEL, `${me} ${++sent} ${presence.number()}`]).catch(() => undefined);
  }

  return {
    send,
    tell: turns.look,
    listen: (listener) => {
      if (listener !== null) listeners.add(listener);
      opening ??= open().catch(() => reopen(BACKOFF_MS.first));
      return () => void (listener !== null && listeners.delete(listener));
    },
    close: async () => {
      closed = true;
      if (retry !== null) clearTimeout(retry);
      if (pause !== null) clearTimeout(pause);
      turns.stop();
      await opening;
      if (client !== null) cutOff(client);
    },
  };
}
