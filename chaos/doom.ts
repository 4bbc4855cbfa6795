import { type Boundary, boundaries } from "./boundary.js";
import type { Chances } from "./chances.js";

/** Where one life of the server ends: the nth time that it comes before or after a boundary. */
export interface Doom {
  readonly when: "before" | "after";
  readonly boundary: Boundary;
  /** From 1. */
  readonly nth: number;
}

/** Up to which occurrence a life may last: what is rare must come early, or no life lasts that long. */
const latest: Readonly<Record<Boundary, number>> = {
  accept: 40,
  outcome: 40,
  report: 60,
  answer: 15,
  wait: 3,
  attempt: 2,
  claim: 2,
};

/** Gives the name of the place without the count, such as `after outcome`. */
export function placeOf({ when, boundary }: Doom): string {
  return `${when} ${boundary}`;
}

/** Writes a doom for the environment of a process, such as `after outcome 37`. */
export function formatDoom(doom: Doom): string {
  return `${placeOf(doom)} ${doom.nth}`;
}

/**
 * Reads what `formatDoom` wrote.
 * @throws Error when it is something else
 */
export function parseDoom(text: string): Doom {
  const [when, name, count] = text.split(" ");
  const boundary = boundaries.find((known) => known === name);
  const nth = Number(count);
  if ((when !== "before" && when !== "after") || boundary === undefined || !(Number.isInteger(nth) && nth > 0)) {
    throw new Error(`"${text}" is no doom; write one such as "after outcome 37"`);
  }
  return { when, boundary, nth };
}

/** Deals out dooms, one for each life, so that every place has its turn. */
export interface DoomDeck {
  deal(): Doom;
  /** Takes one back that its life did not reach; it comes again after all the others. */
  takeBack(doom: Doom): void;
}

/** Shuffles every place into a deck, and again when it is used up. */
export function openDoomDeck(chances: Chances): DoomDeck {
  const deck: Doom[] = [];
  return {
    deal() {
      if (deck.length === 0) deck.push(...shuffled(chances));
      const doom = deck.shift();
      if (doom === undefined) throw new Error("an empty deck was dealt from");
      return doom;
    },
    takeBack: (doom) => {
      deck.push(doom);
    },
  };
}

function shuffled(chances: Chances): readonly Doom[] {
  return boundaries
    .flatMap((boundary) => (["before", "after"] as const).map((when) => ({ when, boundary })))
    .map((place) => ({ place, order: chances.next() }))
    .sort((left, right) => left.order - right.order)
    .map(({ place }) => ({ ...place, nth: chances.whole(1, latest[place.boundary]) }));
}
