import type { Change } from "../core/change.js";
import type { CallResult } from "../core/connector.js";
import type { ConsentEntry } from "../core/consent.js";
import type { Effect } from "../core/effect.js";
import { PatchbayError } from "../core/errors.js";
import type { Eventual } from "../core/eventual.js";
import { isJsonObject } from "../core/json.js";
import type { Message } from "../core/message.js";
import { defaultRetryPolicy, nextDelayMs } from "../core/retry-policy.js";
import { topics } from "../core/topic.js";
import { entriesOfReport } from "./consent-entry.js";
import { uncountSending } from "./daily-cap.js";
import type { Draft, PendingCall } from "./draft.js";
import { planFailure, toFailure, withStep } from "./end-run.js";
import { isFindable } from "./ledger.js";
import { planConsent } from "./plan-consent.js";
import { planRecord, planStart } from "./plan-event.js";
import { nextAskAt, planOutcomeRest, unknownOutcome } from "./plan-find.js";
import { planRun } from "./plan-run.js";
import type { FinishedCall, Planning, RunPlanning, RunToPlan } from "./planning.js";
import { planRest } from "./rest.js";
import { becauseOf, hasOtherSaying } from "./session.js";
import { turnLeft } from "./shared-turn.js";
import { isScheduled, planUnlessWanted } from "./taken-back.js";

/** How a call came out, in the ledger's words. */
export type Outcome =
  | { readonly state: "done"; readonly result: CallResult }
  | { readonly state: "refused" | "unknown" | "later"; readonly error: PatchbayError };

/** What the outcome means for the ledger and the message, whoever has the run by now. */
export interface Facts {
  readonly effect: Effect;
  readonly messageId: string | null;
  readonly changes: readonly Change[];
  /** What the vendor has said about the recipient's consent. */
  readonly consents: readonly ConsentEntry[];
  /** When to try again; null when there is nothing to try. */
  readonly retryAt: Date | null;
  readonly failure: PatchbayError | null;
}

/** Works out what an outcome means, before the run is looked at. */
export function settle(call: PendingCall, outcome: Outcome, { parts }: Planning): Facts {
  const now = parts.now();
  const at = new Date(now);
  const retryAt = timeOfNext(call, outcome, { now, random: parts.random() });
  const failure = outcome.state === "done" ? null : lastWord(outcome.error, call, retryAt);
  const effect = settledEffect(call.effect, { outcome, waits: retryAt !== null, failure, at });
  const message = call.message === null ? null : settledMessage(call.message, { outcome, effect, at });
  const changes: Change[] = [{ kind: "effect-moved", effect }, ...turnLeft(effect, { parts })];
  if (effect.state === "refused" || effect.state === "intended") changes.push(...uncountSending(call.counted));
  if (message !== null) changes.push({ kind: "message-recorded", message, known: true });
  const consents =
    message !== null && isOptOut(outcome) ? entriesOfReport({ message, effect, code: message.errorCode, now: at }) : [];
  return { effect, messageId: message?.id ?? null, changes, consents, retryAt, failure };
}

/** Gives what is stored of an outcome by itself, without what flows make of it. */
export function changesOf({ changes, consents }: Facts): readonly Change[] {
  return [...changes, ...consents.map((entry) => ({ kind: "consent-recorded", entry }) as const)];
}

/** Whether the vendor has refused because the recipient has told it to. */
function isOptOut(outcome: Outcome): boolean {
  return outcome.state === "refused" && outcome.error.code === "RECIPIENT_OPTED_OUT";
}

/** When the call is made again, null for never: what may be said otherwise is, at once. */
function timeOfNext(call: PendingCall, outcome: Outcome, at: { now: number; random: number }): Date | null {
  if (outcome.state === "later") return retryTime(call, outcome.error, at);
  const isClosed = outcome.state === "refused" && outcome.error.code === "SESSION_CLOSED";
  return isClosed && hasOtherSaying(call.effect) ? new Date(at.now) : null;
}

function retryTime(
  call: PendingCall,
  error: PatchbayError,
  { now, random }: { now: number; random: number },
): Date | null {
  const { step, run, effect } = call;
  const asked = error.details.retryAfterMs;
  // Flow versions that were kept before a policy had all its members lack some.
  const policy = { ...defaultRetryPolicy, ...step.retry };
  const delayMs = nextDelayMs(policy, run.attempts, {
    random,
    ...(typeof asked === "number" ? { retryAfterMs: asked } : {}),
  });
  if (delayMs === null) return null;
  const deadline = Math.min(
    (effect.firstAttemptAt ?? effect.intendedAt).getTime() + policy.deadlineMs,
    effect.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
  );
  return now + delayMs > deadline ? null : new Date(now + delayMs);
}

/** The error as the operator reads it: one that was tried to the end says so. */
function lastWord(error: PatchbayError, { run, effect, message }: PendingCall, retryAt: Date | null): PatchbayError {
  if (error.code === "ENDPOINT_OUTCOME_UNKNOWN" && effect.onRepeat === "duplicate") {
    return unknownOutcome(effect, `: ${error.message}`, message?.id);
  }
  if (!error.retryable || retryAt !== null) return error;
  const remedy = `Check the vendor's status and the connection, then: patchbay runs retry ${run.id}.`;
  const times = run.attempts === 1 ? "once" : `${run.attempts} times`;
  return new PatchbayError(error.code, `${error.message}, ${times}; it is not tried again by itself`, {
    ...error.details,
    remedy,
  });
}

