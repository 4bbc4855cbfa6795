import { PatchbayError } from "../../core/errors.js";
import type { SmtpSession } from "./smtp-session.js";

/** How connections to one mail server are kept. */
export interface PoolOptions {
  readonly open: () => Promise<SmtpSession>;
  /** Connections at a time. */
  readonly most: number;
  /** How long one that nobody needs stays open, in milliseconds. */
  readonly idleMs: number;
  /** E-mails by one connection at most: servers count them. */
  readonly mostMails: number;
  /** How long a call waits for a free one, in milliseconds. */
  readonly waitMs: number;
}

/** Connections to one mail server, shared by all calls. */
export interface MailPool {
  /**
   * Gives a connection that nobody else uses; it must be given back.
   * @throws ENDPOINT_BUSY when none is free in time; what opening throws
   */
  take(): Promise<SmtpSession>;
  giveBack(session: SmtpSession): void;
  /** Closes those that nobody uses, and the others as they come back. */
  close(): void;
}

interface Waiting {
  readonly go: () => void;
  readonly stop: NodeJS.Timeout;
}

/** Makes a pool that opens connections when they are needed. */
export function createMailPool({ open, most, idleMs, mostMails, waitMs }: PoolOptions): MailPool {
  const idle = new Map<SmtpSession, NodeJS.Timeout>();
  const waiting: Waiting[] = [];
  let inUse = 0;
  let isClosed = false;

  const drop = (session: SmtpSession): void => {
    clearTimeout(idle.get(session));
    idle.delete(session);
    session.close();
  };
  const leave = (): void => {
    inUse -= 1;
    const next = waiting.shift();
    if (next === undefined) return;
    clearTimeout(next.stop);
    next.go();
  };
  const turn = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const give = (): void => {
        inUse += 1;
        resolve();
      };
      if (inUse < most) return give();
      const tooLong = (): void => {
        waiting.splice(waiting.indexOf(entry), 1);
        const message = `All ${most} connections to the mail server are in use, and none became free in ${waitMs} ms`;
        reject(new PatchbayError("ENDPOINT_BUSY", message));
      };
      const entry = { go: give, stop: setTimeout(tooLong, waitMs) };
      waiting.push(entry);
    });
  const usable = (): SmtpSession | null => {
    for (const session of [...idle.keys()].reverse()) {
      clearTimeout(idle.get(session));
      idle.delete(session);
      if (session.isUsable()) return session;
      session.close();
    }
    return null;
  };

  return {
    take: async () => {
      await turn();
      try {
        return usable() ?? (await open());
      } catch (error) {
        leave();
        throw error;
      }
    },
    giveBack: (session) => {
      if (isClosed || !session.isUsable() || session.taken() >= mostMails) session.close();
      else idle.set(session, setTimeout(() => drop(session), idleMs).unref());
      leave();
    },
    close: () => {
      isClosed = true;
      for (const session of [...idle.keys()]) drop(session);
    },
  };
}
