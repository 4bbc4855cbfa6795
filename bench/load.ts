import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";
import { nowMs } from "./clock.js";
import type { OrderBook } from "./order.js";

/** Where orders are posted. */
export interface Target {
  /** Such as `http://127.0.0.1:4000`. */
  readonly origin: string;
  readonly path: string;
}

/** Full load, under way: every connection posts its next order as soon as the last one is acknowledged. */
export interface FullLoad {
  /** Orders acknowledged so far. */
  readonly acknowledged: number;
  /** From now on acknowledgement times are kept. */
  openWindow(): void;
  /** Gives the acknowledgement times since `openWindow`, in milliseconds, and keeps no more. */
  closeWindow(): number[];
  /** Posts no more and waits for the acknowledgements under way. */
  stop(): Promise<void>;
}

/** One order posted at a steady pace. Instants are readings of the monotonic clock. */
export interface PacedOrder {
  readonly number: number;
  readonly sentAtMs: number;
  readonly acknowledgedAtMs: number;
}

/** What the load generator works with. */
export interface LoadPlan {
  readonly target: Target;
  readonly book: OrderBook;
  readonly connections: number;
  /** Stops the load early. */
  readonly signal: AbortSignal;
  /** Told of an order that was not accepted; rejects with the reason. The load stops. */
  readonly fail: (error: Error) => Promise<never>;
}

const REQUEST_MS = 15_000;
const HEADERS = { "Content-Type": "application/json" };

/** Starts the closed loop. */
export function startFullLoad({ target, book, connections, signal, fail }: LoadPlan): FullLoad {
  const pool = openPool(target, connections);
  let stopped = false;
  let acknowledged = 0;
  let times: number[] | null = null;
  const lane = async (): Promise<void> => {
    while (!stopped && !signal.aborted) {
      const { body } = book.take();
      const sentAtMs = nowMs();
      await postOrder(pool, target, body);
      acknowledged += 1;
      times?.push(nowMs() - sentAtMs);
    }
  };
  const lanes = Promise.all(Array.from({ length: connections }, lane)).catch((error: Error) => {
    stopped = true;
    return fail(error);
  });
  lanes.catch(() => {}); // whoever waits learns it from the signal
  return {
    get acknowledged() {
      return acknowledged;
    },
    openWindow: () => {
      times = [];
    },
    closeWindow: () => {
      const kept = times ?? [];
      times = null;
      return kept;
    },
    stop: async () => {
      stopped = true;
      await lanes;
      await pool.close();
    },
  };
}

/**
 * Posts orders at a steady pace whether or not earlier ones have been acknowledged (an open loop: a server that
 * stalls is not given a rest).
 */
export async function postPaced(plan: LoadPlan, perSecond: number, forMs: number): Promise<PacedOrder[]> {
  const { target, book, connections, signal } = plan;
  const pool = openPool(target, connections);
  const underWay: Promise<PacedOrder>[] = [];
  const startAtMs = nowMs();
  const orders = Math.round((forMs * perSecond) / 1000);
  for (let index = 0; index < orders && !signal.aborted; index++) {
    const dueInMs = startAtMs + (index * 1000) / perSecond - nowMs();
    if (dueInMs > 0) await delay(dueInMs);
    const posted = postOne(pool, target, book);
    posted.catch(() => {}); // awaited below
    underWay.push(posted);
  }
  try {
    return await Promise.all(underWay);
  } catch (error) {
    return await plan.fail(error as Error);
  } finally {
    await pool.close();
  }
}

async function postOne(pool: Pool, target: Target, book: OrderBook): Promise<PacedOrder> {
  const { number, body } = book.take();
  const sentAtMs = nowMs();
  await postOrder(pool, target, body);
  return { number, sentAtMs, acknowledgedAtMs: nowMs() };
}

function openPool({ origin }: Target, connections: number): Pool {
  return new Pool(origin, { connections, pipelining: 1, headersTimeout: REQUEST_MS, bodyTimeout: REQUEST_MS });
}

/**
 * Posts one order.
 * @throws Error when it is not accepted
 */
export async function postOrder(pool: Pool, { path }: Target, body: Buffer): Promise<void> {
  const response = await pool.request({ method: "POST", path, headers: HEADERS, body });
  if (response.statusCode >= 200 && response.statusCode < 300) return void (await response.body.dump());
  const text = (await response.body.text()).slice(0, 500);
  throw new Error(`An order was not accepted: ${response.statusCode} ${text}`);
}
