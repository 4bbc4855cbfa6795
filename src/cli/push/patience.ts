import { setTimeout as delay } from "node:timers/promises";
import { PatchbayError } from "../../core/errors.js";
import { isBrokenConnection } from "../client.js";
import type { CommandContext } from "../context.js";

const longestWaitMs = 30_000;

/** How long one request is waited for: so many tries, each wait twice as long as the one before. */
export interface Pace {
  readonly tries: number;
  readonly firstWaitMs: number;
}

/** About half a minute in all, unless the server asks for more. */
const standardPace: Pace = { tries: 7, firstWaitMs: 500 };

/** A bounded number of waits, for one request and what is left of it. */
export interface Patience {
  /** Whether there is no wait left. */
  isOver(): boolean;
  /** Waits, longer each time, or as long as the server asks for, and says why. */
  wait(reason: string, askedMs?: unknown): Promise<void>;
  /**
   * Sends, and sends again while the server asks for time or the connection to it breaks.
   * @param checkRepeat Called after a break, when it is not known whether the server has dealt with the request: throws
   *   when it must not be sent again.
   */
  send<T>(request: () => Promise<T>, checkRepeat: () => Promise<void>): Promise<T>;
}

/** Begins to be patient. */
export function createPatience(
  { stop, terminal }: Pick<CommandContext, "stop" | "terminal">,
  { tries, firstWaitMs }: Pace = standardPace,
): Patience {
  let attempt = 1;
  const isOver = (): boolean => attempt >= tries;
  async function wait(reason: string, askedMs?: unknown): Promise<void> {
    attempt += 1;
    const waitMs = Math.min(longestWaitMs, typeof askedMs === "number" ? askedMs : firstWaitMs * 2 ** (attempt - 2));
    terminal.note(`${reason}; trying again in ${Math.ceil(waitMs / 1_000)} s`);
    await delay(waitMs, undefined, { signal: stop });
  }
  /** Waits for what passes; throws what does not, or when there is no wait left. */
  async function outwait(error: unknown): Promise<void> {
    const broken = isBrokenConnection(error);
    if (!(error instanceof PatchbayError && (broken || error.retryable)) || isOver()) throw error;
    await wait(broken ? error.message : error.title, error.details.retryAfterMs);
  }
  async function patiently<T>(request: () => Promise<T>, afterBreak: () => Promise<void>): Promise<T> {
    while (true) {
      try {
        return await request();
      } catch (error) {
        await outwait(error);
        if (isBrokenConnection(error)) await afterBreak();
      }
    }
  }
  const nothing = async (): Promise<void> => undefined;
  return { isOver, wait, send: (request, checkRepeat) => patiently(request, () => patiently(checkRepeat, nothing)) };
}
