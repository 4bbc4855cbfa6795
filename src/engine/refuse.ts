import type { Effect, EffectState } from "../core/effect.js";
import type { PatchbayError } from "../core/errors.js";
import type { Message } from "../core/message.js";
import type { Draft } from "./draft.js";

/** A call that is not made, as the ledger has it. */
export interface Refusable {
  readonly effect: Effect;
  readonly message: Message | null;
  /** Null when it is not in the ledger yet. */
  readonly from: EffectState | null;
}

/** Ends a call for good that was not made. @throws error */
export function refuse(
  draft: Draft,
  { effect, message, from }: Refusable,
  { error, now }: { error: PatchbayError; now: number },
): never {
  const at = new Date(now);
  if (from !== null)
    draft.changes.push({ kind: "effect-moved", effect: { ...effect, state: "refused", settledAt: at } });
  if (message !== null && from !== null) {
    draft.changes.push({ kind: "message-recorded", message: { ...message, status: "failed", updatedAt: at } });
  }
  throw error;
}
