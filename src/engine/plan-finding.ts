import type { Finding, Found } from "../core/connector.js";
import type { Effect } from "../core/effect.js";
import { PatchbayError } from "../core/errors.js";
import { topics } from "../core/topic.js";
import type { Draft, PendingCall } from "./draft.js";
import { planFailure, withStep } from "./end-run.js";
import { planRecord, planStart } from "./plan-event.js";
import { MAX_ASKS, nextAskAt, planOutcomeRest, unknownOutcome } from "./plan-find.js";
import { toPlanAfter } from "./plan-outcome.js";
import { planReport } from "./plan-report.js";
import { planRun } from "./plan-run.js";
import type { Planning, RunPlanning, RunToPlan } from "./planning.js";
import { planUnlessWanted } from "./taken-back.js";

/**
 * Plans what follows the vendor's answer about a call whose outcome nobody knew: it has it, and the run goes on; it has
 * nothing of it, and the call is made again; it does not answer, and is asked later; nobody can tell, and a person decides.
 */
export async function planFinding(
  draft: Draft,
  { call, finding }: { call: PendingCall; finding: Finding | PatchbayError },
  base: Planning,
): Promise<void> {
  const planning: RunPlanning = { ...base, planRecord, planStart, planRun };
  const next = await afterFinding(draft, { call, finding }, planning);
  if (next !== null) await planRun(draft, next, planning);
}

function afterFinding(
  draft: Draft,
  { call, finding }: { call: PendingCall; finding: Finding | PatchbayError },
  planning: RunPlanning,
): Promise<RunToPlan | null> | RunToPlan | null {
  const { effect, message } = call;
  const toPlan = toPlanAfter(call, { effect, messageId: message?.id ?? null, outcome: null });
  if (finding instanceof PatchbayError) return askAgain(draft, { call, toPlan, error: finding }, planning);
  if (finding === "absent") return { ...toPlan, call: undefined, absentEffectId: effect.id };
  if (finding === "unclear") {
    const error = unknownOutcome(effect, ": the vendor has more than one message that could be it", message?.id);
    return planFailure(draft, { step: call.step, toPlan, error }, planning);
  }
  return goOn(draft, { call, found: finding }, planning);
}

function askAgain(
  draft: Draft,
  { call, toPlan, error }: { call: PendingCall; toPlan: RunToPlan; error: PatchbayError },
  planning: RunPlanning,
): RunToPlan | null {
  const { effect, run } = call;
  // Counted when the vendor did not answer: a question that a crash cut off is asked again at once.
  const asked = (run.wait?.kind === "outcome" ? run.wait.asked : 0) + 1;
  if (asked >= MAX_ASKS) {
    const final = unknownOutcome(effect, ` and the vendor could not be asked (${error.message})`, call.message?.id);
    return planFailure(draft, { step: call.step, toPlan, error: final }, planning);
  }
  const { limits, now } = planning.parts;
  const dueAt = Math.max(now() + limits.reconcileAfterMs, nextAskAt(effect, asked, limits.reconcileAfterMs));
  planOutcomeRest(draft, { toPlan, effect, asked, dueAt }, planning);
  return null;
}

async function goOn(
  draft: Draft,
  { call, found }: { call: PendingCall; found: Found },
  planning: RunPlanning,
): Promise<RunToPlan> {
  const effect = await planFound(draft, { call, found }, planning);
  const summary = `${found.summary} (found at the vendor)`;
  const outcome = { state: "done", result: { ...found, summary } } as const;
  const toPlan = toPlanAfter(call, { effect, messageId: call.message?.id ?? null, outcome });
  return withStep(toPlan, { id: call.step.id, outcome: "done", output: effect.response, failure: null }, planning);
}

/** Adds what the vendor has of a call to the ledger and the message, whoever has the run; what it reports is an event. */
export async function planFound(
  draft: Draft,
  { call, found }: { call: PendingCall; found: Found },
  planning: Planning,
): Promise<Effect> {
  const at = new Date(planning.parts.now());
  const { vendorId, response, messageStatus, report } = found;
  const { message } = call;
  const effect: Effect = { ...call.effect, state: "done", vendorId, response, failure: null, settledAt: at };
  draft.changes.push({ kind: "effect-moved", effect });
  draft.wakes.add(topics.effect(effect.id));
  if (message === null) return effect;
  const before = draft.changes.length;
  const isNews = report !== null && (await planning.parts.store.events.getByDedupeKey(report.dedupeKey)) === null;
  if (isNews) {
    const sent = await planning.parts.store.messages.sentByEffect(message.effectId);
    await planReport(draft, { report, sent: sent ?? { message, sender: null, call: null } }, planning);
  } else {
    const status = messageStatus ?? "accepted";
    draft.changes.push({ kind: "message-recorded", message: { ...message, vendorId, status, updatedAt: at } });
  }
  await planUnlessWanted(draft, draft.changes.slice(before), planning);
  return effect;
}
