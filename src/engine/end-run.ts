import type { Change } from "../core/change.js";
import type { PatchbayError } from "../core/errors.js";
import type { Step } from "../core/flow.js";
import type { NotificationLevel } from "../core/notification.js";
import type { Failure, Run, RunStatus, StepResult } from "../core/run.js";
import { topics } from "../core/topic.js";
import { shortOutcome } from "./describe.js";
import type { Draft } from "./draft.js";
import { noticeOfRun } from "./notify.js";
import { type FinishedCall, type Planning, type RunToPlan, stampOf } from "./planning.js";

/** Adds a step's result to a run. */
export function withStep(
  toPlan: RunToPlan,
  result: Omit<StepResult, "finishedAt">,
  { parts }: Pick<Planning, "parts">,
): RunToPlan {
  const finishedAt = new Date(parts.now());
  const { run } = toPlan;
  return { ...toPlan, run: { ...run, wait: null, steps: [...run.steps, { finishedAt, ...result }] } };
}

/**
 * Records that a step failed. With `onError: continue` the run goes on; else it is failed and the operator is told.
 *
 * @returns The run to carry on with, or null when it has failed.
 */
export function planFailure(
  draft: Draft,
  { step, toPlan, error }: { step: Step; toPlan: RunToPlan; error: PatchbayError },
  { parts }: Planning,
): RunToPlan | null {
  const failure = toFailure(error);
  toPlan.ahead.clear();
  if (error.code === "RECIPIENT_OPTED_OUT") return planSuppressed(draft, { step, toPlan, failure }, { parts });
  const failed = withStep(toPlan, { id: step.id, outcome: "failed", output: null, failure }, { parts });
  if (step.onError === "continue") {
    if (error.code === "ENDPOINT_OUTCOME_UNKNOWN") draft.changes.push(doubt(failed, { step, error }, { parts }));
    return failed;
  }
  const end = { status: "failed", failure, stopReason: null, at: new Date(parts.now()) } as const;
  const run = endRun(failed.run, end);
  pushEnd(draft, run, toPlan.isNew);
  const title = `${toPlan.version.flow.title}: ${error.title} (step ${step.id})`;
  const about = { messageId: messageOf(error), ...aboutCall(toPlan.call) };
  draft.changes.push(noticeOfRun(run, { ...about, level: "error", title, failure }, stampOf(parts)));
  return null;
}

/**
 * Records that a call was not made, or not taken, because its recipient has opted out. That is no error: the run ends here, and
 * well, with that as its reason; with `onError: continue` it goes on.
 *
 * @returns The run to carry on with, or null when it has ended.
 */
function planSuppressed(
  draft: Draft,
  { step, toPlan, failure }: { step: Step; toPlan: RunToPlan; failure: Failure },
  { parts }: Pick<Planning, "parts">,
): RunToPlan | null {
  const suppressed = withStep(toPlan, { id: step.id, outcome: "suppressed", output: null, failure }, { parts });
  if (step.onError === "continue") return suppressed;
  finish(
    draft,
    { toPlan: suppressed, level: "info", stopReason: failure.message, suppression: { step, failure } },
    { parts },
  );
  return null;
}

/** What nobody knows is told even where the flow goes on without it. */
function doubt(
  { run, version, call }: RunToPlan,
  { step, error }: { step: Step; error: PatchbayError },
  { parts }: Pick<Planning, "parts">,
): Change {
  const title = `${version.flow.title}: ${error.title} (step ${step.id}); the run went on`;
  const about = { messageId: messageOf(error), ...aboutCall(call) };
  return noticeOfRun(run, { ...about, level: "error", title, failure: toFailure(error) }, stampOf(parts));
}

function messageOf({ details }: PatchbayError): string | null {
  return typeof details.messageId === "string" ? details.messageId : null;
}

/** How a run ends well. */
interface Ending {
  readonly toPlan: RunToPlan;
  readonly level: NotificationLevel;
  readonly stopReason: string | null;
  /** The call that was not made because its recipient has opted out; absent for none. */
  readonly suppression?: Suppression;
}

