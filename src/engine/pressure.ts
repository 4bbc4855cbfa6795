/** Why no more is taken, and for how long. */
export interface Overload {
  readonly reason: string;
  readonly retryAfterMs: number;
}

/** Tells whether a process has so much to do that it must not take more. */
export interface Pressure {
  /** Null when there is room. Cheap enough to be asked for every push. */
  check(): Overload | null;
}

/** Where the limits are and what is measured against them. */
export interface PressureParts {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly limits: {
    /** Due runs and pushes under way. */
    readonly maxBacklog: number;
    /** Part of the heap that may be in use, from 0 to 1. */
    readonly maxHeapShare: number;
  };
  readonly backlog: () => number;
  /** In bytes; asked every 100 ms at most. */
  readonly heap: () => { readonly used: number; readonly limit: number };
}

/** Looking at the heap costs more than a push may. */
const SAMPLE_MS = 100;

/** What was full takes more only when it is this much emptier, so that it does not turn with every push. */
const ENOUGH = 0.8;

/** Where callers are sent away for longest, as a multiple of the limit; what is beyond need not be counted. */
const FULLEST = 2;

/** How long callers are sent away: at the limit, and at its multiple or beyond. */
const MIN_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;

/** Up to how much the backlog is to be counted, so that callers are sent away for as long as it takes. */
export function mostCounted(maxBacklog: number): number {
  return maxBacklog * FULLEST;
}

/** Makes the gauge of one process; at first there is room. */
export function createPressure({ now, limits, backlog, heap }: PressureParts): Pressure {
  let full = false;
  let heapLoad = 0;
  let sampledAt = Number.NEGATIVE_INFINITY;

  function loadOfHeap(): number {
    const at = now();
    if (Math.abs(at - sampledAt) < SAMPLE_MS) return heapLoad;
    sampledAt = at;
    const { used, limit } = heap();
    heapLoad = used / limit / limits.maxHeapShare;
    return heapLoad;
  }

  return {
    check: () => {
      const waiting = backlog();
      const backlogLoad = waiting / limits.maxBacklog;
      const load = Math.max(backlogLoad, loadOfHeap());
      full = load >= (full ? ENOUGH : 1);
      if (!full) return null;
      const reason =
        heapLoad > backlogLoad
          ? "memory is short"
          : `${describeCount(waiting, limits.maxBacklog)} runs and pushes are waiting, ${limits.maxBacklog} may at most`;
      return { reason, retryAfterMs: retryAfter(load) };
    },
  };
}

function describeCount(waiting: number, maxBacklog: number): string {
  return waiting >= mostCounted(maxBacklog) ? `at least ${waiting}` : String(waiting);
}

function retryAfter(load: number): number {
  const over = Math.min(1, Math.max(0, (load - 1) / (FULLEST - 1)));
  return Math.round(MIN_RETRY_MS + (MAX_RETRY_MS - MIN_RETRY_MS) * over);
}
