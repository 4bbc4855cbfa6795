import { PatchbayError } from "../core/errors.js";
import type { Eventual } from "../core/eventual.js";
import { type Draft, newDraft } from "./draft.js";
import { mayAlert, planAlerts } from "./plan-alerts.js";
import { planRecipientNews } from "./plan-recipient-news.js";
import type { Planning } from "./planning.js";

/** How often a draft is planned anew when somebody else changed what it stands on. */
const MAX_PLANS = 5;

/** How long those who look at several things together wait for more of them, in milliseconds. */
const GATHER_MS = 250;

/** Refusals of the store that planning anew can get round: it sees what the other has done. */
const stale: readonly string[] = [
  "RECORD_CONFLICT",
  "EFFECT_KNOWN",
  "EVENT_DUPLICATED",
  "TURN_TAKEN",
  "DAILY_CAP_REACHED",
  "RUN_NOT_FINISHED",
  "QUARANTINE_CHANGED",
  "CONVERSATION_CONFLICT",
];

const meetings: readonly string[] = ["RECORD_CONFLICT", "EFFECT_KNOWN", "TURN_TAKEN", "DAILY_CAP_REACHED"];

/** Whether a run has met others again and again, so that it had better come back a moment later. */
export function metOthers(error: unknown): boolean {
  return error instanceof PatchbayError && meetings.includes(error.code);
}

/** Fills a draft. @param again Whether an earlier try was refused. */
export type Plan = (draft: Draft, again: boolean) => Eventual<unknown>;

/**
 * Plans and commits, and plans anew when what the plan stands on was changed meanwhile: what the flows saw must be what is
 * stored. Notifications that flows listen to, and who is to be woken, go into the same commit.
 *
 * @throws RECORD_CONFLICT, EFFECT_KNOWN when it does not succeed in five tries, and whatever planning and the store throw.
 */
export async function commitPlan(planning: Planning, plan: Plan, queueRuns = false): Promise<Draft> {
  for (let tries = 1; ; tries++) {
    // Who meets others again and again leaves the flows to the queue: a flow must not keep an event from being recorded.
    const draft = newDraft(queueRuns || tries > 2);
    try {
      await plan(draft, tries > 1);
      planRecipientNews(draft);
      if (mayAlert(draft, planning)) await planAlerts(draft, planning);
    } catch (error) {
      releaseTurns(draft);
      throw error;
    }
    try {
      await commit(draft, planning);
      return draft;
    } catch (error) {
      releaseTurns(draft);
      const again = error instanceof PatchbayError && stale.includes(error.code);
      if (!again || tries >= MAX_PLANS) throw error;
    }
  }
}

function releaseTurns({ turns }: Draft): void {
  for (const release of turns.values()) release();
}

function commit(draft: Draft, { parts, listeners }: Planning): Eventual<void> {
  const { changes, wakes, gathers } = draft;
  if (changes.length === 0) return releaseIdleTurns(draft);
  listeners.note(changes);
  const wakesSome = wakes.size > 0 && listeners.any();
  const now = parts.now();
  if (wakesSome) changes.push({ kind: "runs-woken", topics: [...wakes], at: new Date(now) });
  if (gathers.size > 0) changes.push({ kind: "runs-woken", topics: [...gathers], at: new Date(now + GATHER_MS) });
  return parts.store.commit(changes).then(() => {
    // A store that others may use says itself whether anybody was woken.
    if (wakesSome && parts.store.onWork === undefined) listeners.wake();
    releaseIdleTurns(draft);
  });
}

/** Gives back the turns of effects that are not performed now. */
function releaseIdleTurns({ calls, turns }: Draft): void {
  const called = new Set(calls.map(({ effect }) => effect.id));
  for (const [effectId, release] of turns) if (!called.has(effectId)) release();
}
