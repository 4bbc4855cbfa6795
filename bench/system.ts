import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";
import { nowMs } from "./clock.js";
import type { Child, Household } from "./household.js";
import { postOrder, type Target } from "./load.js";
import type { OrderBook } from "./order.js";

/** A system under test that runs and has accepted its first order. */
export interface RunningSystem {
  readonly child: Child;
  readonly target: Target;
  /** From starting the process to the first order it accepted. */
  readonly startMs: number;
  /** Ends the process and removes what it kept. */
  stop(): Promise<void>;
}

/** Something that turns orders into texts, started afresh for every round. */
export interface System {
  readonly name: string;
  start(): Promise<RunningSystem>;
}

const START_MS = 20_000;
const TRY_EVERY_MS = 2;

/**
 * Posts one order again and again until it is accepted; the first tries are refused because nobody listens yet.
 *
 * @returns When it was accepted, on the monotonic clock.
 */
export async function postFirstOrder(household: Household, book: OrderBook, target: Target): Promise<number> {
  const pool = new Pool(target.origin, { connections: 1 });
  const { body } = book.take();
  const untilAccepted = async (): Promise<number> => {
    for (;;) {
      household.signal.throwIfAborted();
      try {
        await postOrder(pool, target, body);
        return nowMs();
      } catch (error) {
        if ((error as { code?: string }).code !== "ECONNREFUSED") throw error;
        await delay(TRY_EVERY_MS);
      }
    }
  };
  try {
    return await household.within(START_MS, untilAccepted(), "Accepting the first order");
  } finally {
    await pool.destroy();
  }
}
