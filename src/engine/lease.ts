import type { Run } from "../core/run.js";
import type { Draft } from "./draft.js";
import { pushRun } from "./end-run.js";
import type { Planning, RunToPlan } from "./planning.js";

/** Part of a lease that must be left for it to be kept as it is: written anew, every index of the run's row would be too. */
const FRESH_SHARE = 0.9;

/** Puts a run into the draft as one that this worker carries on after the commit. */
export function leased(
  draft: Draft,
  { run, isNew, attempts }: Pick<RunToPlan, "run" | "isNew"> & { attempts: number },
  { parts, worker }: Planning,
): Run {
  const now = parts.now();
  const { leaseMs } = parts.limits;
  const isFresh = run.leasedBy === worker && run.dueAt !== null && run.dueAt.getTime() - now > leaseMs * FRESH_SHARE;
  const mine: Run = {
    ...run,
    status: "running",
    wait: run.wait?.kind === "outcome" ? run.wait : null,
    dueAt: isFresh ? run.dueAt : new Date(now + leaseMs),
    leasedBy: worker,
    attempts,
    failure: null,
    updatedAt: new Date(now),
  };
  pushRun(draft, mine, isNew);
  return mine;
}
