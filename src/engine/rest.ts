import type { Run, RunWait } from "../core/run.js";
import type { Draft } from "./draft.js";
import { pushRun } from "./end-run.js";
import type { Planning, RunToPlan } from "./planning.js";

/** Why and until when a run rests. */
export interface Rest {
  readonly wait: RunWait;
  readonly dueAt: Date;
  /** What wakes it before that. */
  readonly topics?: readonly string[];
}

/** Lets a run rest; what it waits for is looked at again when it is due or woken. */
export function planRest(
  draft: Draft,
  { toPlan, wait, dueAt, topics = [] }: Rest & { toPlan: Pick<RunToPlan, "run" | "isNew"> },
  { parts }: Planning,
): Run {
  const run: Run = {
    ...toPlan.run,
    status: "waiting",
    wait,
    dueAt,
    leasedBy: null,
    updatedAt: new Date(parts.now()),
  };
  pushRun(draft, run, toPlan.isNew);
  if (topics.length > 0) draft.changes.push({ kind: "run-listens", runId: run.id, topics });
  return run;
}

/** Whether a run that rested for this may have topics in the store. */
export function listens(wait: RunWait | null): boolean {
  return wait !== null && wait.kind !== "retry" && wait.kind !== "connection";
}

/** The first look back: something may have happened between looking and resting. */
const FIRST_LOOK_MS = 1_000;
const LAST_LOOK_MS = 60_000;

/** Gives when to look again at what may also wake the run: soon at first, then ever less often. */
export function nextLook(since: number, now: number): Date {
  return new Date(now + Math.min(LAST_LOOK_MS, Math.max(FIRST_LOOK_MS, (now - since) / 2)));
}
