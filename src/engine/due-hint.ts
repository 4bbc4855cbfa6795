/** How long something that is being committed may take until the store has it, in milliseconds. */
const SOON_MS = 10_000;

/** How often the store is asked all the same, in milliseconds: another process may have put something down. */
const SLOW_MS = 5_000;

/**
 * Remembers when something of a kind may be due, so that the store is not asked twice a second while nothing is. It is a hint of
 * this process only: whoever goes by it still asks slowly, and so misses nothing that others have put down.
 */
export interface DueHint {
  /** Whether it is time to ask the store. */
  isDue(now: number): boolean;
  /** The store was asked: it has nothing that is due by now. */
  foundNone(now: number): void;
  /** Something that is due at once is about to be committed. */
  expectSoon(now: number): void;
  /** Something is put down that is due then, in milliseconds since 1970. */
  expectAt(at: number): void;
}

/** Makes a hint that begins with asking. */
export function createDueHint(): DueHint {
  let askedAt = Number.NEGATIVE_INFINITY;
  let soonSince = Number.NEGATIVE_INFINITY;
  let nextAt = Number.POSITIVE_INFINITY;
  return {
    // A clock that was set back makes both spans long: then the store is asked.
    isDue: (now) => now >= nextAt || Math.abs(now - soonSince) < SOON_MS || Math.abs(now - askedAt) >= SLOW_MS,
    foundNone: (now) => {
      askedAt = now;
      if (nextAt <= now) nextAt = Number.POSITIVE_INFINITY;
    },
    expectSoon: (now) => {
      soonSince = now;
    },
    expectAt: (at) => {
      nextAt = Math.min(nextAt, at);
    },
  };
}

/** What is looked for by the clock, and not in every tick. */
export interface DueHints {
  readonly files: DueHint;
  readonly checks: DueHint;
}

/** Makes the hints of one process. */
export function createDueHints(): DueHints {
  return { files: createDueHint(), checks: createDueHint() };
}
