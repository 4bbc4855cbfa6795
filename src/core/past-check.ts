import type { Concern, Health, Inspection } from "./inspection.js";

/** What made somebody look: the time, a person, or that addresses had just been entered. */
export type CheckOccasion = "regular" | "asked" | "entered";

/** One look at a connection, as it is kept after later ones. */
export interface PastCheck {
  readonly id: string;
  readonly connection: string;
  readonly checkedAt: Date;
  readonly occasion: CheckOccasion;
  /** How long the vendor took to answer, or to be given up, in milliseconds. */
  readonly tookMs: number;
  readonly health: Health;
  /** What was wrong, the worst first; notes are not among them. */
  readonly concerns: readonly Concern[];
  /** How much was wrong beyond that. */
  readonly more: number;
}

/** A look without what it found. */
export type PastHealth = Pick<PastCheck, "checkedAt" | "health" | "tookMs">;

/** Looks that are kept of one connection at most: one in 15 minutes for a month. */
export const MOST_PAST_CHECKS = 3_000;

/** How long a look is kept, in milliseconds. */
export const PAST_CHECK_MS = 90 * 86_400_000;

/** Concerns that are kept of one look: an account may have hundreds of senders with the same one. */
const MOST_CONCERNS = 10;

/** Gives what is kept of what a look found. */
export function keptConcerns({ concerns }: Pick<Inspection, "concerns">): Pick<PastCheck, "concerns" | "more"> {
  const wrong = (["problem", "warning"] as const).flatMap((level) => concerns.filter((one) => one.level === level));
  return { concerns: wrong.slice(0, MOST_CONCERNS), more: Math.max(0, wrong.length - MOST_CONCERNS) };
}
