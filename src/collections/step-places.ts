import type { Step } from "../core/flow.js";
import { pointerPart } from "./problem-list.js";

/** A list of steps and the JSON pointer at which its flow's file has it. */
export interface PlacedSteps {
  readonly path: string;
  readonly steps: readonly Step[];
}

/** Gives the lists of steps inside a step, where they stand; `path` is the step's own. */
export function listsInside(step: Step, path: string): readonly PlacedSteps[] {
  if (step.kind === "each") return [{ path: `${path}/steps`, steps: step.steps }];
  if (step.kind !== "choose") return [];
  const branches = step.branches.map(({ steps }, index) => ({
    path: `${path}/choose${pointerPart(index)}/steps`,
    steps,
  }));
  return step.otherwise === null ? branches : [...branches, { path: `${path}/else`, steps: step.otherwise }];
}

/** Gives every step of a list, those inside others too, where it stands. */
export function placedSteps({ steps, path }: PlacedSteps): readonly { readonly step: Step; readonly path: string }[] {
  return steps.flatMap((step, index) => {
    const at = path + pointerPart(index);
    return [{ step, path: at }, ...listsInside(step, at).flatMap(placedSteps)];
  });
}
