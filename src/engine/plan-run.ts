import { type PatchbayError, toPatchbayError } from "../core/errors.js";
import type { Step } from "../core/flow.js";
import type { Json, JsonObject } from "../core/json.js";
import type { NotificationLevel } from "../core/notification.js";
import type { Failure, Run, StepResult } from "../core/run.js";
import type { Scope } from "../translation/translation.js";
import { shortOutcome } from "./describe.js";
import type { Draft } from "./draft.js";
import { noticeOfRun } from "./notify.js";
import { planCall } from "./plan-call.js";
import { planSave } from "./plan-save.js";
import { type FinishedCall, type RunPlanning, type RunToPlan, stampOf } from "./planning.js";
import { scopeOf } from "./scope.js";
import { evaluateAhead, runTranslator, type StepValue, toStepValue } from "./step-values.js";

/** How one step came out. */
type StepOutcome =
  | { readonly kind: "done"; readonly output: Json; readonly summary?: string }
  | { readonly kind: "skipped" }
  | { readonly kind: "stopped"; readonly reason: string; readonly level: NotificationLevel }
  | { readonly kind: "called" };

/** Errors of the store end the planning: nothing was decided, and the same work is tried again as a whole. */
const storeErrors: readonly string[] = ["STORE_UNAVAILABLE", "RECORD_CONFLICT", "RUN_LEASE_LOST"];

/**
 * Runs the steps of a run up to its next effect or its end, and adds what that changes to the draft. Nothing has
 * happened until the draft is committed; the effect itself is performed after that.
 */
export async function planRun(draft: Draft, toPlan: RunToPlan, planning: RunPlanning): Promise<void> {
  let current = toPlan;
  for (const step of toPlan.version.flow.steps.slice(toPlan.run.steps.length)) {
    const planned = await planStep(draft, { step, toPlan: current }, planning);
    if (planned === null) return;
    current = planned;
  }
  finish(draft, { toPlan: current, level: "info", stopReason: null }, planning);
}

/** Gives the run with the step's result, or null when the run rests: at an effect, stopped or failed. */
async function planStep(
  draft: Draft,
  { step, toPlan }: { step: Step; toPlan: RunToPlan },
  planning: RunPlanning,
): Promise<RunToPlan | null> {
  try {
    const outcome = await runStep(draft, { step, toPlan }, planning);
    if (outcome.kind === "called") return null;
    if (outcome.kind === "stopped") {
      finish(draft, { toPlan, level: outcome.level, stopReason: outcome.reason }, planning);
      return null;
    }
    const output = outcome.kind === "done" ? outcome.output : null;
    const done = withStep(toPlan, { id: step.id, outcome: outcome.kind, output, failure: null }, planning);
    return outcome.kind === "done" && outcome.summary !== undefined ? withSummary(done, outcome.summary) : done;
  } catch (thrown) {
    const error = toPatchbayError(thrown);
    if (storeErrors.includes(error.code)) throw error;
    if (error.code === "INTERNAL_ERROR")
      planning.parts.log.error({ err: thrown, run: toPlan.run.id }, "a step failed unexpectedly");
    return planFailure(draft, { step, toPlan, error }, planning);
  }
}

async function runStep(
  draft: Draft,
  { step, toPlan }: { step: Step; toPlan: RunToPlan },
  planning: RunPlanning,
): Promise<StepOutcome> {
  const { run, occasion, version } = toPlan;
  const params = planning.catalog.parameters(version.collection);
  const scope = scopeOf(occasion, { params, steps: stepOutputs(run) });
  const value = await takeValue(step, { toPlan, scope, planning });
  if (value === "skipped") return { kind: "skipped" };
  switch (step.kind) {
    case "translate":
      return { kind: "done", output: await runTranslator(step, value, { scope, version, planning }) };
    case "save": {
      const saved = await planSave(draft, { step, document: value.result, run }, planning);
      return { kind: "done", output: saved.document, summary: `${saved.verdict} ${step.dataType} ${saved.key}` };
    }
    case "call":
      return planCall(draft, { step, payload: value.result, toPlan }, planning);
    case "notify":
      planNotice(draft, { step, text: value.result, run }, planning);
      return { kind: "done", output: null, summary: "operator notified" };
    case "stop":
      return { kind: "stopped", reason: textOf(value.result), level: step.level };
  }
}

