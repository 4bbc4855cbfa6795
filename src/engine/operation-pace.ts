import type { OperationWork } from "../core/operation.js";
import type { Span } from "../core/store-filters.js";

/** Gives the part of a bulk operation's work that comes next. */
export function spanOf(work: OperationWork, { after, limit }: Pick<Span, "after" | "limit">): Span {
  return { from: new Date(work.from), until: new Date(work.until), after, limit };
}

/** How far the pace of a bulk operation has been used. */
export interface Allowance {
  /** When it was looked at last, in milliseconds since 1970. */
  readonly lookedAt: number;
  /** The part of one unit that was left over then: 0 up to 1. */
  readonly carry: number;
}

/** Time that counts at most, in milliseconds. */
const MAX_ELAPSED_MS = 1_000;

/**
 * Gives how many units of a bulk operation may be done now: one at once, and then as many as the pace allows for the time
 * that has passed, of which a second counts at most: what a pause has left is not caught up.
 *
 * @param allowance What the last answer gave; null at first.
 */
export function unitsDue(
  perSecond: number,
  allowance: Allowance | null,
  now: number,
): { readonly count: number; readonly allowance: Allowance } {
  if (allowance === null) return { count: 1, allowance: { lookedAt: now, carry: 0 } };
  const elapsedMs = Math.min(MAX_ELAPSED_MS, Math.max(0, now - allowance.lookedAt));
  const room = allowance.carry + (perSecond * elapsedMs) / 1_000;
  const count = Math.floor(room);
  return { count, allowance: { lookedAt: now, carry: room - count } };
}