/** A call that was not made. */
interface Suppression {
  readonly step: Step;
  readonly failure: Failure;
}

/**
 * Ends a run well. A run of one item says nothing: the run it belongs to sums up.
 */
export function finish(
  draft: Draft,
  { toPlan, level, stopReason, suppression }: Ending,
  { parts }: Pick<Planning, "parts">,
): void {
  const at = new Date(parts.now());
  const run = endRun(toPlan.run, { status: "succeeded", failure: null, stopReason, at });
  pushEnd(draft, run, toPlan.isNew);
  // Taken up more than once: what was said about its failures is over.
  if (run.fence > 1 && !leavesDoubt(run))
    draft.changes.push({ kind: "notifications-resolved", runId: run.id, eventId: run.eventId, at });
  if (run.parent !== null) return;
  const why = suppression === undefined ? stopReason : `the recipient has opted out (step ${suppression.step.id})`;
  const title = `${toPlan.version.flow.title}: ${why ?? shortOutcome(toPlan.call?.summary, run)}`;
  const failure = suppression?.failure ?? null;
  draft.changes.push(noticeOfRun(run, { level, title, failure, ...aboutCall(toPlan.call) }, stampOf(parts)));
}

/** Whether it went on although nobody knows what became of one of its calls: that stays open. */
function leavesDoubt({ steps }: Run): boolean {
  return steps.some(({ failure }) => failure?.code === "ENDPOINT_OUTCOME_UNKNOWN");
}

/** A run to be ended, and what the operator reads about it. */
export interface Cancellation {
  readonly run: Run;
  /** Whether the store does not have the run yet. */
  readonly isNew?: boolean;
  readonly title: string;
  readonly reason: string;
  readonly level: NotificationLevel;
}

/** Ends a run because a person or its own `cancelIf` says so. */
export function planCancelled(
  draft: Draft,
  { run, isNew = false, title, reason, level }: Cancellation,
  { parts }: Planning,
): Run {
  const end = { status: "cancelled", failure: null, stopReason: reason, at: new Date(parts.now()) } as const;
  const cancelled = endRun(run, end);
  pushEnd(draft, cancelled, isNew);
  if (!isNew) draft.changes.push({ kind: "run-listens-no-more", runId: run.id });
  if (run.parent === null)
    draft.changes.push(noticeOfRun(cancelled, { level, title: `${title}: cancelled`, cause: reason }, stampOf(parts)));
  return cancelled;
}

function aboutCall(call: FinishedCall | undefined): Partial<Omit<FinishedCall, "summary">> {
  if (call === undefined) return {};
  const { messageId, request, response, keptBy } = call;
  return { messageId, request, response, keptBy };
}

/** Gives an error as it is stored and shown. */
export function toFailure({ code, message, remedy }: PatchbayError): Failure {
  return { code, message, remedy };
}

interface End {
  readonly status: RunStatus;
  readonly failure: Failure | null;
  readonly stopReason: string | null;
  readonly at: Date;
}

/** Gives a run as it is when it has ended. */
export function endRun(run: Run, { at, ...outcome }: End): Run {
  return { ...run, ...outcome, wait: null, dueAt: null, leasedBy: null, updatedAt: at, finishedAt: at };
}

/** Who waits for the end of this run looks again: a later run of the same record, the run whose item this was for. */
function pushEnd(draft: Draft, run: Run, isNew: boolean): void {
  pushRun(draft, run, isNew);
  if (!isNew) draft.wakes.add(topics.run(run.id));
  if (run.parent !== null) draft.gathers.add(topics.items(run.parent.runId));
}

/** Adds the run's state to the draft. */
export function pushRun(draft: Draft, run: Run, isNew: boolean): void {
  draft.changes.push(isNew ? { kind: "run-created", run } : { kind: "run-advanced", run });
}
