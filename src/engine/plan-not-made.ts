import type { Effect } from "../core/effect.js";
import type { Failure } from "../core/run.js";
import { topics } from "../core/topic.js";
import type { Draft } from "./draft.js";
import type { Planning } from "./planning.js";

/** Says in the ledger that a call certainly took no effect; its message has failed. */
export async function planNotMade(
  draft: Draft,
  { effect, why }: { effect: Effect; why: string },
  { parts }: Planning,
): Promise<void> {
  const at = new Date(parts.now());
  const failure: Failure = {
    code: "EFFECT_NOT_MADE",
    message: why,
    remedy: `Nothing was sent. To send it after all: patchbay runs retry ${effect.runId}.`,
  };
  draft.changes.push({ kind: "effect-moved", effect: { ...effect, state: "refused", failure, settledAt: at } });
  draft.wakes.add(topics.effect(effect.id));
  const message = await parts.store.messages.getByEffect(effect.id);
  if (message !== null) {
    draft.changes.push({ kind: "message-recorded", message: { ...message, status: "canceled", updatedAt: at } });
  }
}