function settledEffect(
  effect: Effect,
  { outcome, waits, failure, at }: { outcome: Outcome; waits: boolean; failure: PatchbayError | null; at: Date },
): Effect {
  if (outcome.state === "done") {
    const { vendorId, response } = outcome.result;
    return { ...effect, state: "done", vendorId, response, failure: null, settledAt: at };
  }
  const { response } = outcome.error.details;
  // What a repetition does no harm to is repeated, but nobody can say that it was not done.
  const isUnknown = outcome.error.code === "ENDPOINT_OUTCOME_UNKNOWN";
  return {
    ...effect,
    state: isUnknown ? "unknown" : waits ? "intended" : "refused",
    response: isJsonObject(response) ? response : null,
    failure: failure === null ? null : toFailure(failure),
    settledAt: waits && !isUnknown ? null : at,
  };
}

function settledMessage(
  message: Message,
  { outcome, effect, at }: { outcome: Outcome; effect: Effect; at: Date },
): Message {
  if (outcome.state === "done") {
    return {
      ...message,
      vendorId: outcome.result.vendorId,
      status: outcome.result.messageStatus ?? "accepted",
      updatedAt: at,
    };
  }
  if (effect.state !== "refused") return { ...message, updatedAt: at };
  const { vendorCode } = outcome.error.details;
  const errorCode = vendorCode === undefined || vendorCode === null ? null : String(vendorCode);
  return { ...message, status: isOptOut(outcome) ? "suppressed" : "failed", errorCode, updatedAt: at };
}

/** What came of a call. */
interface Settled {
  readonly call: PendingCall;
  readonly outcome: Outcome;
  readonly facts: Facts;
}

/** Plans what follows a call: the next attempt, the question to the vendor, the failure, or the steps behind it. */
export function planOutcome(draft: Draft, settled: Settled, base: Planning): Eventual<void> {
  const { facts } = settled;
  const planning: RunPlanning = { planRecord, planStart, planRun, ...base };
  draft.changes.push(...facts.changes);
  if (facts.consents.length === 0 && !facts.changes.some(isScheduled)) return planFollowing(draft, settled, planning);
  return planNoted(draft, settled, planning).then(() => planFollowing(draft, settled, planning));
}

/** Adds what the vendor has said about the recipient's consent, and takes back what is not wanted any more. */
async function planNoted(draft: Draft, { call, facts }: Settled, planning: RunPlanning): Promise<void> {
  const { dataType, key } = call.run;
  const subject = { dataType, key, causedBy: call.run, connection: call.effect.connection };
  await planConsent(draft, { entries: facts.consents, subject }, planning);
  await planUnlessWanted(draft, facts.changes, planning);
}

function planFollowing(draft: Draft, { call, outcome, facts }: Settled, planning: RunPlanning): Eventual<void> {
  const toPlan = toPlanAfter(call, { effect: facts.effect, messageId: facts.messageId, outcome });
  if (facts.retryAt !== null) {
    const failure = facts.failure === null ? null : toFailure(facts.failure);
    const wait = { kind: "retry", effectId: facts.effect.id } as const;
    planRest(draft, { toPlan: { ...toPlan, run: { ...toPlan.run, failure } }, wait, dueAt: facts.retryAt }, planning);
    return;
  }
  if (facts.effect.state === "unknown" && isFindable(call.open, facts.effect.endpoint)) {
    const dueAt = nextAskAt(facts.effect, 0, planning.parts.limits.reconcileAfterMs);
    planOutcomeRest(draft, { toPlan, effect: facts.effect, asked: 0, dueAt }, planning);
    return;
  }
  draft.wakes.add(topics.effect(facts.effect.id));
  const next = afterCall(draft, { call, toPlan, facts }, planning);
  return next === null ? undefined : planRun(draft, next, planning);
}

/** Gives the run as it is right after a call. */
export function toPlanAfter(
  { run, occasion, version, inherited }: PendingCall,
  { effect, messageId, outcome }: { effect: Effect; messageId: string | null; outcome: Outcome | null },
): RunToPlan {
  const call: FinishedCall = {
    summary: outcome?.state === "done" ? outcome.result.summary + becauseOf(effect) : "",
    messageId,
    request: effect.request,
    response: effect.response,
    keptBy: effect.state === "done" ? effect.id : null,
  };
  return { run, occasion, version, isNew: false, isFirst: false, inherited, call, ahead: new Map() };
}

function afterCall(
  draft: Draft,
  { call, toPlan, facts }: { call: PendingCall; toPlan: RunToPlan; facts: Facts },
  planning: Planning,
): RunToPlan | null {
  const { step } = call;
  if (facts.failure !== null) {
    return planFailure(draft, { step, toPlan, error: facts.failure }, planning);
  }
  return withStep(toPlan, { id: step.id, outcome: "done", output: facts.effect.response, failure: null }, planning);
}
