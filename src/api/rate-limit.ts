/** Counts what each of many does, and says who does too much. */
export interface RateLimit {
  /** Counts one for a name; gives 0, or how many milliseconds too early it comes: then it is not counted. */
  take(name: string): number;
}

/** How much is allowed; units are in the names. */
export interface Allowance {
  readonly perSecond: number;
  /** How many may come at once after a rest. */
  readonly burst: number;
}

/** Names that are remembered: about 100 bytes each. */
const MOST_NAMES = 50_000;

/**
 * Opens a token bucket for each name, kept as one number: the time at which the bucket will be full again. Where there are too many
 * names, full buckets are forgotten first, then the oldest: an attacker with many addresses gains a burst, and takes no memory.
 *
 * @param now Milliseconds of a clock that never goes back.
 */
export function createRateLimit({ perSecond, burst }: Allowance, now: () => number): RateLimit {
  const intervalMs = 1_000 / perSecond;
  const aheadMs = intervalMs * (burst - 1);
  const fullAt = new Map<string, number>();
  return {
    take(name) {
      const at = now();
      const before = Math.max(fullAt.get(name) ?? at, at);
      const earlyMs = before - at - aheadMs;
      if (earlyMs > 0) return earlyMs;
      if (fullAt.size >= MOST_NAMES && !fullAt.has(name)) makeRoom(fullAt, at);
      fullAt.set(name, before + intervalMs);
      return 0;
    },
  };
}

function makeRoom(fullAt: Map<string, number>, at: number): void {
  for (const [name, full] of fullAt) if (full <= at) fullAt.delete(name);
  for (const name of fullAt.keys()) {
    // A tenth at a time, so that the whole is not gone through for each newcomer.
    if (fullAt.size <= MOST_NAMES * 0.9) return;
    fullAt.delete(name);
  }
}
