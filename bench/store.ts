import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packagePath } from "../src/config/package-root.js";
import type { Change } from "../src/core/change.js";
import { createNewId } from "../src/core/id.js";
import type { Store } from "../src/core/store.js";
import { openSqliteStore } from "../src/store/sqlite/open-sqlite-store.js";
import { nowMs } from "./clock.js";
import { openOrderBook } from "./order.js";
import { orderLife } from "./order-life.js";
import { spreadOf } from "./samples.js";

/*
 * node dist/bench/store.js [folder of migrations]
 *
 * What the SQLite store alone can take: orders through their two durable commits, on a file in the folder for temporary
 * files. With another folder of migrations it compares index layouts.
 */

/** Orders under way at a time. */
const CONCURRENT = 64;
const ORDERS_PER_ROUND = 4_000;
const ROUNDS = 5;
/** Indexes grow: what is measured first is a store that has seen some orders. */
const WARM_UP_ORDERS = 4_000;

const newId = createNewId(Date.now, randomBytes);
const book = openOrderBook();

/** What one order makes the engine commit: before the text leaves, and after the vendor took it. */
interface OrderCommits {
  readonly intent: readonly Change[];
  readonly outcome: readonly Change[];
}

function orderCommits(): OrderCommits {
  const arrival = { flow: "twilio/order-confirmation", phone: "+12025550100", at: new Date(), newId };
  const { written, event, run, effect, message, notification } = orderLife({ ...arrival, ...book.take() });
  const started = { ...effect, state: "started", vendorId: null, response: null, settledAt: null } as const;
  const leased = { dueAt: new Date(arrival.at.getTime() + 30_000), leasedBy: "bench", finishedAt: null };
  return {
    intent: [
      written,
      { kind: "event-recorded", event },
      { kind: "effect-intended", effect: started },
      { kind: "message-recorded", message: { ...message, status: "pending", vendorId: null } },
      { kind: "run-created", run: { ...run, ...leased, status: "running" } },
    ],
    outcome: [
      { kind: "effect-moved", effect },
      { kind: "message-recorded", message },
      { kind: "run-advanced", run },
      { kind: "notification-raised", notification },
    ],
  };
}

/** Takes orders through both commits, so many at a time, and gives the rate and the processor time of all threads. */
async function measure(store: Store, orders: number): Promise<{ perSecond: number; cpuMicros: number }> {
  const waiting = Array.from({ length: orders }, orderCommits);
  const startedAt = nowMs();
  const before = process.cpuUsage();
  const lane = async (): Promise<void> => {
    for (let order = waiting.pop(); order !== undefined; order = waiting.pop()) {
      await store.commit(order.intent);
      await store.commit(order.outcome);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, lane));
  const { user, system } = process.cpuUsage(before);
  return { perSecond: (orders * 1_000) / (nowMs() - startedAt), cpuMicros: (user + system) / orders };
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "patchbay-bench-"));
  const migrationsFolder = process.argv[2] ?? packagePath("src/store/sqlite/migrations");
  const store = await openSqliteStore({ path: join(folder, "patchbay.db"), migrationsFolder });
  try {
    await measure(store, WARM_UP_ORDERS);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(store, ORDERS_PER_ROUND));
    const rate = spreadOf(rounds.map(({ perSecond }) => perSecond));
    const cpu = spreadOf(rounds.map(({ cpuMicros }) => cpuMicros));
    const text = ({ median, lowest, highest }: typeof rate): string =>
      `${Math.round(median)} (${Math.round(lowest)} to ${Math.round(highest)})`;
    process.stdout.write(`${CONCURRENT} orders at a time, two durable commits each, ${ROUNDS} rounds\n`);
    process.stdout.write(`orders/s      ${text(rate)}\nCPU µs/order  ${text(cpu)}\n`);
  } finally {
    await store.close();
    await rm(folder, { recursive: true });
  }
}

await main();
