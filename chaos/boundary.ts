import type { Change } from "../src/core/change.js";
import type { Run } from "../src/core/run.js";

/**
 * Moments between two durable states, named by what the commit there holds. `accept`: a record's event with its runs.
 * `outcome`: what came of a call. `report`: a vendor's report. `wait`: a run that rests. `attempt`: the call of a run that
 * was taken up again is about to be made. `look`: the vendor is about to be asked what became of a call. `answer`: the answer kept under an Idempotency-Key. `claim` is no commit
 * of the engine's but the store's own: due runs were leased.
 */
export const boundaries = ["accept", "outcome", "report", "wait", "attempt", "look", "answer", "claim"] as const;

export type Boundary = (typeof boundaries)[number];

/** Gives every boundary that a commit is; none for what no name stands for. */
export function boundariesOf(changes: readonly Change[]): ReadonlySet<Boundary> {
  const found = new Set<Boundary>();
  const recorded = changes.find((change) => change.kind === "event-recorded");
  const reported = recorded?.event.kind.startsWith("message.") ?? false;
  if (reported) found.add("report");
  if (recorded !== undefined && !reported && changes.some(({ kind }) => kind === "run-created")) found.add("accept");
  for (const change of changes) {
    const boundary = boundaryOf(change);
    if (boundary !== null && recorded === undefined) found.add(boundary);
  }
  return found;
}

/** What one change makes of a commit that records no event. */
function boundaryOf(change: Change): Boundary | null {
  switch (change.kind) {
    case "run-advanced":
      return boundaryOfRun(change.run);
    case "effect-moved":
      return change.effect.state === "started" ? "attempt" : "outcome";
    case "effect-intended":
    case "effect-restarted":
      return "attempt";
    case "answer-kept":
      return "answer";
    default:
      return null;
  }
}

function boundaryOfRun({ status, wait }: Run): Boundary | null {
  if (status === "waiting") return "wait";
  return status === "running" && wait?.kind === "outcome" ? "look" : null;
}
