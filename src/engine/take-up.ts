import type { Effect } from "../core/effect.js";
import { isFinished, type Run } from "../core/run.js";
import type { Draft } from "./draft.js";
import type { Planning } from "./planning.js";
import { reopened } from "./reopen.js";

/**
 * Lets the run of an effect go on whose outcome was unknown until now: one that had failed because of it is taken up again,
 * one that rests is woken by the effect's topic. A run that went on without it only has the doubt resolved.
 */
export async function planTakenUp(draft: Draft, effect: Effect, { parts }: Planning): Promise<void> {
  const run = await parts.store.runs.get(effect.runId);
  const at = new Date(parts.now());
  if (run === null || !isFinished(run.status)) return;
  if (stoppedAt(run, effect)) {
    draft.changes.push({ kind: "run-reopened", run: reopened(run, { at, version: null }) });
  } else {
    const message = await parts.store.messages.getByEffect(effect.id);
    const about = { runId: run.id, eventId: run.eventId, doubtOf: message?.id ?? null };
    draft.changes.push({ kind: "notifications-resolved", ...about, at });
  }
}

/** Whether a run has failed because nobody knew what became of this effect. */
function stoppedAt({ status, steps, failure }: Run, effect: Effect): boolean {
  return status === "failed" && failure?.code === "ENDPOINT_OUTCOME_UNKNOWN" && steps.at(-1)?.id === effect.stepId;
}
