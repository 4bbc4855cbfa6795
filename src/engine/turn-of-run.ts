import type { Run } from "../core/run.js";
import { topics } from "../core/topic.js";
import type { Planning } from "./planning.js";
import { nextLook, type Rest } from "./rest.js";
import type { Occasion } from "./scope.js";

/** How long a run stands back behind an older one, at most. */
const TURN_LIMIT_MS = 15 * 60_000;

/**
 * Gives why a run has to rest before its first step: an older run of the same flow for the same record has not ended, and
 * what happened first is dealt with first. One that only waits for something, as its flow says, holds nobody up.
 */
export async function runBefore(run: Run, { event }: Occasion, { parts }: Planning): Promise<Rest | null> {
  if (run.steps.length > 0 || run.parent !== null || event.version === null || event.version < 2) return null;
  const now = parts.now();
  const since = run.wait?.kind === "turn" ? Date.parse(run.wait.since) : now;
  if (now - since > TURN_LIMIT_MS) return null;
  const older = await parts.store.runs.olderOpen(run);
  if (older === null || older.wait?.kind === "awaited" || older.wait?.kind === "items") return null;
  const wait = { kind: "turn", behind: older.id, since: new Date(since).toISOString() } as const;
  return { wait, dueAt: nextLook(since, now), topics: [topics.run(older.id)] };
}
