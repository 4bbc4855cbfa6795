import { type Step, stepsInside } from "../core/flow.js";
import type { StepResult } from "../core/run.js";

/** Where a run is: its next step, and what follows it in the same list. */
export interface NextStep {
  readonly step: Step;
  readonly following: readonly Step[];
}

/** Finds the first step on a run's way that has no result; null when the way is at its end. */
export function nextStep(steps: readonly Step[], results: readonly StepResult[]): NextStep | null {
  for (const [index, step] of steps.entries()) {
    const result = results.find(({ id }) => id === step.id);
    if (result === undefined) return { step, following: steps.slice(index + 1) };
    const inside = nextStep(branchTaken(step, result), results);
    if (inside !== null) return inside;
  }
  return null;
}

/** The result of a `choose` step is the branch it took. */
function branchTaken(step: Step, { outcome, output }: StepResult): readonly Step[] {
  if (step.kind !== "choose" || outcome !== "done") return [];
  const branch = typeof output === "object" && output !== null && !Array.isArray(output) ? output.branch : null;
  if (typeof branch === "number") return step.branches[branch]?.steps ?? [];
  return step.otherwise ?? [];
}

/** Gives the steps that a run goes through: the flow's, or those of the `each` step whose item it is for. */
export function stepsOf(flow: readonly Step[], eachStepId: string | null): readonly Step[] {
  if (eachStepId === null) return flow;
  return findEach(flow, eachStepId) ?? [];
}

function findEach(steps: readonly Step[], id: string): readonly Step[] | null {
  for (const step of steps) {
    if (step.kind === "each" && step.id === id) return step.steps;
    for (const inside of stepsInside(step)) {
      const found = findEach(inside, id);
      if (found !== null) return found;
    }
  }
  return null;
}
