import type { Effect, EffectState } from "../core/effect.js";
import type { Message } from "../core/message.js";
import type { Price } from "../core/price.js";
import type { CallToPlan } from "./planning.js";
import type { Sending } from "./sending.js";

/** An attempt that nothing in the ledger forbids. */
export interface Attempt extends CallToPlan {
  readonly effect: Effect;
  readonly message: Message | null;
  /** The state the ledger has it in; null when it is not there yet. */
  readonly from: EffectState | null;
  /** What its message is likely to cost; null or absent when nobody knows. */
  readonly price?: Price | null;
}

/** An attempt with how it is to go out. */
export interface PacedAttempt extends Attempt {
  readonly sending: Sending;
}
