import type { CallResult } from "../core/connector.js";
import type { Effect } from "../core/effect.js";
import { PatchbayError, toPatchbayError } from "../core/errors.js";
import { isJsonObject, type JsonObject } from "../core/json.js";
import type { Message } from "../core/message.js";
import { nextDelayMs } from "../core/retry-policy.js";
import type { Failure, Run } from "../core/run.js";
import type { Change } from "../core/store.js";
import { hookUrl } from "../core/webhook-url.js";
import { commitPlan } from "./commit.js";
import { type Draft, newDraft, type PendingCall } from "./draft.js";
import { endpointKey } from "./plan-call.js";
import { planRecord } from "./plan-event.js";
import { planFailure, planRun, withStep } from "./plan-run.js";
import type { FinishedCall, Planning, RunPlanning, RunToPlan } from "./planning.js";

/** How a call came out, in the ledger's words. */
type Outcome =
  | { readonly state: "done"; readonly result: CallResult }
  | { readonly state: "refused" | "unknown" | "later"; readonly error: PatchbayError };

/**
 * Makes a call that the ledger has as `started`, and commits what came of it together with the steps that follow, up
 * to the next effect.
 *
 * The outcome is never dropped: when the store cannot take it, it is offered again until it can; when another worker
 * has taken over the run, the ledger and the message are still brought up to date.
 *
 * @returns The calls that come next.
 */
export async function performCall(
  call: PendingCall,
  planning: Planning,
  patience: Patience,
): Promise<readonly PendingCall[]> {
  const outcome = await attempt(call, planning);
  const facts = settle(call, outcome, planning);
  try {
    const draft = await patience(() =>
      commitPlan(planning.parts.store, () => planOutcome({ call, outcome, facts }, planning)),
    );
    return draft.calls;
  } catch (error) {
    if (!(error instanceof PatchbayError && error.code === "RUN_LEASE_LOST")) throw error;
    await patience(() => planning.parts.store.commit(facts.changes));
    return [];
  }
}

/** Repeats work while the store is away. */
export type Patience = <T>(work: () => Promise<T>) => Promise<T>;

async function attempt({ open, effect }: PendingCall, { parts }: Planning): Promise<Outcome> {
  const callbackUrl =
    parts.publicUrl === null ? null : `${hookUrl(parts.publicUrl, open, "status")}?effect=${effect.id}`;
  try {
    const result = await open.connection.send(endpointKey(effect.endpoint), effect.request, {
      effectId: effect.id,
      callbackUrl,
    });
    return { state: "done", result };
  } catch (thrown) {
    const error = toPatchbayError(thrown);
    if (error.code === "INTERNAL_ERROR") return unexpected(error, effect, parts.log);
    if (error.retryable) return { state: "later", error };
    if (error.code !== "ENDPOINT_OUTCOME_UNKNOWN") return { state: "refused", error };
    return { state: effect.onRepeat === "duplicate" ? "unknown" : "later", error };
  }
}

/** A defect in the connector: the call may have been made, so it is treated as one whose outcome nobody knows. */
function unexpected(error: PatchbayError, effect: Effect, log: Planning["parts"]["log"]): Outcome {
  log.error({ effect: effect.id, endpoint: effect.endpoint, problem: error.message }, "a call failed unexpectedly");
  const message = `The call to ${effect.endpoint} failed unexpectedly: ${error.message}`;
  return { state: "unknown", error: new PatchbayError("ENDPOINT_OUTCOME_UNKNOWN", message) };
}

/** What the outcome means for the ledger and the message, whoever has the run by now. */
interface Facts {
  readonly effect: Effect;
  readonly messageId: string | null;
  readonly changes: readonly Change[];
  /** When to try again; null when there is nothing to try. */
  readonly retryAt: Date | null;
  readonly failure: PatchbayError | null;
}

function settle(call: PendingCall, outcome: Outcome, { parts }: Planning): Facts {
  const now = parts.now();
  const at = new Date(now);
  const retryAt = outcome.state === "later" ? retryTime(call, outcome.error, { now, random: parts.random() }) : null;
  const failure = outcome.state === "done" ? null : lastWord(outcome.error, call, retryAt);
  const effect = settledEffect(call.effect, { outcome, waits: retryAt !== null, failure, at });
  const message = call.message === null ? null : settledMessage(call.message, { outcome, effect, at });
  const changes: Change[] = [{ kind: "effect-moved", effect }];
  if (message !== null) changes.push({ kind: "message-recorded", message });
  return { effect, messageId: message?.id ?? null, changes, retryAt, failure };
}

function retryTime(
  { step, run }: PendingCall,
  error: PatchbayError,
  { now, random }: { now: number; random: number },
): Date | null {
  const asked = error.details.retryAfterMs;
  const delayMs = nextDelayMs(step.retry, run.attempts, {
    random,
    ...(typeof asked === "number" ? { retryAfterMs: asked } : {}),
  });
  return delayMs === null ? null : new Date(now + delayMs);
}

/** The error as the operator reads it: one that was tried to the end says so. */
function lastWord(error: PatchbayError, { run }: PendingCall, retryAt: Date | null): PatchbayError {
  if (!error.retryable || retryAt !== null) return error;
  const remedy =
    "Check the vendor's status and the connection, then push the record's change or send the message by hand.";
  return new PatchbayError(error.code, `${error.message}, ${run.attempts} times; it is not tried again`, {
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
  return {
    ...effect,
    state: waits ? "intended" : outcome.state === "unknown" ? "unknown" : "refused",
    response: isJsonObject(response) ? response : null,
    failure: failure === null ? null : toFailure(failure),
    settledAt: waits ? null : at,
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
  return { ...message, status: "failed", errorCode, updatedAt: at };
}

function toFailure({ code, message, remedy }: PatchbayError): Failure {
  return { code, message, remedy };
}

async function planOutcome(
  { call, outcome, facts }: { call: PendingCall; outcome: Outcome; facts: Facts },
  base: Planning,
): Promise<Draft> {
  const planning: RunPlanning = { ...base, planRecord };
  const draft = newDraft(false);
  draft.changes.push(...facts.changes);
  if (facts.retryAt !== null) {
    draft.changes.push({ kind: "run-advanced", run: waiting(call.run, { facts, retryAt: facts.retryAt }, base) });
    return draft;
  }
  const next = afterCall({ call, outcome, facts }, { draft, planning });
  if (next !== null) await planRun(draft, next, planning);
  return draft;
}

function waiting(run: Run, { facts, retryAt }: { facts: Facts; retryAt: Date }, { parts }: Planning): Run {
  const failure = facts.failure === null ? null : toFailure(facts.failure);
  return { ...run, status: "waiting", dueAt: retryAt, leasedBy: null, failure, updatedAt: new Date(parts.now()) };
}

function afterCall(
  { call, outcome, facts }: { call: PendingCall; outcome: Outcome; facts: Facts },
  { draft, planning }: { draft: Draft; planning: RunPlanning },
): RunToPlan | null {
  const { run, occasion, version, step } = call;
  const finished: FinishedCall = {
    summary: outcome.state === "done" ? outcome.result.summary : "",
    messageId: facts.messageId,
    request: facts.effect.request,
    response: facts.effect.response,
  };
  const toPlan: RunToPlan = { run, occasion, version, isNew: false, call: finished, ahead: new Map() };
  if (facts.failure !== null) return planFailure(draft, { step, toPlan, error: facts.failure }, planning);
  const output: JsonObject | null = facts.effect.response;
  return withStep(toPlan, { id: step.id, outcome: "done", output, failure: null }, planning);
}
