import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";
import { nowMs } from "./clock.js";
import type { Child, Household } from "./household.js";
import { postOrder, type Target } from "./load.js";
import type { OrderBook } from "./order.js";
import { cpuMsOf, rssMbOf } from "./process-readings.js";

/** One process of a system, or several of one kind. */
export interface Part {
  /** What its figures are called, such as `worker`. */
  readonly kind: string;
  /** Processor time it has used so far, in milliseconds; NaN where that cannot be read. */
  cpuMs(): number;
  /** Memory that is in RAM now, in MB; 0 for what is not counted. */
  rssMb(): number;
}

/** A system under test that runs and has accepted its first order. */
export interface RunningSystem {
  readonly parts: readonly Part[];
  readonly target: Target;
  /** From starting the processes to the first order that was accepted. */
  readonly startMs: number;
  /** Ends the processes and removes what they kept. */
  stop(): Promise<void>;
}

/** A child process as a part of a system. */
export function partOf(kind: string, { pid }: Child): Part {
  return { kind, cpuMs: () => cpuMsOf(pid), rssMb: () => rssMbOf(pid) };
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
