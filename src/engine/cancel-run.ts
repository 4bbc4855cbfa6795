import { PatchbayError } from "../core/errors.js";
import type { NotificationLevel } from "../core/notification.js";
import { isFinished, type Run } from "../core/run.js";
import { commitPlan } from "./commit.js";
import type { Draft } from "./draft.js";
import { planCancelled } from "./end-run.js";
import { requireRun } from "./known.js";
import { noticeOfDoubt } from "./notice-of-doubt.js";
import { itemRuns } from "./plan-each.js";
import { planNotMade } from "./plan-not-made.js";
import type { Planning } from "./planning.js";
import { planTakenBack } from "./taken-back.js";

/** How often a cancellation is tried when the run moves on meanwhile. */
const MAX_TRIES = 5;

/** Why a run is ended, and how loudly an operator is told. */
export interface Calling {
  readonly reason: string;
  readonly level?: NotificationLevel;
}

/** Ends a run and the runs of its items. @throws RUN_UNKNOWN, RUN_FINISHED */
export async function cancelRun(runId: string, calling: Calling, planning: Planning): Promise<Run> {
  const { reason } = calling;
  for (let tries = 1; ; tries++) {
    try {
      await commitPlan(planning, (draft) => planCancel(draft, { runId, ...calling }, planning));
      break;
    } catch (error) {
      const moved = error instanceof PatchbayError && error.code === "RUN_LEASE_LOST";
      if (!moved || tries >= MAX_TRIES) throw error;
    }
  }
  for await (const item of itemRuns(runId, null, planning.parts.store)) {
    if (!isFinished(item.status)) await cancelItem(item.id, reason, planning);
  }
  return requireRun(runId, planning);
}

async function cancelItem(runId: string, reason: string, planning: Planning): Promise<void> {
  try {
    await cancelRun(runId, { reason }, planning);
  } catch (error) {
    if (!(error instanceof PatchbayError && error.code === "RUN_FINISHED")) throw error;
  }
}

async function planCancel(
  draft: Draft,
  { runId, reason, level = "notice" }: Calling & { runId: string },
  planning: Planning,
): Promise<void> {
  const run = await requireRun(runId, planning);
  if (isFinished(run.status)) {
    throw new PatchbayError("RUN_FINISHED", `The run ${runId} has ended already: it is ${run.status}`);
  }
  const effects = await planning.parts.store.effects.listOfRun(runId);
  for (const effect of effects) {
    if (effect.state === "intended")
      await planNotMade(draft, { effect, why: `The run was cancelled: ${reason}` }, planning);
  }
  const title = planning.catalog.flow(run.flow)?.version.flow.title ?? run.flow;
  await planTakenBack(draft, runId, planning);
  const cancelled = planCancelled(draft, { run, title, reason, level }, planning);
  for (const effect of effects.filter(({ state }) => state === "unknown")) {
    draft.changes.push(await noticeOfDoubt(cancelled, effect, planning));
  }
}
