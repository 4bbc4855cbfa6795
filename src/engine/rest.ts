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
  const againAt = new Date(parts.now() + LOOK_AGAIN_MS);
  if (topics.length > 0) draft.changes.push({ kind: "run-listens", run, topics, againAt });
  return run;
}

/** How soon a run looks again that was woken while it looked, in milliseconds. */
const LOOK_AGAIN_MS = 250;

/** When a run that met others, or could not be stored, is tried again, at most, in milliseconds. */
const SOON_MS = 1_000;

/** Gives a run as it is when it comes back a moment later, which is a different one for each of those that met. */
export function backSoon(run: Run, { parts }: Pick<Planning, "parts">): Run {
  const dueAt = new Date(parts.now() + Math.ceil(parts.random() * SOON_MS));
  return { ...run, status: "queued", leasedBy: null, dueAt };
}

/** How long a run or a message stands back behind an older one, at most: one that is stuck holds nobody up for ever. */
const TURN_LIMIT_MS = 15 * 60_000;

/** Gives since when a run has stood back; now, when it has not yet. */
export function standsBackSince({ wait }: Run, now: number): number {
  return wait?.kind === "turn" ? Date.parse(wait.since) : now;
}

/** Whether a run has stood back long enough. */
export function hasStoodBack(run: Run, now: number): boolean {
  return now - standsBackSince(run, now) > TURN_LIMIT_MS;
}

/** Whether a run that rested for this may have topics in the store. */
export function listens(wait: RunWait | null): boolean {
  if (wait === null || wait.kind === "retry") return false;
  return wait.kind !== "connection" || wait.off === true;
}

/** The first look back comes soon: something may have happened between looking and resting. */
const FIRST_LOOK_MS = 1_000;
const LAST_LOOK_MS = 60_000;

/** Gives when a run looks again whether it still stands back: soon behind somebody new. */
export function nextTurnLook({ wait }: Run, behind: string, now: number): Date {
  const isSame = wait?.kind === "turn" && wait.behind === behind;
  return nextLook(isSame ? Date.parse(wait.since) : now, now);
}

/** Gives when to look again at what may also wake the run: soon at first, then ever less often. */
export function nextLook(since: number, now: number, mostMs = LAST_LOOK_MS): Date {
  return new Date(now + Math.min(mostMs, Math.max(FIRST_LOOK_MS, (now - since) / 2)));
}
