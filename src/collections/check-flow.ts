import type { FlowDefinition, Step, Trigger } from "../core/flow.js";
import { checkStep } from "./check-step.js";
import { checkTrigger } from "./check-trigger.js";
import { below, type ProblemList } from "./problem-list.js";
import { listsInside, type PlacedSteps } from "./step-places.js";
import type { Surroundings } from "./surroundings.js";

interface Checking {
  readonly surroundings: Surroundings;
  readonly problems: ProblemList;
}

/** Reports what a flow refers to that is not there, and expressions that cannot work. */
export function checkFlow({ on, steps }: FlowDefinition, file: string, checking: Checking): void {
  checkTrigger(on, { file, path: "/on" }, checking);
  const around = { file, on, ids: new Set<string>(), readable: [], calls: [], inEach: false };
  checkSteps({ steps, path: "/steps" }, around, checking);
}

/** What is around a list of steps. */
interface Around {
  readonly file: string;
  readonly on: Trigger;
  /** Every id so far, anywhere in the flow. */
  readonly ids: Set<string>;
  /** Steps before the list whose results its steps read. */
  readonly readable: readonly string[];
  /** Calls before the list, in the lists around it. */
  readonly calls: readonly string[];
  readonly inEach: boolean;
}

/** @returns Ids whose results may be read after the list. */
function checkSteps({ steps, path }: PlacedSteps, around: Around, checking: Checking): readonly string[] {
  const own: string[] = [];
  const calls = [...around.calls];
  for (const [index, step] of steps.entries()) {
    const place = below({ file: around.file, path }, index);
    const readable = [...around.readable, ...own];
    if (around.ids.has(step.id)) {
      const remedy = "Give every step its own id.";
      checking.problems.error(below(place, "id"), `the id ${step.id} is used twice`, remedy);
    }
    around.ids.add(step.id);
    const scope = {
      steps: new Set(readable),
      item: around.inEach,
      webhook: around.on.kind === "webhook",
      seesSecrets: false,
    };
    checkStep(step, place, { ...checking, on: around.on, scope, calls });
    own.push(step.id, ...checkInside(step, { path: place.path, around: { ...around, readable, calls } }, checking));
    if (step.kind === "call") calls.push(step.id);
  }
  return own;
}

/** Branches are part of the run, so what they leave is read after them; items have runs of their own, so theirs is not. */
function checkInside(
  step: Step,
  { path, around }: { path: string; around: Around },
  checking: Checking,
): readonly string[] {
  const inEach = around.inEach || step.kind === "each";
  const left = listsInside(step, path).flatMap((list) => checkSteps(list, { ...around, inEach }, checking));
  return step.kind === "each" ? [] : left;
}
