import type { Effect } from "../core/effect.js";
import { PatchbayError } from "../core/errors.js";
import { type Message, type MessageReport, mayMove } from "../core/message.js";
import type { Store } from "../core/store.js";
import { commitPlan } from "./commit.js";
import { type Draft, newDraft, type PendingCall } from "./draft.js";
import { noticeOfMessage } from "./notify.js";
import { planEvent } from "./plan-event.js";
import { type Planning, stampOf } from "./planning.js";
import type { Occasion } from "./scope.js";

/**
 * Takes a vendor's report about a message: the event, the message's status and what flows make of it, in one commit.
 *
 * A repeated report is dropped by its dedupe key. A late one is recorded as an event but moves nothing and starts
 * nothing. A report about an effect whose outcome was unknown settles it: the vendor has the message.
 *
 * @returns The calls to make, of flows that the status started.
 */
export async function acceptReport(
  report: MessageReport,
  queueRuns: boolean,
  planning: Planning,
): Promise<readonly PendingCall[]> {
  const { store, log } = planning.parts;
  const message = await findMessage(report, store);
  if (message === null) {
    log.warn(
      { vendorId: report.vendorId, status: report.status },
      "a report about a message that Patchbay did not send",
    );
    return [];
  }
  try {
    const draft = await commitPlan(store, () => planReport({ report, message, queueRuns }, planning));
    return draft.calls;
  } catch (error) {
    if (error instanceof PatchbayError && error.code === "EVENT_DUPLICATED") return [];
    throw error;
  }
}

async function findMessage({ effectId, vendorId }: MessageReport, store: Store): Promise<Message | null> {
  const byEffect = effectId === null ? null : await store.messages.getByEffect(effectId);
  return byEffect ?? store.messages.getByVendorId(vendorId);
}

async function planReport(
  { report, message, queueRuns }: { report: MessageReport; message: Message; queueRuns: boolean },
  planning: Planning,
): Promise<Draft> {
  const { parts } = planning;
  const draft = newDraft(queueRuns);
  const moves = mayMove(message.status, report.status);
  const moved = {
    ...message,
    vendorId: report.vendorId,
    status: report.status,
    errorCode: report.errorCode,
    updatedAt: new Date(parts.now()),
  };
  const event = await planEvent(draft, { occasion: occasionOf(report, moved, planning), startFlows: moves }, planning);
  const effect = await parts.store.effects.get(message.effectId);
  if (effect !== null && isOpen(effect))
    draft.changes.push({ kind: "effect-moved", effect: proven(effect, report, parts.now()) });
  if (!moves) return draft;
  draft.changes.push({ kind: "message-recorded", message: moved });
  if (report.status === "undelivered" || report.status === "failed") {
    draft.changes.push(noticeOfMessage(moved, { report, eventId: event.id }, stampOf(parts)));
  }
  return draft;
}

function occasionOf(report: MessageReport, message: Message, { parts }: Planning): Occasion {
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
        report: report.raw,
      },
      causedByRun: runId,
      depth: 1,
      dedupeKey: report.dedupeKey,
      createdAt: message.updatedAt,
    },
  };
}

/** Only an outcome nobody knows yet; what our own commit is about to settle stays ours. */
function isOpen({ state }: Effect): boolean {
  return state === "unknown";
}

function proven(effect: Effect, { vendorId }: MessageReport, now: number): Effect {
  return { ...effect, state: "done", vendorId, failure: null, settledAt: new Date(now) };
}
