/** Random choices that come out the same for the same seed, whatever else happens at the same time. */
export interface Chances {
  /** From 0 up to 1. */
  next(): number;
  /** A whole number, both ends included. */
  whole(lowest: number, highest: number): number;
  /** True in this share of cases, from 0 to 1. */
  happens(share: number): boolean;
  /** One of these; they must not be empty. */
  pick<T>(things: readonly T[]): T;
}

/**
 * Opens a row of choices.
 *
 * @param place What the choices are about, such as the number of an order: each place has a row of its own, so that
 *   what is chosen for one order does not depend on when another one is asked for.
 */
export function openChances(seed: number, place: string): Chances {
  let state = mix(seed, place);
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  };
  const whole = (lowest: number, highest: number): number => lowest + Math.floor(next() * (highest - lowest + 1));
  return {
    next,
    whole,
    happens: (share) => next() < share,
    pick(things) {
      const thing = things[whole(0, things.length - 1)];
      if (thing === undefined) throw new Error("there is nothing to choose from");
      return thing;
    },
  };
}

/** FNV-1a over the place, begun with the seed. */
function mix(seed: number, place: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const character of place) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}
