import { type Boundary, boundaries } from "./boundary.js";
import type { Chances } from "./chances.js";

/** Where one life of the server ends: the nth time that it comes before or after a boundary. */
export interface Doom {
  readonly when: "before" | "after";
  readonly boundary: Boundary;
  /** From 1. */
  readonly nth: number;
}

/**
 * Up to which share of the orders, or which occurrence, a life may last: what is rare must come early, or no life lasts that
 * long.
 */
const latest: Readonly<Record<Boundary, { readonly share: number } | { readonly nth: number }>> = {
  accept: { share: 1 / 8 },
  outcome: { share: 1 / 8 },
  report: { share: 1 / 6 },
  answer: { share: 1 / 25 },
  wait: { nth: 8 },
  attempt: { nth: 5 },
  look: { nth: 3 },
  claim: { nth: 3 },
};

/** Gives the name of the place without the count, such as `after outcome`. */
export function placeOf({ when, boundary }: Doom): string {
  return `${when} ${boundary}`;
}

/** The boundaries that a process comes to, by what it does: one that takes requests calls nobody. */
export const boundariesOfRole = {
  all: boundaries,
  api: ["accept", "report", "answer"],
  worker: ["outcome", "wait", "attempt", "look", "claim"],
} as const satisfies Record<string, readonly Boundary[]>;

export type DoomedRole = keyof typeof boundariesOfRole;

/** Deals out dooms, one for each life, so that every place has its turn. */
export interface DoomDeck {
  deal(): Doom;
  /** Takes one back that its life did not reach; it comes again after all the others. */
  takeBack(doom: Doom): void;
}

/**
 * Shuffles every place into a deck, and again when it is used up.
 *
 * @param orders How many come to one process, if it lives as long as the run.
 */
export function openDoomDeck(chances: Chances, orders: number, role: DoomedRole = "all"): DoomDeck {
  const deck: Doom[] = [];
  return {
    deal() {
      if (deck.length === 0) deck.push(...shuffled(chances, { orders, role }));
      const doom = deck.shift();
      if (doom === undefined) throw new Error("an empty deck was dealt from");
      return doom;
    },
    takeBack: (doom) => {
      deck.push(doom);
    },
  };
}

function shuffled(chances: Chances, { orders, role }: { orders: number; role: DoomedRole }): readonly Doom[] {
  return boundariesOfRole[role]
    .flatMap((boundary) => (["before", "after"] as const).map((when) => ({ when, boundary })))
    .map((place) => ({ place, order: chances.next() }))
    .sort((left, right) => left.order - right.order)
    .map(({ place }) => ({ ...place, nth: chances.whole(1, latestOf(place.boundary, orders)) }));
}

function latestOf(boundary: Boundary, orders: number): number {
  const limit = latest[boundary];
  return "nth" in limit ? limit.nth : Math.max(1, Math.ceil(orders * limit.share));
}
