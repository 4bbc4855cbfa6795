import type { Catalog } from "../core/catalog.js";
import { PatchbayError, toPatchbayError } from "../core/errors.js";
import type { Step } from "../core/flow.js";
import type { Json, JsonObject } from "../core/json.js";
import type { Failure, Run, StepResult } from "../core/run.js";
import { newDraft } from "./draft.js";
import { matchFlows } from "./match.js";
import { newRun } from "./plan-event.js";
import type { Planning } from "./planning.js";
import type { Rehearsal, Rehearsed, RehearsedStep } from "./rehearsal.js";
import { type Came, type Rehearsing, rehearseStep } from "./rehearse-step.js";
import { scopeOf } from "./scope.js";
import { stepOutputs } from "./step-outputs.js";
import { evaluateAhead, toStepValue } from "./step-values.js";
import { requireSupposable } from "./supposed.js";
import { nextStep } from "./way.js";

/** Items of one `each` that are gone through. */
const MAX_ITEMS = 3;

/** Flows that start by name have no trigger that could say no. */
const byName = ["manual", "schedule", "silence"];

/**
 * Goes through a flow for an event the way a run would, with the same parts, and tells what it comes to. Nothing is sent, nobody is asked but
 * the store, and nothing is kept; what only the world can say (a vendor's answer, a delivery) is supposed, and said to be.
 *
 * @throws REQUEST_INVALID for suppositions that the flow has no place for
 */
export async function rehearse(rehearsal: Rehearsal, base: Planning): Promise<Rehearsed> {
  requireSupposable(rehearsal);
  const planning: Planning = { ...base, preview: true };
  const { version, occasion } = rehearsal;
  const run = newRun({ id: "run_rehearsed", occasion, version, queued: false }, planning);
  const rehearsing: Rehearsing = { ...rehearsal, planning, draft: newDraft(false) };
  const steps: RehearsedStep[] = [];
  const end = await goThrough({ list: version.flow.steps, run, item: [], inherited: {} }, rehearsing, steps);
  const params = planning.catalog.parameters(version.collection);
  return { decision: await decide(rehearsal, planning), steps, end, scope: scopeOf(occasion, { params, steps: {} }) };
}

async function decide({ version, occasion }: Rehearsal, { parts, catalog }: Planning): Promise<Rehearsed["decision"]> {
  if (byName.includes(version.flow.on.kind)) return { verdict: "fired", reason: `started by ${version.flow.on.kind}` };
  const only: Catalog = { ...catalog, flowsFor: () => [{ version, active: true }] };
  const matching = { catalog: only, translation: parts.translation, newRunId: () => "run_rehearsed" };
  const { decisions } = await matchFlows(occasion, matching);
  const [decision] = decisions;
  if (decision === undefined) return { verdict: "not-fired", reason: "the event is for another connection" };
  return { verdict: decision.verdict, reason: decision.reason };
}

/** A list of steps, and whose. */
interface Way {
  readonly list: readonly Step[];
  readonly run: Run;
  readonly item: readonly number[];
  /** Results of the run around it. */
  readonly inherited: JsonObject;
}

async function goThrough(way: Way, rehearsing: Rehearsing, steps: RehearsedStep[]): Promise<Rehearsed["end"]> {
  let { run } = way;
  for (let next = nextStep(way.list, run.steps); next !== null; next = nextStep(way.list, run.steps)) {
    const { step } = next;
    const inside: RehearsedStep[] = [];
    const came = await comeTo(step, { way: { ...way, run }, inside }, rehearsing);
    steps.push({ id: step.id, kind: step.kind, item: way.item, ...came }, ...inside);
    if (came.outcome === "stopped") return { status: "succeeded", reason: came.says };
    if (came.failure !== null && step.onError !== "continue") {
      const status = came.outcome === "suppressed" ? "succeeded" : "failed";
      return { status, reason: came.failure.message };
    }
    const { output, failure, outcome } = came;
    const result: StepResult = {
      id: step.id,
      outcome,
      output,
      failure,
      finishedAt: new Date(rehearsing.planning.parts.now()),
    };
    run = { ...run, steps: [...run.steps, result] };
  }
  return { status: "succeeded", reason: null };
}

async function comeTo(
  step: Step,
  { way, inside }: { way: Way; inside: RehearsedStep[] },
  rehearsing: Rehearsing,
): Promise<Came> {
  const { planning, version, occasion } = rehearsing;
  const scope = scopeOf(occasion, {
    params: planning.catalog.parameters(version.collection),
    steps: { ...way.inherited, ...stepOutputs(way.run) },
    item: way.run.parent === null ? undefined : { value: way.run.item, index: way.run.parent.index },
  });
  try {
    const { translation } = planning.parts;
    const values = await evaluateAhead([step], { scope, version, translation });
    const result = values.get(step.id);
    if (result === undefined) throw new Error(`the step ${step.id} was not evaluated`);
    const value = toStepValue(result);
    if (value === "skipped") return { ...nothing, outcome: "skipped" };
    if (step.kind === "each") return await eachItem(step, { items: value.result, way, inside }, rehearsing);
    return await rehearseStep(step, { value, scope, run: way.run }, rehearsing);
  } catch (thrown) {
    return failed(toPatchbayError(thrown));
  }
}

const nothing: Came = Object.freeze({
  outcome: "done",
  output: null,
  supposed: false,
  says: null,
  call: null,
  failure: null,
});

function failed(error: PatchbayError): Came {
  if (error.code === "STORE_UNAVAILABLE") throw error;
  const failure: Failure = { code: error.code, message: error.message, remedy: error.remedy };
  return { ...nothing, outcome: error.code === "RECIPIENT_OPTED_OUT" ? "suppressed" : "failed", failure };
}

/** @throws FLOW_ITEMS_FAILED */
async function eachItem(
  step: Extract<Step, { kind: "each" }>,
  { items, way, inside }: { items: Json | undefined; way: Way; inside: RehearsedStep[] },
  rehearsing: Rehearsing,
): Promise<Came> {
  const list = Array.isArray(items) ? items : items === undefined || items === null ? [] : [items];
  const inherited = { ...way.inherited, ...stepOutputs(way.run) };
  let failures = 0;
  for (const [index, item] of list.slice(0, MAX_ITEMS).entries()) {
    const parent = { runId: way.run.id, stepId: step.id, index };
    const run: Run = { ...way.run, parent, item, path: `${way.run.path}/${step.id}.${index}`, steps: [] };
    const own = { list: step.steps, run, item: [...way.item, index], inherited };
    if ((await goThrough(own, rehearsing, inside)).status === "failed") failures++;
  }
  const says =
    list.length > MAX_ITEMS ? `${list.length} items, the first ${MAX_ITEMS} are shown` : `${list.length} items`;
  if (failures > 0)
    throw new PatchbayError("FLOW_ITEMS_FAILED", `${failures} of the items that were gone through failed`);
  return { ...nothing, says, output: { total: list.length, succeeded: list.length, failed: 0, cancelled: 0 } };
}
