import type { Effect } from "../core/effect.js";
import { PatchbayError } from "../core/errors.js";
import type { Message } from "../core/message.js";
import { type Failure, isFinished } from "../core/run.js";
import { topics } from "../core/topic.js";
import { commitPlan } from "./commit.js";
import type { Draft } from "./draft.js";
import { endRun } from "./end-run.js";
import type { Settlement } from "./engine.js";
import { requireRun } from "./known.js";
import { doubtResolved } from "./notice-of-doubt.js";
import { noticeOfRun } from "./notify.js";
import { planNotMade } from "./plan-not-made.js";
import { type Planning, stampOf } from "./planning.js";
import { planTakenUp } from "./take-up.js";

/** Settles a call by a person's word. @throws EFFECT_UNKNOWN, EFFECT_SETTLED */
export async function settleEffect(effectId: string, settlement: Settlement, planning: Planning): Promise<Effect> {
  const { store } = planning.parts;
  await commitPlan(planning, async (draft) => {
    const effect = await store.effects.get(effectId);
    if (effect === null) throw new PatchbayError("EFFECT_UNKNOWN", `There is no effect ${effectId.slice(0, 100)}`);
    if (effect.state !== "unknown") {
      throw new PatchbayError("EFFECT_SETTLED", `The effect ${effectId} is ${effect.state}; nothing is left to decide`);
    }
    if (settlement === "sent") return planSent(draft, effect, planning);
    if (settlement === "not-sent") return planNotSent(draft, effect, planning);
    return planSendAgain(draft, effect, planning);
  });
  const settled = await store.effects.get(effectId);
  if (settled === null) throw new Error(`the effect ${effectId} has vanished`);
  return settled;
}

async function planSent(draft: Draft, effect: Effect, planning: Planning): Promise<void> {
  const at = new Date(planning.parts.now());
  const response = { settledBy: "operator" };
  const done: Effect = { ...effect, state: "done", response, failure: null, settledAt: at };
  draft.changes.push({ kind: "effect-moved", effect: done });
  const message = await planning.parts.store.messages.getByEffect(effect.id);
  if (message !== null) draft.changes.push({ kind: "message-recorded", message: sent(message, at) });
  draft.wakes.add(topics.effect(effect.id));
  await planTakenUp(draft, done, planning);
}

function sent(message: Message, at: Date): Message {
  return { ...message, status: "sent", updatedAt: at };
}

/** The run stays failed, or fails now; its notification says what a person has found out. */
async function planNotSent(draft: Draft, effect: Effect, planning: Planning): Promise<void> {
  const { parts } = planning;
  const at = new Date(parts.now());
  await planNotMade(draft, { effect, why: "An operator found out that it was not sent" }, planning);
  draft.wakes.delete(topics.effect(effect.id));
  const run = await requireRun(effect.runId, planning);
  const failure: Failure = {
    code: "EFFECT_NOT_MADE",
    message: `The call of step ${effect.stepId} was not made, an operator says`,
    remedy: `To send it: patchbay runs retry ${run.id}.`,
  };
  draft.changes.push(await doubtResolved(run, effect, planning));
  const ended = isFinished(run.status) ? run : endRun(run, { status: "failed", failure, stopReason: null, at });
  if (ended !== run) {
    draft.changes.push({ kind: "run-listens-no-more", runId: run.id }, { kind: "run-advanced", run: ended });
  }
  const notice = {
    level: "warning",
    title: `${effect.endpoint} to ${effect.recipient} was not sent`,
    failure,
  } as const;
  draft.changes.push(noticeOfRun(ended, notice, stampOf(parts)));
}

/** Refused in the ledger, so that the run, taken up again, makes the call. */
async function planSendAgain(draft: Draft, effect: Effect, planning: Planning): Promise<void> {
  await planNotMade(draft, { effect, why: "An operator had it sent again" }, planning);
  await planTakenUp(draft, effect, planning);
}
