import type { FlowVersion } from "../core/flow.js";
import { type Failure, isFinished, type Run, type RunEnd, type RunWait } from "../core/run.js";

/** Earlier ends that a run remembers. */
const MOST_ENDS = 20;

/**
 * Gives a finished run as it is when it is taken up again: queued, from the step it stopped at. What it has done stays
 * done; its last failure is forgotten, one that `onError: continue` passed over is not.
 *
 * @param version The flow version to go on with; null for the one it has.
 */
export function reopened(run: Run, { at, version }: { at: Date; version: Pick<FlowVersion, "hash"> | null }): Run {
  const last = run.steps.at(-1);
  const stoppedThere = run.status === "failed" && last?.outcome === "failed" && sameFailure(last.failure, run.failure);
  const steps = stoppedThere ? run.steps.slice(0, -1) : run.steps;
  return {
    ...run,
    flowHash: version?.hash ?? run.flowHash,
    status: "queued",
    wait: waitOf(run),
    dueAt: at,
    leasedBy: null,
    fence: run.fence + 1,
    earlier: [...run.earlier, ...endOf(run, at)].slice(-MOST_ENDS),
    attempts: 0,
    steps,
    failure: null,
    stopReason: null,
    updatedAt: at,
    finishedAt: null,
  };
}

/** A run that was held while it waited goes on waiting; no other run that has ended has anything to wait for. */
function waitOf({ wait }: Run): RunWait | null {
  return wait?.kind === "awaited" ? wait : null;
}

function endOf({ status, failure, stopReason, finishedAt }: Run, retriedAt: Date): readonly RunEnd[] {
  if (finishedAt === null || !isFinished(status)) return [];
  return [{ status, failure, stopReason, endedAt: finishedAt, retriedAt }];
}

/** A run that was ended from outside has a failure that is none of its steps'. */
function sameFailure(one: Failure | null, other: Failure | null): boolean {
  return one !== null && other !== null && one.code === other.code && one.message === other.message;
}
