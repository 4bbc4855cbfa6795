import type { Change } from "../core/change.js";
import type { Finding } from "../core/connector.js";
import { PatchbayError, toPatchbayError } from "../core/errors.js";
import { isFinished } from "../core/run.js";
import { topics } from "../core/topic.js";
import { hookUrl } from "../core/webhook-url.js";
import { commitPlan, metOthers } from "./commit.js";
import type { Draft, PendingCall } from "./draft.js";
import { endpointKey } from "./ledger.js";
import { noticeOfDoubt } from "./notice-of-doubt.js";
import { planFinding, planFound } from "./plan-finding.js";
import { changesOf, type Facts, type Outcome, planOutcome, settle } from "./plan-outcome.js";
import type { Planning } from "./planning.js";
import { acceptReport } from "./report.js";
import { backSoon } from "./rest.js";
import { planTakenUp } from "./take-up.js";
import { planUnlessWanted } from "./taken-back.js";

/** The HTTP status of a vendor that did not wait for the end of the request. */
const REQUEST_TIMEOUT = 408;

/** Repeats work while the store is away. */
export type Patience = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Makes a call that the ledger has as `started`, or asks the vendor about one whose outcome nobody knows, and commits what
 * came of it together with the steps that follow, up to the next effect.
 *
 * The outcome is never dropped: when the store cannot take it, it is offered again until it can; when another worker
 * has taken over the run, or somebody has cancelled it, the ledger and the message are still brought up to date.
 *
 * @returns The calls that come next.
 */
export async function performCall(
  call: PendingCall,
  planning: Planning,
  patience: Patience,
): Promise<readonly PendingCall[]> {
  if (call.kind === "find") return findOut(call, planning, patience);
  const stoodStill = standstill(call, planning);
  const outcome = stoodStill ?? (await attempt(call, planning));
  if (stoodStill === null) report(call, outcome.state === "done" ? null : outcome.error, planning);
  const facts = settle(call, outcome, planning);
  try {
    const draft = await patience(() =>
      commitPlan(planning, (draft) => planOutcome(draft, { call, outcome, facts }, planning)),
    );
    return [...draft.calls, ...(await hear(outcome, planning, patience))];
  } catch (error) {
    if (!lostToAnother(error)) return keepOutcome({ call, facts, error }, planning, patience);
    await patience(() => commitPlan(planning, (draft) => planLate(draft, { call, facts }, planning)));
    return [];
  }
}

/** Takes what an answer says about another message. Lost with the process, it is asked for again: see message-follower. */
async function hear(outcome: Outcome, planning: Planning, patience: Patience): Promise<readonly PendingCall[]> {
  const report = outcome.state === "done" ? outcome.result.report : null;
  return report === null || report === undefined ? [] : patience(() => acceptReport(report, false, planning));
}

/** Adds the outcome of a call whose run is somebody else's by now, or has ended: who waits for the outcome hears of it. */
async function planLate(
  draft: Draft,
  { call, facts }: { call: PendingCall; facts: Facts },
  planning: Planning,
): Promise<void> {
  const { effect } = facts;
  draft.changes.push(...changesOf(facts));
  await planUnlessWanted(draft, facts.changes, planning);
  draft.wakes.add(topics.effect(effect.id));
  if (effect.state === "unknown") draft.changes.push(...(await doubtOf(call, planning)));
  if (effect.state === "done") await planTakenUp(draft, effect, planning);
}

/** Part of a lease after which a call that was planned is not made any more. */
const STANDSTILL_SHARE = 0.5;

/**
 * Why a call must not be made although the ledger has it as begun: the process stood still in between (it was suspended, its
 * machine was), so another one may hold the run by now, and may have made the call. Null when it may be made.
 */
function standstill({ effect }: PendingCall, { parts }: Planning): Outcome | null {
  const { limits, now } = parts;
  const ms = now() - (effect.startedAt ?? effect.intendedAt).getTime();
  if (ms < limits.leaseMs * STANDSTILL_SHARE) return null;
  parts.log.warn(
    { effect: effect.id, ms },
    "this process stood still; a call that it was about to make is not made now",
  );
  const message = `The call to ${effect.endpoint} was not made: the process stood still for ${ms} ms before it`;
  return { state: "later", error: new PatchbayError("ENDPOINT_UNREACHABLE", message) };
}

/**
 * Stores an outcome by itself when what follows it could not be planned or stored: the run is due again, finds the outcome
 * in the ledger, and what is wrong with the rest shows there.
 */
