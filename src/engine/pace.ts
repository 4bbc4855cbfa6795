/** How fast calls may be made: a configured pace, a ramp after an outage, or both. */
export interface Pace {
  /** Null for no limit. */
  readonly maxPerSecond: number | null;
  /** When the ramp begins, in milliseconds since 1970; null when there is none. */
  readonly rampFrom: number | null;
}

/** Calls a second in the ramp's first second; doubles every second, and after so many seconds limits nothing. */
const RAMP_PER_SECOND = 5;
const RAMP_SECONDS = 10;

/** What a bucket may save up, as a part of a second's calls. */
const BURST_SHARE = 0.1;

/** Times are fractions of milliseconds: a call that is short of its turn by no more than this has it. */
const ROUNDING = 1e-6;

/** Tells whether a ramp still limits at an instant, or is yet to begin. */
export function isRamping(rampFrom: number | null, at: number): rampFrom is number {
  return rampFrom !== null && at < rampFrom + RAMP_SECONDS * 1_000;
}

/** Gives the calls a second at an instant; infinite for no limit. */
export function perSecondAt({ maxPerSecond, rampFrom }: Pace, at: number): number {
  const configured = maxPerSecond ?? Number.POSITIVE_INFINITY;
  if (!isRamping(rampFrom, at)) return configured;
  return Math.min(configured, RAMP_PER_SECOND * 2 ** secondOf(rampFrom, at));
}

/** Gives the instant at which there has been room for `calls` calls since `from`. */
export function whenRoom(pace: Pace, from: number, calls: number): number {
  let at = from;
  let left = calls;
  for (;;) {
    const perSecond = perSecondAt(pace, at);
    if (perSecond === Number.POSITIVE_INFINITY) return at;
    const end = nextChange(pace, at);
    const room = ((end - at) * perSecond) / 1_000;
    if (room >= left) return at + (left * 1_000) / perSecond;
    left -= room;
    at = end;
  }
}

/** Gives for how many calls there is room between two instants. */
function roomBetween(pace: Pace, from: number, until: number): number {
  let room = 0;
  for (let at = from; at < until; ) {
    const end = Math.min(until, nextChange(pace, at));
    room += ((end - at) * perSecondAt(pace, at)) / 1_000;
    at = end;
  }
  return room;
}

/** When the pace changes next; the ramp changes it on its own seconds. */
function nextChange({ rampFrom }: Pace, at: number): number {
  return isRamping(rampFrom, at) ? rampFrom + (secondOf(rampFrom, at) + 1) * 1_000 : Number.POSITIVE_INFINITY;
}

function secondOf(rampFrom: number, at: number): number {
  return Math.max(0, Math.floor((at - rampFrom) / 1_000));
}

/** What a connection or a sender may call now: a bucket that fills at the pace. */
export interface Bucket {
  /** How many calls fit now: whole ones, and a fraction. */
  room(pace: Pace, at: number): number;
  /** Takes a call out; one that costs more than there is leaves a debt, which is filled up first. */
  take(pace: Pace, at: number, cost?: number): void;
}

/**
 * Makes a full bucket. It holds a tenth of a second's calls, at least one: no span of time ever sees more than its length
 * times the pace and that burst, and besides what the largest call costs more than one. So what begins from rest begins at once, and no vendor that counts by the second is
 * surprised by more than a tenth.
 */
export function createBucket(): Bucket {
  let calls = Number.POSITIVE_INFINITY;
  let filledAt = Number.NEGATIVE_INFINITY;

  function fill(pace: Pace, at: number): void {
    const room = filledAt < at ? roomBetween(pace, filledAt, at) : 0;
    calls = Math.min(Math.max(1, perSecondAt(pace, at) * BURST_SHARE), calls + room);
    filledAt = Math.max(filledAt, at);
  }

  return {
    room: (pace, at) => {
      fill(pace, at);
      return calls + ROUNDING;
    },
    take: (pace, at, cost = 1) => {
      fill(pace, at);
      calls = Math.max(1 - cost, calls - cost);
    },
  };
}
