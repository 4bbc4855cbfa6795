import type { Eventual } from "../core/eventual.js";
import type { Run } from "../core/run.js";
import type { Store } from "../core/store.js";
import { topics } from "../core/topic.js";
import type { Planning } from "./planning.js";
import { hasStoodBack, nextTurnLook, type Rest, standsBackSince } from "./rest.js";
import type { Occasion } from "./scope.js";

/** Older runs that are looked at together. */
const LOOK = 20;

/**
 * Gives why a run has to rest before its first step: an older run of the same flow for the same record has not ended, and
 * what happened first is dealt with first. One that only waits for something, as its flow says, holds nobody up.
 */
export function runBefore(run: Run, { event }: Occasion, planning: Planning): Eventual<Rest | null> {
  if (run.steps.length > 0 || run.parent !== null || event.version === null || event.version < 2) return null;
  return restBehindOlder(run, planning);
}

async function restBehindOlder(run: Run, { parts }: Planning): Promise<Rest | null> {
  const now = parts.now();
  if (hasStoodBack(run, now)) return null;
  const older = await newestBefore(run, parts.store);
  if (older === null) return null;
  const since = standsBackSince(run, now);
  const wait = { kind: "turn", behind: older.id, since: new Date(since).toISOString() } as const;
  return { wait, dueAt: nextTurnLook(run, older.id, now), topics: [topics.run(older.id)] };
}

/** Finds the newest of the older runs that does not rest where its flow says. */
async function newestBefore(run: Run, store: Store): Promise<Run | null> {
  for (let behind = run; ; ) {
    const older = await store.runs.olderOpen(behind, LOOK);
    const found = older.find(({ wait }) => wait?.kind !== "awaited" && wait?.kind !== "items");
    const last = older.at(-1);
    if (found !== undefined || last === undefined || older.length < LOOK) return found ?? null;
    behind = last;
  }
}
