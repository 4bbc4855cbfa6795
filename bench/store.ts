import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packagePath } from "../src/config/package-root.js";
import type { Effect } from "../src/core/effect.js";
import type { Event } from "../src/core/event.js";
import { createNewId } from "../src/core/id.js";
import type { JsonObject } from "../src/core/json.js";
import type { Message } from "../src/core/message.js";
import type { Run } from "../src/core/run.js";
import { shardOf } from "../src/core/shard.js";
import type { Change, Store } from "../src/core/store.js";
import { openSqliteStore } from "../src/store/sqlite/open-sqlite-store.js";
import { nowMs } from "./clock.js";
import { openOrderBook } from "./order.js";
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

const dataType = "ecommerce/Order";
const newId = createNewId(Date.now, randomBytes);
const book = openOrderBook();

/** What one order makes the engine commit: before the text leaves, and after the vendor took it. */
interface OrderCommits {
  readonly intent: readonly Change[];
  readonly outcome: readonly Change[];
}

function orderCommits(): OrderCommits {
  const { number, body } = book.take();
  const payload = JSON.parse(body.toString()) as JsonObject;
  const key = `BENCH-${number}`;
  const common = { shard: shardOf(dataType, key), dataType, key };
  const at = new Date();
  const runId = newId("run");
  const event: Event = {
    ...common,
    id: newId("evt"),
    kind: "record.created",
    version: 1,
    payload,
    causedByRun: null,
    depth: 0,
    dedupeKey: null,
    decisions: [{ flow: "twilio/order-confirmation", verdict: "fired", reason: "the trigger fits", runId }],
    createdAt: at,
  };
  const effect = effectOf(event, runId);
  const message = messageOf(event, effect);
  const run = runOf(event, runId);
  const written: Change = {
    kind: "record-written",
    ...common,
    version: 1,
    eventId: event.id,
    deleted: false,
    indexed: { email: `${number}@example.com` },
    at,
  };
  const done = { ...effect, state: "done", vendorId: `SM${runId.slice(4)}`, settledAt: at } as const;
  return {
    intent: [
      written,
      { kind: "event-recorded", event },
      { kind: "effect-intended", effect },
      { kind: "message-recorded", message },
      { kind: "run-created", run },
    ],
    outcome: [
      { kind: "effect-moved", effect: { ...done, response: { sid: done.vendorId, status: "queued" } } },
      { kind: "message-recorded", message: { ...message, status: "queued", vendorId: done.vendorId } },
      {
        kind: "run-advanced",
        run: { ...run, status: "succeeded", dueAt: null, leasedBy: null, finishedAt: at },
      },
      notificationOf(event, effect),
    ],
  };
}

function runOf({ shard, dataType, key, id, createdAt }: Event, runId: string): Run {
  const output = { phone: "+12025550100", message: "Hey Josephine! Your order has been received!" };
  return {
    id: runId,
    shard,
    flow: "twilio/order-confirmation",
    flowHash: "5f".repeat(32),
    eventId: id,
    dataType,
    key,
    parent: null,
    path: "",
    item: null,
    status: "running",
    wait: null,
    dueAt: new Date(createdAt.getTime() + 30_000),
    leasedBy: "bench",
    fence: 1,
    wakes: 0,
    attempts: 1,
    steps: [{ id: "sms", outcome: "done", output, failure: null, finishedAt: createdAt }],
    failure: null,
    stopReason: null,
    earlier: [],
    depth: 0,
    createdAt,
    updatedAt: createdAt,
    finishedAt: null,
  };
}

function effectOf({ shard, id, createdAt }: Event, runId: string): Effect {
  return {
    id: newId("eff"),
    shard,
    key: `twilio/order-confirmation:${id}:send`,
    runId,
    stepId: "send",
    connection: "twilio/account",
    endpoint: "twilio/send-message",
    onRepeat: "duplicate",
    recipient: "+12025550100",
    request: { To: "+12025550100", From: "+15005550006", Body: "Hey Josephine! Your order has been received!" },
    state: "started",
    vendorId: null,
    response: null,
    failure: null,
    attempts: 1,
    intendedAt: createdAt,
    expiresAt: null,
    firstAttemptAt: createdAt,
    startedAt: createdAt,
    settledAt: null,
  };
}

function messageOf({ shard, dataType, key, createdAt }: Event, { id, runId, connection }: Effect): Message {
  return {
    id: newId("msg"),
    shard,
    effectId: id,
    runId,
    flow: "twilio/order-confirmation",
    connection,
    dataType,
    key,
    channel: "sms",
    from: "+15005550006",
    to: "+12025550100",
    body: "Hey Josephine! Your order has been received!",
    segments: 1,
    media: [],
    vendorId: null,
    status: "pending",
    errorCode: null,
    createdAt,
    updatedAt: createdAt,
  };
}

function notificationOf({ id, shard, dataType, key, createdAt }: Event, { runId, request }: Effect): Change {
  return {
    kind: "notification-raised",
    notification: {
      id: newId("ntf"),
      shard,
      level: "info",
      state: "new",
      title: `Order ${key}: message queued`,
      cause: null,
      remedy: null,
      code: null,
      fingerprint: "twilio/order-confirmation:",
      flow: "twilio/order-confirmation",
      runId,
      eventId: id,
      messageId: null,
      dataType,
      key,
      retries: 0,
      request,
      response: { status: "queued" },
      createdAt,
      updatedAt: createdAt,
    },
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
