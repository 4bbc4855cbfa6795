import { randomBytes } from "node:crypto";
import type { Change } from "../src/core/change.js";
import type { Event } from "../src/core/event.js";
import { createNewId, type NewId } from "../src/core/id.js";
import type { Message } from "../src/core/message.js";
import type { Store } from "../src/core/store.js";
import { openOrderBook } from "./order.js";
import { ORDER_TYPE, type OrderLife, orderLife } from "./order-life.js";

/** Flows, each with how many of a thousand orders it texts for: the first is the commonest. */
const FLOWS = [
  ["twilio/send-sms-for-new-order", 700],
  ["local/thank-you", 200],
  ["local/thank-regulars", 80],
  ["local/warn-warehouse", 20],
] as const;

/** What lists are asked for, commonest and rarest: the rarest are the oldest of all, so that walking back takes longest. */
export const seeded = {
  dataType: ORDER_TYPE,
  commonFlow: FLOWS[0][0],
  rareFlow: "local/tried-once",
  /** Orders of whom copies are made. */
  orders: 1_000,
  /** Keys of the orders that are copied. */
  keyOf: (number: number): string => `BENCH-${number}`,
} as const;

const RARE = 20;
const FAR = new Date("2099-01-01T00:00:00Z");

/**
 * Commits a thousand orders as of one instant, through the store as the engine does, and a few before that which are unlike
 * all others.
 */
export async function commitSeeds(store: Store, at: Date): Promise<void> {
  const book = openOrderBook();
  const before = new Date(at.getTime() - 3_600_000);
  const seeds = (orders: number, instant: Date, shape: (life: OrderLife, newId: NewId) => readonly Change[]) => {
    const newId = createNewId(() => instant.getTime(), randomBytes);
    return Array.from({ length: orders }, () => {
      const { number, body } = book.take();
      const phone = `+12025550${String(100 + (number % 100))}`;
      return shape(orderLife({ number, body, at: instant, flow: flowOf(number), phone, newId }), newId);
    });
  };
  const all = [...seeds(seeded.orders, at, usualChanges), ...seeds(RARE, before, rareChanges)];
  await Promise.all(all.map((changes) => store.commit(changes)));
}

/** Mixed, not one flow after the other. */
function flowOf(number: number): string {
  let left = (number * 617) % 1_000;
  for (const [flow, orders] of FLOWS) {
    if (left < orders) return flow;
    left -= orders;
  }
  return FLOWS[0][0];
}

/** Of a thousand orders 15 fail, 5 are cancelled, and 25 texts are not delivered. */
function usualChanges(life: OrderLife, newId: NewId): readonly Change[] {
  const number = Number(life.written.key.split("-")[1]);
  const failed = number % 1_000 < 15;
  const cancelled = number % 1_000 >= 995;
  const status = number % 40 === 7 ? "undelivered" : "delivered";
  const message = { ...life.message, status } as const;
  const level = failed ? "error" : "info";
  const state = failed && number % 3 > 0 ? "resolved" : "new";
  return [
    ...changesOf({
      ...life,
      run: { ...life.run, status: failed ? "failed" : cancelled ? "cancelled" : "succeeded" },
      message,
      notification: { ...life.notification, level, state },
    }),
    { kind: "event-recorded", event: reportOf(life.event, message, newId) },
  ];
}

/** Of a flow of their own, still waiting for a far day, with a warning that somebody has seen. */
function rareChanges(life: OrderLife): readonly Change[] {
  const flow = seeded.rareFlow;
  return changesOf({
    ...life,
    run: { ...life.run, flow, status: "waiting", dueAt: FAR, finishedAt: null },
    message: { ...life.message, flow, status: "canceled" },
    notification: { ...life.notification, flow, level: "warning", state: "acknowledged" },
  });
}

function changesOf({ written, event, run, effect, message, notification }: OrderLife): readonly Change[] {
  return [
    written,
    { kind: "event-recorded", event },
    { kind: "run-created", run },
    { kind: "effect-intended", effect },
    { kind: "message-recorded", message },
    { kind: "notification-raised", notification },
  ];
}

/** What the vendor reports of a text, as an event. */
function reportOf({ shard, dataType, key, createdAt }: Event, message: Message, newId: NewId): Event {
  const payload = { MessageSid: message.vendorId ?? "", MessageStatus: message.status, To: message.to };
  return {
    id: newId("evt"),
    shard,
    kind: `message.${message.status}`,
    dataType,
    key,
    version: null,
    payload: { message: { ...payload, AccountSid: "AC00000000000000000000000000000000", ApiVersion: "2010-04-01" } },
    causedByRun: null,
    depth: 0,
    dedupeKey: `twilio:${message.vendorId}:${message.status}`,
    decisions: [],
    createdAt,
  };
}
