import type { Change } from "../src/core/change.js";
import type { Effect } from "../src/core/effect.js";
import type { Event } from "../src/core/event.js";
import type { NewId } from "../src/core/id.js";
import type { JsonObject } from "../src/core/json.js";
import type { Message } from "../src/core/message.js";
import type { Notification } from "../src/core/notification.js";
import type { Run } from "../src/core/run.js";
import { shardOf } from "../src/core/shard.js";

export const ORDER_TYPE = "ecommerce/Order";
const TEXT = "Hey Josephine! Your order has been received!";
const SENDER = "+15005550006";

/** What is known of an order when it arrives. */
export interface Arrival {
  readonly number: number;
  readonly body: Buffer;
  readonly at: Date;
  /** The flow that texts for it. */
  readonly flow: string;
  /** The customer's number, E.164. */
  readonly phone: string;
  readonly newId: NewId;
}

/** Everything that an order has left behind when its text is out. */
export interface OrderLife {
  readonly written: Extract<Change, { kind: "record-written" }>;
  readonly event: Event;
  readonly run: Run;
  readonly effect: Effect;
  readonly message: Message;
  readonly notification: Notification;
}

/** Makes what the engine would keep of an order. */
export function orderLife(arrival: Arrival): OrderLife {
  const { number, body, at, flow, phone, newId } = arrival;
  const payload = JSON.parse(body.toString()) as JsonObject;
  const key = `BENCH-${number}`;
  const common = { shard: shardOf(ORDER_TYPE, key), dataType: ORDER_TYPE, key };
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
    decisions: [{ flow, verdict: "fired", reason: "the trigger fits", runId }],
    createdAt: at,
  };
  const indexed = {
    email: `${number}@example.com`,
    status: "complete",
    "shipping_address.phone": phone,
    "shipping_address.lastname": "Whitcombe-Alvarez",
  };
  const effect = effectOf(event, runId, arrival);
  return {
    written: { kind: "record-written", ...common, version: 1, eventId: event.id, deleted: false, indexed, at },
    event,
    run: runOf(event, runId, arrival),
    effect,
    message: messageOf(event, effect, arrival),
    notification: notificationOf(event, effect, arrival),
  };
}

function runOf({ shard, dataType, key, id }: Event, runId: string, { flow, phone, at }: Arrival): Run {
  return {
    id: runId,
    shard,
    flow,
    flowHash: "5f".repeat(32),
    eventId: id,
    dataType,
    key,
    parent: null,
    path: "",
    item: null,
    status: "succeeded",
    wait: null,
    dueAt: null,
    leasedBy: null,
    fence: 1,
    wakes: 0,
    attempts: 1,
    steps: [{ id: "sms", outcome: "done", output: { phone, message: TEXT }, failure: null, finishedAt: at }],
    failure: null,
    stopReason: null,
    earlier: [],
    depth: 0,
    lane: "transactional",
    createdAt: at,
    updatedAt: at,
    finishedAt: at,
  };
}

function effectOf({ shard, id }: Event, runId: string, { flow, phone, at, newId }: Arrival): Effect {
  const vendorId = `SM${runId.slice(4)}`;
  return {
    id: newId("eff"),
    shard,
    key: `${flow}:${id}:send`,
    runId,
    stepId: "send",
    connection: "twilio/account",
    endpoint: "twilio/send-message",
    onRepeat: "duplicate",
    recipient: phone,
    request: { To: phone, From: SENDER, Body: TEXT },
    state: "done",
    vendorId,
    response: { sid: vendorId, status: "queued" },
    failure: null,
    attempts: 1,
    intendedAt: at,
    expiresAt: null,
    firstAttemptAt: at,
    startedAt: at,
    settledAt: at,
  };
}

function messageOf({ shard, dataType, key }: Event, effect: Effect, { flow, phone, at, newId }: Arrival): Message {
  return {
    id: newId("msg"),
    shard,
    effectId: effect.id,
    runId: effect.runId,
    flow,
    connection: effect.connection,
    dataType,
    key,
    channel: "sms",
    from: SENDER,
    service: null,
    to: phone,
    body: TEXT,
    segments: 1,
    media: [],
    vendorId: effect.vendorId,
    status: "queued",
    errorCode: null,
    price: null,
    createdAt: at,
    updatedAt: at,
  };
}

function notificationOf(
  { id, shard, dataType, key }: Event,
  { runId, request, response }: Effect,
  { flow, at, newId }: Arrival,
): Notification {
  return {
    id: newId("ntf"),
    shard,
    level: "info",
    state: "new",
    title: `Order ${key}: message queued`,
    cause: null,
    remedy: null,
    code: null,
    fingerprint: `${flow}:`,
    flow,
    runId,
    eventId: id,
    messageId: null,
    dataType,
    key,
    retries: 0,
    request,
    response,
    createdAt: at,
    updatedAt: at,
  };
}
