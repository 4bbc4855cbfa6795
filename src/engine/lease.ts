import type { Run } from "../core/run.js";
import type { Draft } from "./draft.js";
import { pushRun } from "./end-run.js";
import type { Planning, RunToPlan } from "./planning.js";

/** Puts a run into the draft as one that this worker carries on after the commit. */
export function leased(
  draft: Draft,
  { run, isNew, attempts }: Pick<RunToPlan, "run" | "isNew"> & { attempts: number },
  { parts, worker }: Planning,
): Run {
  const now = parts.now();
  const mine: Run = {
    ...run,
    status: "running",
    wait: run.wait?.kind === "outcome" ? run.wait : null,
    dueAt: new Date(now + parts.limits.leaseMs),
    leasedBy: worker,
    attempts,
    failure: null,
    updatedAt: new Date(now),
  };
  pushRun(draft, mine, isNew);
  return mine;
}
