import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";
import type { OrderBook } from "../order.js";

/** How a store that behaves pushes its orders. */
export interface PushPlan {
  readonly port: number;
  readonly key: string;
  readonly book: OrderBook;
  readonly seconds: number;
  /** Orders a second, whether or not earlier ones were acknowledged. */
  readonly rate: number;
}

/** How long it waited for acknowledgements, and how many orders were not taken. */
export interface PushTimes {
  readonly p50: number;
  readonly p99: number;
  readonly refused: number;
}

const WAIT_MS = 15_000;

/** Pushes orders at a steady pace over a few kept connections. */
export async function measurePushes({ port, key, book, seconds, rate }: PushPlan): Promise<PushTimes> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 8, headersTimeout: WAIT_MS, bodyTimeout: WAIT_MS });
  const times: number[] = [];
  let refused = 0;
  const push = async (): Promise<void> => {
    const beganAt = performance.now();
    const answer = await pool
      .request({
        ...{ method: "POST", path: "/api/v1/records/ecommerce/Order", body: book.take().body },
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      })
      .catch(() => null);
    await answer?.body.dump();
    times.push(performance.now() - beganAt);
    if (answer?.statusCode !== 201) refused += 1;
  };
  const beganAt = performance.now();
  const pushes: Promise<void>[] = [];
  for (let index = 0; index < seconds * rate; index++) {
    const dueInMs = beganAt + (index * 1_000) / rate - performance.now();
    if (dueInMs > 0) await delay(dueInMs);
    pushes.push(push());
  }
  await Promise.all(pushes);
  await pool.close();
  times.sort((left, right) => left - right);
  return { p50: at(times, 0.5), p99: at(times, 0.99), refused };
}

function at(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
