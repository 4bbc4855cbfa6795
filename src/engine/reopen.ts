import type { FlowVersion } from "../core/flow.js";
import type { Run } from "../core/run.js";

/**
 * Gives a finished run as it is when it is taken up again: queued, from the step it stopped at. What it has done stays
 * done; its last failure is forgotten, one that `onError: continue` passed over is not.
 *
 * @param version The flow version to go on with; null for the one it has.
 */
export function reopened(run: Run, { at, version }: { at: Date; version: FlowVersion | null }): Run {
  const last = run.steps.at(-1);
  const steps = run.status === "failed" && last?.outcome === "failed" ? run.steps.slice(0, -1) : run.steps;
  return {
    ...run,
    flowHash: version?.hash ?? run.flowHash,
    status: "queued",
    wait: null,
    dueAt: at,
    leasedBy: null,
    fence: run.fence + 1,
    attempts: 0,
    steps,
    failure: null,
    stopReason: null,
    updatedAt: at,
    finishedAt: null,
  };
}
