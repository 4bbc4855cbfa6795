import { setTimeout as delay } from "node:timers/promises";
import { PatchbayError } from "../../core/errors.js";
import type { CommandContext } from "../context.js";

const tries = 6;
const firstWaitMs = 500;
const longestWaitMs = 30_000;

/** Sends again when the server asks for time, as long as it asks for, a bounded number of times. */
export async function sendPatiently<T>(send: () => Promise<T>, { stop, terminal }: CommandContext): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof PatchbayError && error.retryable) || attempt === tries) throw error;
      const waitMs = waitOf(error, attempt);
      terminal.note(`${error.title}; trying again in ${Math.ceil(waitMs / 1_000)} s`);
      await delay(waitMs, undefined, { signal: stop });
    }
  }
}

function waitOf({ details }: PatchbayError, attempt: number): number {
  const asked = details.retryAfterMs;
  return Math.min(longestWaitMs, typeof asked === "number" ? asked : firstWaitMs * 2 ** attempt);
}
