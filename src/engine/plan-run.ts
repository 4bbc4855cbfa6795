import { PatchbayError, toPatchbayError } from "../core/errors.js";
import { after, type Eventual } from "../core/eventual.js";
import type { ChooseStep, SaveStep, Step, TranslateStep } from "../core/flow.js";
import type { Json } from "../core/json.js";
import type { Run } from "../core/run.js";
import type { Scope } from "../translation/translation.js";
import type { Draft } from "./draft.js";
import { finish, planFailure, withStep } from "./end-run.js";
import { noticeOfRun } from "./notify.js";
import { planCall } from "./plan-call.js";
import { planEach } from "./plan-each.js";
import { planSave } from "./plan-save.js";
import { planStartStep } from "./plan-start.js";
import { planWait } from "./plan-wait.js";
import { type RunPlanning, type RunToPlan, type StepOutcome, stampOf } from "./planning.js";
import { scopeOf } from "./scope.js";
import { stepOutputs } from "./step-outputs.js";
import { checkTranslated, evaluateAhead, type StepValue, toStepValue, translateInput } from "./step-values.js";
import { type NextStep, nextStep, stepsOf } from "./way.js";

/** Errors of the store end the planning: nothing was decided, and the same work is tried again as a whole. */
const storeErrors: readonly string[] = [
  "STORE_UNAVAILABLE",
  "RECORD_CONFLICT",
  "RUN_LEASE_LOST",
  "EFFECT_KNOWN",
  "TURN_TAKEN",
];

/**
 * Runs the steps of a run up to its next effect, its next rest or its end, and adds what that changes to the draft.
 * Nothing has happened until the draft is committed; the effect itself is performed after that.
 */
export function planRun(draft: Draft, toPlan: RunToPlan, planning: RunPlanning): Eventual<void> {
  const steps = stepsOf(toPlan.version.flow.steps, toPlan.run.parent?.stepId ?? null);
  let current = toPlan;
  for (let next = nextStep(steps, current.run.steps); next !== null; next = nextStep(steps, current.run.steps)) {
    const planned = planStep(draft, { next, toPlan: current }, planning);
    if (planned instanceof Promise) {
      return planned.then((later) => (later === null ? undefined : planRun(draft, later, planning)));
    }
    if (planned === null) return;
    current = planned;
  }
  finish(draft, { toPlan: current, level: "info", stopReason: null }, planning);
}

/** Gives the run with the step's result, or null when the run rests or has ended. */
function planStep(
  draft: Draft,
  { next, toPlan }: { next: NextStep; toPlan: RunToPlan },
  planning: RunPlanning,
): Eventual<RunToPlan | null> {
  const { step } = next;
  const settle = (outcome: StepOutcome): RunToPlan | null => {
    if (outcome.kind === "left") return null;
    if (outcome.kind === "stopped") {
      finish(draft, { toPlan, level: outcome.level, stopReason: outcome.reason }, planning);
      return null;
    }
    const output = outcome.kind === "done" ? outcome.output : null;
    const done = withStep(toPlan, { id: step.id, outcome: outcome.kind, output, failure: null }, planning);
    return outcome.kind === "done" && outcome.summary !== undefined ? withSummary(done, outcome.summary) : done;
  };
  const fail = (thrown: unknown): RunToPlan | null => {
    const error = toPatchbayError(thrown);
    if (storeErrors.includes(error.code)) throw error;
    if (error.code === "INTERNAL_ERROR")
      planning.parts.log.error({ err: thrown, run: toPlan.run.id }, "a step failed unexpectedly");
    return planFailure(draft, { step, toPlan, error }, planning);
  };
  try {
    const planned = after(runStep(draft, { next, toPlan }, planning), settle);
    return planned instanceof Promise ? planned.catch(fail) : planned;
  } catch (thrown) {
    return fail(thrown);
  }
}

function runStep(
  draft: Draft,
  { next, toPlan }: { next: NextStep; toPlan: RunToPlan },
  planning: RunPlanning,
): Eventual<StepOutcome> {
  const { step } = next;
  if (step.kind === "wait" && isAt(toPlan.run, step.id))
    return planWait(draft, { step, value: null, toPlan, scope: scopeOfRun(toPlan, planning) }, planning);
  if (step.kind === "each" && isAt(toPlan.run, step.id))
    return planEach(draft, { step, items: undefined, toPlan }, planning);
  const known = toPlan.ahead.get(step.id);
  if (known !== undefined) return useValue(draft, { step, value: toStepValue(known), toPlan }, planning);
  return after(evaluate(next, toPlan, planning), (value) => useValue(draft, { step, value, toPlan }, planning));
}

