import type { Effect } from "../core/effect.js";
import { isFinished, type Run } from "../core/run.js";
import { topics } from "../core/topic.js";
import { commitPlan } from "./commit.js";
import { noticeOfDoubt } from "./notice-of-doubt.js";
import { planNotMade } from "./plan-not-made.js";
import type { Planning } from "./planning.js";

const LIMIT = 50;

/** How much older than a lease a started call must be before its worker is taken to be dead. */
const PATIENCE = 2;

/**
 * Looks for what should not be there, and puts it right: unfinished runs that nobody would ever take up; calls that were
 * begun for a run that has ended since, whose outcome nobody will store any more; and calls that such a run only intended.
 *
 * @returns How many it found.
 */
export async function reap(planning: Planning): Promise<number> {
  const { store, log } = planning.parts;
  const stranded = await store.runs.stranded(LIMIT);
  for (const run of stranded) {
    log.error({ run: run.id, status: run.status }, "a run was neither finished nor due; it is made due");
    await store.commit([{ kind: "run-advanced", run: madeDue(run, planning) }]);
  }
  const begun = await abandonedEffects("started", planning);
  for (const { effect, run } of begun) await giveUp(effect, run, planning);
  const never = await abandonedEffects("intended", planning);
  for (const { effect } of never) await close(effect, planning);
  return stranded.length + begun.length + never.length;
}

function madeDue(run: Run, { parts }: Planning): Run {
  const at = new Date(parts.now());
  return { ...run, status: "queued", wait: null, dueAt: at, leasedBy: null, updatedAt: at };
}

async function abandonedEffects(
  state: "started" | "intended",
  { parts }: Planning,
): Promise<{ effect: Effect; run: Run }[]> {
  const { store, limits, now } = parts;
  const before = new Date(now() - PATIENCE * limits.leaseMs);
  const found: { effect: Effect; run: Run }[] = [];
  for (const effect of await store.effects.abandoned(state, before, LIMIT)) {
    const run = await store.runs.get(effect.runId);
    if (run !== null && isFinished(run.status)) found.push({ effect, run });
  }
  return found;
}

async function giveUp(effect: Effect, run: Run, planning: Planning): Promise<void> {
  const settledAt = new Date(planning.parts.now());
  await commitPlan(planning, async (draft) => {
    draft.changes.push({ kind: "effect-moved", effect: { ...effect, state: "unknown", settledAt } });
    draft.wakes.add(topics.effect(effect.id));
    draft.changes.push(await noticeOfDoubt(run, effect, planning));
  });
}

async function close(effect: Effect, planning: Planning): Promise<void> {
  const why = "Its run ended before the call was made";
  await commitPlan(planning, (draft) => planNotMade(draft, { effect, why }, planning));
}
