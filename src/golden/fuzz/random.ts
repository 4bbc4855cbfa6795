/** Numbers from 0 up to 1 that look random and are the same for the same seed. */
export type Random = () => number;

/** Makes random numbers of a seed: shifts and exclusive ors of 32 bits, which is random enough for trying shapes. */
export function randomOf(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  // Seeds that are alike begin alike.
  for (let round = 0; round < 4; round++) next();
  return next;
}

/** Gives a seed of its own to each place of a record, so that leaving one member out changes no other. */
export function seedAt(seed: number, path: string): number {
  let hash = 2_166_136_261 ^ seed;
  for (let index = 0; index < path.length; index++) hash = Math.imul(hash ^ path.charCodeAt(index), 16_777_619);
  return hash >>> 0;
}
