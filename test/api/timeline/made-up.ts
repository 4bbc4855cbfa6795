import type { Effect } from "../../../src/core/effect.js";
import type { Event } from "../../../src/core/event.js";
import type { Message } from "../../../src/core/message.js";
import type { Notification } from "../../../src/core/notification.js";
import type { Run } from "../../../src/core/run.js";

/** An instant so many milliseconds after the story begins. */
export function at(ms: number): Date {
  return new Date(Date.UTC(2026, 10, 21, 9) + ms);
}

const order = { dataType: "ecommerce/Order", key: "R1" };
const flow = "twilio/new-order";
const to = "+15005550010";

export function anEvent(members: Partial<Event> = {}): Event {
  return {
    ...{ id: "evt_1", shard: 1, kind: "record.created", ...order, version: 1, payload: { id: "R1" } },
    ...{ causedByRun: null, depth: 0, dedupeKey: null, decisions: [], createdAt: at(0) },
    ...members,
  };
}

export function aRun(members: Partial<Run> = {}): Run {
  return {
    ...{ id: "run_1", shard: 1, flow, flowHash: "h1", eventId: "evt_1", ...order, parent: null, path: "", item: null },
    ...{ status: "succeeded", wait: null, dueAt: null, leasedBy: null, fence: 1, wakes: 0, attempts: 1, steps: [] },
    ...{
      failure: null,
      stopReason: null,
      earlier: [],
      depth: 0,
      lane: "transactional",
      createdAt: at(0),
      updatedAt: at(40),
      finishedAt: at(40),
    },
    ...members,
  };
}

export function anEffect(members: Partial<Effect> = {}): Effect {
  return {
    ...{ id: "eff_1", shard: 1, key: `${flow}:evt_1:send`, runId: "run_1", stepId: "send" },
    ...{ connection: "twilio/twilio", endpoint: "twilio/send-message", onRepeat: "duplicate", recipient: to },
    ...{ request: { to }, state: "done", vendorId: "SM1", response: { status: "queued" }, failure: null, attempts: 1 },
    ...{ intendedAt: at(0), expiresAt: null, firstAttemptAt: at(5), startedAt: at(5), settledAt: at(35) },
    ...members,
  };
}

export function aMessage(members: Partial<Message> = {}): Message {
  return {
    ...{
      id: "msg_1",
      shard: 1,
      channel: "sms",
      from: "+15005550006",
      service: null,
      to,
      body: "Hello Joe",
      segments: 1,
      media: [],
    },
    ...{ effectId: "eff_1", runId: "run_1", flow, connection: "twilio/twilio", ...order, vendorId: "SM1" },
    ...{ status: "delivered", errorCode: null, price: null, createdAt: at(0), updatedAt: at(900) },
    ...members,
  };
}

/** What the vendor reported about `msg_1`. */
export function aReport(members: Partial<Event> = {}): Event {
  return anEvent({
    ...{ id: "evt_2", kind: "message.delivered", version: null, causedByRun: "run_1", depth: 1, createdAt: at(900) },
    payload: { messageId: "msg_1", vendorId: "SM1", to, errorCode: null, cause: null },
    ...members,
  });
}

export function aNotification(members: Partial<Notification> = {}): Notification {
  return {
    ...{ id: "ntf_1", shard: 1, level: "info", state: "new", title: "New order: SMS accepted", cause: null },
    ...{ remedy: null, code: null, fingerprint: "f", flow, runId: "run_1", eventId: "evt_1", messageId: null },
    ...{ ...order, retries: 0, request: null, response: null, createdAt: at(40), updatedAt: at(40) },
    ...members,
  };
}

export const failure = {
  code: "ENDPOINT_OUTCOME_UNKNOWN",
  message: "Twilio did not answer in time",
  remedy: "Look it up.",
} as const;
