import type { Effect } from "../core/effect.js";
import { PatchbayError } from "../core/errors.js";
import { type Message, type MessageReport, mayMove } from "../core/message.js";
import type { Store } from "../core/store.js";
import { topics } from "../core/topic.js";
import { commitPlan } from "./commit.js";
import type { Draft, PendingCall } from "./draft.js";
import { noticeOfMessage } from "./notify.js";
import { planEvent } from "./plan-event.js";
import { type Planning, stampOf } from "./planning.js";
import type { Occasion } from "./scope.js";
import { planTakenUp } from "./take-up.js";

/**
 * Takes a vendor's report about a message: the event, the message's status and what flows make of it, in one commit.
 *
 * A repeated report is dropped by its dedupe key. A late one is recorded as an event but moves nothing and starts
 * nothing. A report about an effect whose outcome was unknown settles it: the vendor has the message, and the run that
 * stopped at it goes on.
 *
 * @returns The calls to make, of flows that the status started.
 */
export async function acceptReport(
  report: MessageReport,
  queueRuns: boolean,
  planning: Planning,
): Promise<readonly PendingCall[]> {
  const { store, log } = planning.parts;
  const found = await findMessage(report, store);
  if (found === null) {
    log.warn(
      { vendorId: report.vendorId, status: report.status },
      "a report about a message that Patchbay did not send",
    );
    return [];
  }
  try {
    const draft = await commitPlan(planning, (drafted) => planReport(drafted, { report, found }, planning), queueRuns);
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
  const event = await planEvent(draft, { occasion: occasionOf(report, moved, planning), startFlows: moves }, planning);
  const effect = await parts.store.effects.get(message.effectId);
  // Only an outcome nobody knows yet; what our own commit is about to settle stays ours.
  if (effect?.state === "unknown") await planProof(draft, { effect, report }, planning);
  if (!moves) return;
  draft.changes.push({ kind: "message-recorded", message: moved });
  draft.wakes.add(topics.message(message.effectId));
  if (report.status === "undelivered" || report.status === "failed") {
    draft.changes.push(noticeOfMessage(moved, { report, eventId: event.id }, stampOf(parts)));
  }
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
