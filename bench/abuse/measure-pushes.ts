import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";
import type { OrderBook } from "../order.js";

/** How a store that behaves pushes its orders. */
export interface PushPlan {
  readonly port: number;
  readonly key: string;
  readonly book: OrderBook;
  /** Of each window. */
  readonly seconds: number;
  readonly windows: number;
  /** Orders a second, whether or not earlier ones were acknowledged. */
  readonly rate: number;
}

/** How long it waited for acknowledgements, in milliseconds, and how many orders were not taken. */
export interface PushTimes {
  /** Of each window, in the order they were measured. */
  readonly p50s: readonly number[];
  readonly p99s: readonly number[];
  readonly refused: number;
}

const WAIT_MS = 15_000;

/** Pushes orders at a steady pace over a few kept connections, for several windows one behind the other. */
export async function measurePushes(plan: PushPlan): Promise<PushTimes> {
  const { port, windows } = plan;
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 8, headersTimeout: WAIT_MS, bodyTimeout: WAIT_MS });
  const [p50s, p99s]: [number[], number[]] = [[], []];
  let refused = 0;
  for (let window = 0; window < windows; window++) {
    const measured = await measureWindow(pool, plan);
    p50s.push(at(measured.times, 0.5));
    p99s.push(at(measured.times, 0.99));
    refused += measured.refused;
  }
  await pool.close();
  return { p50s, p99s, refused };
}

/** Of several windows the one in the middle counts: a hiccup of the machine spoils one of them, an attack all. */
export function median(values: readonly number[]): number {
  return at(
    values.toSorted((left, right) => left - right),
    0.5,
  );
}

async function measureWindow(
  pool: Pool,
  { key, book, seconds, rate }: PushPlan,
): Promise<{ readonly times: readonly number[]; readonly refused: number }> {
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
  return { times: times.sort((left, right) => left - right), refused };
}

function at(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