async function keepOutcome(
  { call, facts, error }: { call: PendingCall; facts: Facts; error: unknown },
  planning: Planning,
  patience: Patience,
): Promise<readonly PendingCall[]> {
  const { parts } = planning;
  const { code, message } = toPatchbayError(error);
  parts.log.warn({ run: call.run.id, code, problem: message }, "what follows a call could not be stored with it");
  const back = { ...backSoon(call.run, planning), wait: null };
  const run = facts.retryAt === null ? back : { ...back, dueAt: facts.retryAt };
  const keep = async (draft: Draft): Promise<void> => {
    draft.changes.push(...changesOf(facts), { kind: "run-advanced", run });
    await planUnlessWanted(draft, facts.changes, planning);
  };
  await patience(() => commitPlan(planning, keep));
  return [];
}

/** What the operator is told when a call's outcome is unknown and its run was ended meanwhile. */
async function doubtOf({ run, effect }: PendingCall, planning: Planning): Promise<readonly Change[]> {
  const now = await planning.parts.store.runs.get(run.id);
  return now !== null && isFinished(now.status) ? [await noticeOfDoubt(now, effect, planning)] : [];
}

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
    return failed(toPatchbayError(thrown), effect, parts.log);
  }
}

function failed(error: PatchbayError, effect: PendingCall["effect"], log: Planning["parts"]["log"]): Outcome {
  if (error.code === "INTERNAL_ERROR") {
    // A defect in the connector: the call may have been made.
    log.error({ effect: effect.id, endpoint: effect.endpoint, problem: error.message }, "a call failed unexpectedly");
    const message = `The call to ${effect.endpoint} failed unexpectedly: ${error.message}`;
    return { state: "unknown", error: new PatchbayError("ENDPOINT_OUTCOME_UNKNOWN", message) };
  }
  if (error.retryable) return { state: "later", error };
  if (error.code !== "ENDPOINT_OUTCOME_UNKNOWN") return { state: "refused", error };
  return { state: effect.onRepeat === "duplicate" ? "unknown" : "later", error };
}

/** Tells the gate how the vendor took it: what it refuses it has answered. */
function report({ effect, run, kind }: PendingCall, error: PatchbayError | null, { gate }: Planning): void {
  if (error?.code === "ENDPOINT_BUSY") {
    const { retryAfterMs } = error.details;
    const pauseMs = typeof retryAfterMs === "number" ? retryAfterMs : 1_000;
    gate.report(effect.connection, { pauseMs }, run.id);
    return;
  }
  const silent = error !== null && isSilence(error, kind);
  gate.report(effect.connection, silent ? "silent" : "answered", run.id);
}

/**
 * Whether an error says that the vendor cannot be reached or does not answer. Who refuses, does not find what it is asked for,
 * or answers a look-up with something that cannot be read, has answered.
 */
function isSilence({ code, details: { httpStatus } }: PatchbayError, kind: PendingCall["kind"]): boolean {
  if (code !== "ENDPOINT_UNREACHABLE" && code !== "ENDPOINT_OUTCOME_UNKNOWN") return false;
  if (typeof httpStatus !== "number" || httpStatus === REQUEST_TIMEOUT || httpStatus >= 500) return true;
  return kind === "send" && httpStatus < 400;
}

async function findOut(call: PendingCall, planning: Planning, patience: Patience): Promise<readonly PendingCall[]> {
  const finding = await find(call, planning);
  report(call, finding instanceof PatchbayError ? finding : null, planning);
  try {
    const draft = await patience(() =>
      commitPlan(planning, (draft) => planFinding(draft, { call, finding }, planning)),
    );
    return draft.calls;
  } catch (error) {
    if (metOthers(error)) {
      // The vendor is asked once more then, which costs nothing.
      await patience(() => planning.parts.store.commit([{ kind: "run-advanced", run: backSoon(call.run, planning) }]));
      return [];
    }
    if (!lostToAnother(error)) throw error;
    if (typeof finding === "string" || finding instanceof PatchbayError) return [];
    // The run was ended meanwhile; what the vendor has said is kept all the same.
    const kept = await patience(() =>
      commitPlan(planning, (draft) => planFound(draft, { call, found: finding }, planning)),
    );
    return kept.calls;
  }
}

async function find({ open, effect }: PendingCall, { parts }: Planning): Promise<Finding | PatchbayError> {
  try {
    return await open.connection.find(endpointKey(effect.endpoint), effect.request, {
      since: effect.firstAttemptAt ?? effect.startedAt ?? effect.intendedAt,
      isTaken: async (vendorId) => {
        const message = await parts.store.messages.getByVendorId(vendorId);
        return message !== null && message.effectId !== effect.id;
      },
    });
  } catch (thrown) {
    return toPatchbayError(thrown);
  }
}

function lostToAnother(error: unknown): boolean {
  return error instanceof PatchbayError && error.code === "RUN_LEASE_LOST";
}
