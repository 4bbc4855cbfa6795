import type { Effect } from "../core/effect.js";
import { type Message, type MessageReport, mayMove } from "../core/message.js";
import { topics } from "../core/topic.js";
import { entriesOfReport } from "./consent-entry.js";
import type { Draft } from "./draft.js";
import { noticeOfDouble, noticeOfMessage } from "./notify.js";
import { planConsent } from "./plan-consent.js";
import { planEvent } from "./plan-event.js";
import { newsOfReport } from "./plan-recipient-news.js";
import { type Planning, stampOf } from "./planning.js";
import type { Occasion } from "./scope.js";
import { planTakenUp } from "./take-up.js";

/** Adds what a report about a message means: its event with the flows that start, its status, and what it proves. */
export async function planReport(
  draft: Draft,
  { report, found }: { report: MessageReport; found: Message },
  planning: Planning,
): Promise<void> {
  const { parts } = planning;
  const message = (await parts.store.messages.get(found.id)) ?? found;
  const moves = mayMove(message.status, report.status);
  const moved = {
    ...message,
    vendorId: report.vendorId,
    status: report.status,
    errorCode: report.errorCode,
    updatedAt: new Date(parts.now()),
  };
  const sender = await parts.store.runs.get(message.runId);
  const depth = (sender?.depth ?? 0) + 1;
  const occasion = occasionOf(report, { message: moved, depth, late: !moves }, planning);
  const effect = await parts.store.effects.get(message.effectId);
  if (report.optedOut) await planOptOut(draft, { message: moved, effect, depth }, planning);
  const event = await planEvent(draft, { occasion, startFlows: moves }, planning);
  // Only an outcome nobody knows yet; what our own commit is about to settle stays ours.
  if (effect !== null && isOpen(effect)) await planProof(draft, { effect, report }, planning);
  if (message.vendorId !== null && message.vendorId !== report.vendorId) {
    draft.changes.push(noticeOfDouble(message, { report, eventId: event.id }, stampOf(parts)));
  }
  if (!moves) return;
  draft.changes.push({ kind: "message-recorded", message: moved });
  if (sender !== null) draft.changes.push(...newsOfReport(sender, { message: moved, cause: report.cause }));
  draft.wakes.add(topics.message(message.effectId));
  if (report.status === "undelivered" || report.status === "failed") {
    draft.changes.push(noticeOfMessage(moved, { report, eventId: event.id }, stampOf(parts)));
  }
}

/** The vendor has noticed only now that the recipient has opted out. */
async function planOptOut(
  draft: Draft,
  { message, effect, depth }: { message: Message; effect: Effect | null; depth: number },
  planning: Planning,
): Promise<void> {
  const { dataType, key, connection, runId, errorCode: code } = message;
  const entries = entriesOfReport({ message, effect, code, now: message.updatedAt });
  const causedBy = { id: runId, depth: depth - 1 };
  await planConsent(draft, { entries, subject: { dataType, key, causedBy, connection } }, planning);
}

/** Whether nobody has stored what became of the newest attempt, or nobody knows it. */
function isOpen({ state, attempts }: Effect): boolean {
  return state === "unknown" || (state === "intended" && attempts > 0);
}

async function planProof(
  draft: Draft,
  { effect, report }: { effect: Effect; report: MessageReport },
  planning: Planning,
): Promise<void> {
  const { vendorId, status } = report;
  const response = { sid: vendorId, status };
  const settledAt = new Date(planning.parts.now());
  const proven: Effect = { ...effect, state: "done", vendorId, response, failure: null, settledAt };
  draft.changes.push({ kind: "effect-moved", effect: proven });
  draft.wakes.add(topics.effect(effect.id));
  await planTakenUp(draft, proven, planning);
}

function occasionOf(
  report: MessageReport,
  { message, depth, late }: { message: Message; depth: number; late: boolean },
  { parts }: Planning,
): Occasion {
  const { id, to, from, body, segments, flow, runId, vendorId, status, errorCode, dataType, key } = message;
  return {
    previous: null,
    event: {
      id: parts.newId("evt"),
      shard: message.shard,
      kind: `message.${status}`,
      dataType,
      key,
      version: null,
      payload: {
        messageId: id,
        vendorId,
        status,
        errorCode,
        cause: report.cause,
        to,
        from,
        body,
        segments,
        flow,
        runId,
        late,
        report: report.raw,
      },
      causedByRun: runId,
      depth,
      dedupeKey: report.dedupeKey,
      createdAt: message.updatedAt,
    },
  };
}
