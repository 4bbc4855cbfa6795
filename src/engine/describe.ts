import type { Run } from "../core/run.js";

/** Says in a few words what a run that ended well has done. */
export function shortOutcome(summary: string | undefined, run: Run): string {
  if (summary !== undefined) return summary;
  const done = run.steps.filter(({ outcome }) => outcome === "done").length;
  return done === 0 ? "nothing to do" : "done";
}
