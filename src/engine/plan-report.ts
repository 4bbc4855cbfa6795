import type { Effect } from "../core/effect.js";
import { type Message, type MessageReport, mayMove } from "../core/message.js";
import type { SentMessage } from "../core/sent-message.js";
import { topics } from "../core/topic.js";
import { entriesOfReport } from "./consent-entry.js";
import type { Draft } from "./draft.js";
import { noticeOfDouble, noticeOfMessage } from "./notify.js";
import { planConsent } from "./plan-consent.js";
import { planEvent } from "./plan-event.js";
import { newsOfReport } from "./plan-recipient-news.js";
import { type Planning, stampOf } from "./planning.js";
import { optOutOf } from "./recipients-consent.js";
import type { Occasion } from "./scope.js";
import { planTakenUp } from "./take-up.js";

/** Adds what a report about a message means: its event with the flows that start, its status, and what it proves. */
export async function planReport(
  draft: Draft,
  { report, sent: { message, sender, call } }: { report: MessageReport; sent: SentMessage },
  planning: Planning,
): Promise<void> {
  const { parts } = planning;
  const moves = mayMove(message.status, report.status);
  const moved = {
    ...message,
    vendorId: report.vendorId,
    status: report.status,
    errorCode: report.errorCode,
    updatedAt: new Date(parts.now()),
  };
  const depth = (sender?.depth ?? 0) + 1;
  if (report.optedOut) await planOptOut(draft, { message: moved, depth }, planning);
  const unreached = report.status === "undelivered" || report.status === "failed";
  // Asked only where a flow might send once more: it costs a query.
  const optedOut = unreached && (await optOutOf(draft, moved, planning)) !== null;
  const reported = { message: moved, step: call?.stepId ?? null, optedOut, depth, late: !moves };
  const occasion = occasionOf(report, reported, planning);
  const event = await planEvent(draft, { occasion, startFlows: moves }, planning);
  // Only an outcome nobody knows yet; what our own commit is about to settle stays ours.
  if (call !== null && isOpen(call)) await planProof(draft, { effectId: message.effectId, report }, planning);
  if (message.vendorId !== null && message.vendorId !== report.vendorId) {
    draft.changes.push(noticeOfDouble(message, { report, eventId: event.id }, stampOf(parts)));
  }
  if (!moves) return;
  draft.changes.push({ kind: "message-recorded", message: moved });
  if (sender !== null) draft.changes.push(...newsOfReport(sender, { message: moved, cause: report.cause }));
  draft.wakes.add(topics.message(message.effectId));
  if (unreached) {
    draft.changes.push(noticeOfMessage(moved, { report, eventId: event.id }, stampOf(parts)));
  }
}

/** The vendor has noticed only now that the recipient has opted out. */
async function planOptOut(
  draft: Draft,
  { message, depth }: { message: Message; depth: number },
  planning: Planning,
): Promise<void> {
  const effect = await planning.parts.store.effects.get(message.effectId);
  const { dataType, key, connection, runId, errorCode: code } = message;
  const entries = entriesOfReport({ message, effect, code, now: message.updatedAt });
  const causedBy = { id: runId, depth: depth - 1 };
  await planConsent(draft, { entries, subject: { dataType, key, causedBy, connection } }, planning);
}

/** Whether nobody has stored what became of the newest attempt, or nobody knows it. */
function isOpen({ state, attempts }: Pick<Effect, "state" | "attempts">): boolean {
  return state === "unknown" || (state === "intended" && attempts > 0);
}

async function planProof(
  draft: Draft,
  { effectId, report }: { effectId: string; report: MessageReport },
  planning: Planning,
): Promise<void> {
  const effect = await planning.parts.store.effects.get(effectId);
  if (effect === null || !isOpen(effect)) return;
  const { vendorId, status } = report;
  const response = { sid: vendorId, status };
  const settledAt = new Date(planning.parts.now());
  const proven: Effect = { ...effect, state: "done", vendorId, response, failure: null, settledAt };
  draft.changes.push({ kind: "effect-moved", effect: proven });
  draft.wakes.add(topics.effect(effect.id));
  await planTakenUp(draft, proven, planning);
}

/** A message as the report leaves it, with what the event says besides. */
interface Reported {
  readonly message: Message;
  /** The step that sent it; null when its effect is no longer kept. */
  readonly step: string | null;
  /** Whether it was not delivered, and its recipient wants no more from who sent it. */
  readonly optedOut: boolean;
  readonly depth: number;
  readonly late: boolean;
}

function occasionOf(
  report: MessageReport,
  { message, step, optedOut, depth, late }: Reported,
  { parts }: Planning,
): Occasion {
  const { id, to, from, body, segments, flow, runId, vendorId, status, errorCode, dataType, key } = message;
  const { channel, connection } = message;
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
        channel,
        connection,
        to,
        from,
        body,
        segments,
        flow,
        step,
        runId,
        optedOut,
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