/** Gives a step's value: from the trip that an earlier step has made, or from a new one that looks ahead in turn. */
async function takeValue(
  step: Step,
  { toPlan, scope, planning }: { toPlan: RunToPlan; scope: Scope; planning: RunPlanning },
): Promise<StepValue | "skipped"> {
  const { version, run, ahead } = toPlan;
  const known = ahead.get(step.id);
  if (known !== undefined) return toStepValue(known);
  const steps = version.flow.steps.slice(run.steps.length);
  for (const [id, result] of await evaluateAhead(steps, { scope, version, translation: planning.parts.translation })) {
    ahead.set(id, result);
  }
  const own = ahead.get(step.id);
  if (own === undefined) throw new Error(`the step ${step.id} was not evaluated`);
  return toStepValue(own);
}

/** What later steps read as `$steps`. */
function stepOutputs(run: Run): JsonObject {
  const outputs: JsonObject = {};
  for (const { id, output, failure } of run.steps) {
    outputs[id] = failure === null ? output : { error: { code: failure.code, message: failure.message } };
  }
  return outputs;
}

function planNotice(
  draft: Draft,
  { step, text, run }: { step: Extract<Step, { kind: "notify" }>; text: Json | undefined; run: Run },
  { parts }: RunPlanning,
): void {
  const [title, cause] = Array.isArray(text) ? text : [text];
  const notice = { level: step.level, title: textOf(title), cause: cause == null ? null : textOf(cause) };
  draft.changes.push(noticeOfRun(run, notice, stampOf(parts)));
}

function textOf(value: Json | undefined): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "(no text: the expression gave nothing)" : JSON.stringify(value);
}

/** Adds a step's result to a run. */
export function withStep(
  toPlan: RunToPlan,
  result: Omit<StepResult, "finishedAt">,
  { parts }: Pick<RunPlanning, "parts">,
): RunToPlan {
  const finishedAt = new Date(parts.now());
  return { ...toPlan, run: { ...toPlan.run, steps: [...toPlan.run.steps, { ...result, finishedAt }] } };
}

function withSummary(toPlan: RunToPlan, summary: string): RunToPlan {
  const call = toPlan.call ?? { messageId: null, request: {}, response: null };
  return { ...toPlan, call: { ...call, summary } };
}

/**
 * Records that a step failed. With `onError: continue` the run goes on; else it is failed and the operator is told.
 *
 * @returns The run to carry on with, or null when it has failed.
 */
export function planFailure(
  draft: Draft,
  { step, toPlan, error }: { step: Step; toPlan: RunToPlan; error: PatchbayError },
  planning: RunPlanning,
): RunToPlan | null {
  const failure: Failure = { code: error.code, message: error.message, remedy: error.remedy };
  toPlan.ahead.clear();
  const failed = withStep(toPlan, { id: step.id, outcome: "failed", output: null, failure }, planning);
  if (step.onError === "continue") return failed;
  const { parts } = planning;
  const run = finished(failed.run, { status: "failed", failure, stopReason: null, at: new Date(parts.now()) });
  pushRun(draft, run, toPlan.isNew);
  const level = error.code === "RECIPIENT_OPTED_OUT" ? "warning" : "error";
  const title = `${toPlan.version.flow.title}: ${error.title} (step ${step.id})`;
  draft.changes.push(noticeOfRun(run, { ...aboutCall(toPlan.call), level, title, failure }, stampOf(parts)));
  return null;
}

function finish(
  draft: Draft,
  { toPlan, level, stopReason }: { toPlan: RunToPlan; level: NotificationLevel; stopReason: string | null },
  { parts }: RunPlanning,
): void {
  const run = finished(toPlan.run, { status: "succeeded", failure: null, stopReason, at: new Date(parts.now()) });
  pushRun(draft, run, toPlan.isNew);
  const title = `${toPlan.version.flow.title}: ${stopReason ?? shortOutcome(toPlan.call?.summary, run)}`;
  draft.changes.push(noticeOfRun(run, { ...aboutCall(toPlan.call), level, title }, stampOf(parts)));
}

function aboutCall(call: FinishedCall | undefined): Partial<Omit<FinishedCall, "summary">> {
  return call === undefined ? {} : { messageId: call.messageId, request: call.request, response: call.response };
}

function finished(
  run: Run,
  end: { status: "succeeded" | "failed"; failure: Failure | null; stopReason: string | null; at: Date },
): Run {
  const { at, ...outcome } = end;
  return { ...run, ...outcome, dueAt: null, leasedBy: null, updatedAt: at, finishedAt: at };
}

/** Adds the run's state to the draft. */
export function pushRun(draft: Draft, run: Run, isNew: boolean): void {
  draft.changes.push(isNew ? { kind: "run-created", run } : { kind: "run-advanced", run });
}
