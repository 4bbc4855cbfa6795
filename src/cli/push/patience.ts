import { setTimeout as delay } from "node:timers/promises";
import { PatchbayError } from "../../core/errors.js";
import type { CommandContext } from "../context.js";

const tries = 6;
const firstWaitMs = 500;
const longestWaitMs = 30_000;

/** A bounded number of waits, for one request and what is left of it. */
export interface Patience {
  /** Whether there is no wait left. */
  isOver(): boolean;
  /** Waits, longer each time, or as long as the server asks for, and says why. */
  wait(reason: string, askedMs?: unknown): Promise<void>;
  /** Sends, and sends again while the server asks for time. */
  send<T>(request: () => Promise<T>): Promise<T>;
}

/** Begins to be patient. */
export function createPatience({ stop, terminal }: CommandContext): Patience {
  let attempt = 1;
  const isOver = (): boolean => attempt >= tries;
  async function wait(reason: string, askedMs?: unknown): Promise<void> {
    attempt += 1;
    const waitMs = Math.min(longestWaitMs, typeof askedMs === "number" ? askedMs : firstWaitMs * 2 ** (attempt - 2));
    terminal.note(`${reason}; trying again in ${Math.ceil(waitMs / 1_000)} s`);
    await delay(waitMs, undefined, { signal: stop });
  }
  return {
    isOver,
    wait,
    async send(request) {
      while (true) {
        try {
          return await request();
        } catch (error) {
          if (!(error instanceof PatchbayError && error.retryable) || isOver()) throw error;
          await wait(error.title, error.details.retryAfterMs);
        }
      }
    },
  };
}