/** Does what a step does, with its value. */
function useValue(
  draft: Draft,
  { step, value, toPlan }: { step: Step; value: StepValue | "skipped"; toPlan: RunToPlan },
  planning: RunPlanning,
): Eventual<StepOutcome> {
  if (value === "skipped") return { kind: "skipped" };
  const { run } = toPlan;
  switch (step.kind) {
    case "translate":
      return translate({ step, value, toPlan }, planning);
    case "save":
      return save(draft, { step, document: value.result, run }, planning);
    case "call":
      return planCall(draft, { step, payload: value.result, toPlan }, planning);
    case "notify":
      planNotice(draft, { step, text: value.result, run }, planning);
      return { kind: "done", output: null, summary: "operator notified" };
    case "stop":
      return { kind: "stopped", reason: textOf(value.result), level: step.level };
    case "choose":
      return { kind: "done", output: { branch: branchOf(step, value.result) } };
    case "each":
      return planEach(draft, { step, items: value.result, toPlan }, planning);
    case "wait":
      return planWait(
        draft,
        { step, value: value.result ?? null, toPlan, scope: scopeOfRun(toPlan, planning) },
        planning,
      );
    case "start":
      return planStartStep(draft, { step, payload: value.result, run }, planning);
  }
}

function translate(
  { step, value, toPlan }: { step: TranslateStep; value: StepValue; toPlan: RunToPlan },
  planning: RunPlanning,
): Eventual<StepOutcome> {
  const { version } = toPlan;
  if (step.input === null) {
    return { kind: "done", output: checkTranslated(step, value.result, { version, planning }) };
  }
  return translateInput(step, value, { scope: scopeOfRun(toPlan, planning), version, planning }).then((output) => ({
    kind: "done",
    output,
  }));
}

async function save(
  draft: Draft,
  { step, document, run }: { step: SaveStep; document: Json | undefined; run: Run },
  planning: RunPlanning,
): Promise<StepOutcome> {
  const saved = await planSave(draft, { step, document, run }, planning);
  return { kind: "done", output: saved.document, summary: `${saved.verdict} ${step.dataType} ${saved.key}` };
}

/** What the expressions of a run's steps see. */
function scopeOfRun({ run, occasion, version, inherited }: RunToPlan, { catalog }: RunPlanning): Scope {
  return scopeOf(occasion, {
    params: catalog.parameters(version.collection),
    steps: { ...inherited, ...stepOutputs(run) },
    item: run.parent === null ? undefined : { value: run.item, index: run.parent.index },
  });
}

/** Whether a run rests at this step, which has been evaluated before. */
function isAt({ wait }: Run, stepId: string): boolean {
  return (wait?.kind === "awaited" || wait?.kind === "items") && wait.stepId === stepId;
}

/** Gives a step's value, from a trip that looks ahead: the steps behind it find theirs. */
function evaluate(
  { step, following }: NextStep,
  toPlan: RunToPlan,
  planning: RunPlanning,
): Eventual<StepValue | "skipped"> {
  const { version, ahead } = toPlan;
  const { translation } = planning.parts;
  const scope = scopeOfRun(toPlan, planning);
  return after(evaluateAhead([step, ...following], { scope, version, translation }), (values) => {
    for (const [id, result] of values) ahead.set(id, result);
    const own = ahead.get(step.id);
    if (own === undefined) throw new Error(`the step ${step.id} was not evaluated`);
    return toStepValue(own);
  });
}

/** Reads which branch a `choose` step takes. @throws FLOW_BRANCH_MISSING */
export function branchOf(step: ChooseStep, value: Json | undefined): number | "else" {
  if (typeof value === "number") return value;
  if (step.otherwise !== null) return "else";
  const conditions = step.branches.map(({ when }) => when).join("; ");
  throw new PatchbayError("FLOW_BRANCH_MISSING", `None of the conditions of ${step.id} is true: ${conditions}`);
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

/** Writes what an expression gave as the text that an operator reads. */
export function textOf(value: Json | undefined): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "(no text: the expression gave nothing)" : JSON.stringify(value);
}

function withSummary(toPlan: RunToPlan, summary: string): RunToPlan {
  const call = toPlan.call ?? { messageId: null, request: {}, response: null, keptBy: null };
  return { ...toPlan, call: { ...call, summary } };
}
