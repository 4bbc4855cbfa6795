import type { Effect } from "../core/effect.js";
import { isFinished, type Run } from "../core/run.js";
import type { Draft } from "./draft.js";
import { doubtResolved } from "./notice-of-doubt.js";
import type { Planning } from "./planning.js";
import { reopened } from "./reopen.js";

/**
 * Lets the run of an effect go on whose outcome was unknown until now: one that had failed because of it is taken up again,
 * one that rests is woken by the effect's topic. A run that went on without it only has the doubt resolved.
 */
export async function planTakenUp(draft: Draft, effect: Effect, { parts }: Planning): Promise<void> {
  const run = await parts.store.runs.get(effect.runId);
  if (run === null || !isFinished(run.status)) return;
  if (stoppedAt(run, effect)) {
    const at = new Date(parts.now());
    draft.changes.push({ kind: "run-reopened", run: reopened(run, { at, version: null }) });
  } else {
    draft.changes.push(await doubtResolved(run, effect, { parts }));
  }
}

/** Whether a run has failed because nobody knew what became of this effect. */
function stoppedAt({ status, steps, failure }: Run, effect: Effect): boolean {
  return status === "failed" && failure?.code === "ENDPOINT_OUTCOME_UNKNOWN" && steps.at(-1)?.id === effect.stepId;
}
