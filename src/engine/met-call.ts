import type { Price } from "../core/price.js";
import type { PreviewedCall } from "./engine.js";

/** A call that planning has come to, with what a preview of many adds up. */
export interface MetCall extends PreviewedCall {
  readonly connection: string;
  /** How many segments its message takes; 0 when it sends none. */
  readonly segments: number;
  /** What its message is likely to cost; null when nobody knows. */
  readonly price: Price | null;
  /** Until when its recipient is left in peace; null when it could go now. */
  readonly quietUntil: Date | null;
}
