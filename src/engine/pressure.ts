/** Why no more is taken, and for how long. */
export interface Overload {
  readonly reason: string;
  readonly retryAfterMs: number;
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
  readonly heap: () => { readonly used: number; readonly limit: number };
}

/** The heap is looked at this often at most, in milliseconds: looking costs more than a push may. */
const SAMPLE_MS = 100;

/** What was too full takes more only when it is this much emptier. */
const ENOUGH = 0.8;

const MIN_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;

/** Tells whether a process has so much to do that it must not take more. Cheap enough to be asked for every push. */
export function createPressure({ now, limits, backlog, heap }: PressureParts): { check(): Overload | null } {
  let full = false;
  let heapLoad = 0;
  let sampledAt = Number.NEGATIVE_INFINITY;

  function loadOfHeap(): number {
    const at = now();
    // A clock that is set back must not keep it from looking.
    if (at < sampledAt || at - sampledAt >= SAMPLE_MS) {
      sampledAt = at;
      const { used, limit } = heap();
      heapLoad = used / limit / limits.maxHeapShare;
    }
    return heapLoad;
  }

  return {
    check: () => {
      const runs = backlog();
      const load = Math.max(runs / limits.maxBacklog, loadOfHeap());
      full = load >= (full ? ENOUGH : 1);
      if (!full) return null;
      const retryAfterMs = Math.round(Math.min(MAX_RETRY_MS, Math.max(MIN_RETRY_MS, MIN_RETRY_MS * load ** 4)));
      const reason = heapLoad >= runs / limits.maxBacklog ? "memory is short" : `${runs} runs and pushes are waiting`;
      return { reason, retryAfterMs };
    },
  };
}
