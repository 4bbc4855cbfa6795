import type { ConsentEntry } from "../../core/consent.js";
import type { Effect } from "../../core/effect.js";
import type { Event } from "../../core/event.js";
import type { JsonObject } from "../../core/json.js";
import type { Message } from "../../core/message.js";
import type { Notification } from "../../core/notification.js";
import type { Failure, Run, RunEnd } from "../../core/run.js";
import type { TimelineEntryView, TimelineView } from "../contract/timeline.js";
import { type Facts, isConsentEvent } from "./facts.js";
import {
  describeBeginning,
  describeConsent,
  describeConsentEvent,
  describeDecision,
  describeEvent,
  describeFirst,
  describeMessage,
  describeReceived,
  describeReport,
  describeRequest,
  describeResponse,
  describeRetry,
  describeState,
  describeStep,
  type NameFlow,
} from "./words.js";

/** What comes first of things that happened in the same millisecond: causes before what they cause. */
const order = [
  ...(["event", "decision", "beginning", "step", "message", "request", "response", "answered-step"] as const),
  ...(["callback", "consent", "state", "notification", "again"] as const),
] as const;

interface Draft {
  readonly at: Date;
  /** How many flows stand between this and what came from outside. */
  readonly depth: number;
  readonly place: (typeof order)[number];
  readonly kind: TimelineEntryView["kind"];
  readonly title: string;
  readonly ids: Readonly<Record<string, string | null>>;
  readonly detail: JsonObject;
}

/** Makes one answer of everything that is known, oldest first. */
export function assembleTimeline(facts: Facts): TimelineView {
  const nameFlow: NameFlow = (flow) => {
    const title = facts.flowTitles.get(flow);
    return title === undefined ? flow : `"${title}"`;
  };
  const depths = new Map(facts.runs.map(({ id, depth }) => [id, depth]));
  const depthOf = (runId: string | null): number => depths.get(runId ?? "") ?? 0;
  const drafts = [
    ...inTime(facts.events).flatMap((event) => eventDrafts(event, nameFlow)),
    ...inTime(facts.runs).flatMap((run) => runDrafts(run, { effects: facts.effects, nameFlow })),
    ...inTime(facts.effects).flatMap((effect) => effectDrafts(effect, depthOf(effect.runId))),
    ...inTime(facts.messages).flatMap((message) => messageDrafts(message, { ...facts, depth: depthOf(message.runId) })),
    ...inTime(facts.consents).map(consentDraft),
    ...inTime(facts.notifications).map((notification) => notificationDraft(notification, depthOf(notification.runId))),
  ];
  return { entries: drafts.sort(compare).map(toEntry), truncated: facts.truncated };
}

/** Ids are ordered by time. */
function inTime<T extends { readonly id: string }>(things: readonly T[]): readonly T[] {
  return things.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

function compare(left: Draft, right: Draft): number {
  return (
    left.at.getTime() - right.at.getTime() ||
    left.depth - right.depth ||
    order.indexOf(left.place) - order.indexOf(right.place)
  );
}

function toEntry({ at, kind, title, ids, detail }: Draft): TimelineEntryView {
  const known = Object.entries(ids).flatMap(([name, id]) => (id === null ? [] : [[name, id] as const]));
  return { at: at.toISOString(), kind, title, ids: Object.fromEntries(known), detail };
}

function eventDrafts(event: Event, nameFlow: NameFlow): readonly Draft[] {
  const { id, kind, dataType, key, version, payload, causedByRun, depth, createdAt } = event;
  const ids = { eventId: id, dataType, key, runId: causedByRun };
  const shared = { at: createdAt, depth };
  const decisions = event.decisions.map((decision): Draft => {
    const { flow, verdict, reason, runId } = decision;
    return {
      ...shared,
      ...{ place: "decision", kind: "decision", title: describeDecision(decision, nameFlow) },
      ids: { eventId: id, flow, runId },
      detail: { verdict, reason },
    };
  });
  if (kind === "message.received") {
    const about = { ...ids, ...textMembers(payload, ["messageId", "vendorId", "conversationId"]) };
    const title = describeReceived(payload);
    return [{ ...shared, place: "callback", kind: "received", title, ids: about, detail: payload }, ...decisions];
  }
  if (isConsentEvent(kind)) {
    const title = describeConsentEvent(payload);
    return [{ ...shared, place: "event", kind: "event", title, ids, detail: { kind, version, payload } }, ...decisions];
  }
  if (kind.startsWith("message.")) {
    const about = { ...ids, ...textMembers(payload, ["messageId", "vendorId"]) };
    const title = describeReport(event);
    return [{ ...shared, place: "callback", kind: "callback", title, ids: about, detail: payload }, ...decisions];
  }
  const title = describeEvent(event, nameFlow);
  return [{ ...shared, place: "event", kind: "event", title, ids, detail: { kind, version, payload } }, ...decisions];
}

function consentDraft(entry: ConsentEntry): Draft {
  const { id, at, recordedAt, shard: _shard, eventId, messageId, ...said } = entry;
  return {
    ...{ at, depth: 0, place: "consent", kind: "consent", title: describeConsent(entry) },
    ids: { entryId: id, eventId, messageId },
    detail: { ...said, recordedAt: recordedAt.toISOString() },
  };
}

function textMembers(payload: JsonObject, names: readonly string[]): Record<string, string> {
  const found = names.flatMap((name) => {
    const value = payload[name];
    return typeof value === "string" ? [[name, value] as const] : [];
  });
  return Object.fromEntries(found);
}

function runDrafts(
  run: Run,
  { effects, nameFlow }: { effects: readonly Effect[]; nameFlow: NameFlow },
): readonly Draft[] {
  const { id, flow, eventId, dataType, key, depth, path, item, status, attempts, stopReason } = run;
  const ids = { runId: id, flow, eventId, dataType, key, parentRunId: run.parent?.runId ?? null };
  const called = new Set(effects.filter(({ runId }) => runId === id).map(({ stepId }) => stepId));
  const steps = run.steps.map(
    (step): Draft => ({
      ...{ at: step.finishedAt, depth, kind: "step", title: describeStep(step) },
      place: called.has(step.id) ? "answered-step" : "step",
      ids: { runId: id, flow, stepId: step.id },
      detail: { outcome: step.outcome, output: step.output, failure: toJson(step.failure) },
    }),
  );
  const begun: Draft = {
    ...{ at: run.createdAt, depth, place: "beginning", kind: "run", title: describeBeginning(run, nameFlow) },
    ...{ ids, detail: { path, item } },
  };
  const before = run.earlier.flatMap((end) => endDrafts(run, { end, ids, nameFlow }));
  const title = describeState(run, nameFlow);
  if (title === null) return [begun, ...before, ...steps];
  const now: Draft = {
    ...{ at: run.finishedAt ?? run.updatedAt, depth, place: "state", kind: "run", title, ids },
    detail: { status, attempts, stopReason, failure: toJson(run.failure) },
  };
  return [begun, ...before, ...steps, now];
}

/** A run that was taken up again ended before, and began anew. */
function endDrafts(
  run: Run,
  { end, ids, nameFlow }: { end: RunEnd; ids: Draft["ids"]; nameFlow: NameFlow },
): readonly Draft[] {
  const { status, failure, stopReason, endedAt, retriedAt } = end;
  const shared = { depth: run.depth, kind: "run", ids } as const;
  const title = describeState({ ...run, ...end, wait: null }, nameFlow) ?? "";
  return [
    { ...shared, at: endedAt, place: "state", title, detail: { status, stopReason, failure: toJson(failure) } },
    { ...shared, at: retriedAt, place: "again", title: describeRetry(run, nameFlow), detail: {} },
  ];
}

function effectDrafts(effect: Effect, depth: number): readonly Draft[] {
  const { id, runId, stepId, endpoint, connection, recipient, attempts, request, state, vendorId, response } = effect;
  const ids = { effectId: id, runId, stepId, vendorId };
  const begunAt = effect.startedAt ?? effect.intendedAt;
  const first = effect.firstAttemptAt;
  const before: readonly Draft[] =
    first === null || first >= begunAt
      ? []
      : [
          {
            at: first,
            depth,
            place: "request",
            kind: "request",
            title: describeFirst(effect),
            ids,
            detail: { request },
          },
        ];
  const asked: Draft = {
    ...{ at: begunAt, depth, place: "request", kind: "request", title: describeRequest(effect), ids },
    detail: { endpoint, connection, recipient, attempts, request },
  };
  const title = describeResponse(effect);
  if (title === null) return [...before, asked];
  const answered: Draft = {
    ...{ at: effect.settledAt ?? begunAt, depth, place: "response", kind: "response", title, ids },
    detail: { state, vendorId, response, failure: toJson(effect.failure) },
  };
  return [...before, asked, answered];
}

function messageDrafts(
  message: Message,
  { events, depth }: { events: readonly Event[]; depth: number },
): readonly Draft[] {
  const { id, effectId, runId, vendorId, channel, from, to, body, segments, media, status, errorCode } = message;
  const ids = { messageId: id, effectId, runId, vendorId };
  const written: Draft = {
    ...{ at: message.createdAt, depth, place: "message", kind: "message", title: describeMessage(message), ids },
    detail: { channel, from, to, body, segments, media: [...media], status, errorCode },
  };
  const reported = events.some(({ kind, payload }) => kind === `message.${status}` && payload.messageId === id);
  if (status === "pending" || reported) return [written];
  // Reports about a message that belongs to no record cannot be listed; how far it has come is known all the same.
  const report = { kind: `message.${status}`, payload: { channel, to, errorCode } } as const;
  const now: Draft = {
    ...{ at: message.updatedAt, depth, place: "callback", kind: "message", title: describeReport(report), ids },
    detail: { status, errorCode },
  };
  return [written, now];
}

function notificationDraft(notification: Notification, depth: number): Draft {
  const { id, level, state, title, cause, remedy, code, runId, eventId, messageId, flow, createdAt } = notification;
  return {
    ...{ at: createdAt, depth, place: "notification", kind: "notification", title },
    ids: { notificationId: id, runId, eventId, messageId, flow },
    detail: { level, state, cause, remedy, code },
  };
}

function toJson(failure: Failure | null): JsonObject | null {
  return failure === null ? null : { ...failure };
}
