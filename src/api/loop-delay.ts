/** How late a process's event loop came to its work, counted since it started. */
export interface LoopDelay {
  counts(): LoopDelayCounts;
  /** Counts no more. */
  stop(): void;
}

export interface LoopDelayCounts {
  /** For each of `loopDelayBoundsMs`, how many times it was that late at most. */
  readonly within: readonly number[];
  /** How many times it was looked at. */
  readonly count: number;
  readonly sumMs: number;
}

/** What a delay is told apart by; narrow around the 20 ms that a server under load stays below. */
export const loopDelayBoundsMs = [1, 2, 5, 10, 15, 20, 30, 50, 100, 200, 500, 1_000] as const;

/** Ten times a second takes a thousandth of a processor at rest; fifty times took five (ADR 38). */
const EVERY_MS = 100;

/**
 * Looks ten times a second how late a timer comes. Counts since the start can be subtracted, so that whoever asks twice knows of the time
 * between, however long (ADR 38); what Node has for it, `monitorEventLoopDelay`, forgets for everybody when one asks it to.
 *
 * @param now Milliseconds of a clock that is not set.
 */
export function watchLoopDelay(now: () => number = () => performance.now()): LoopDelay {
  const counter = createDelayCounter();
  let dueAt = now() + EVERY_MS;
  const timer = setInterval(() => {
    const at = now();
    counter.add(at - dueAt);
    dueAt = at + EVERY_MS;
  }, EVERY_MS);
  timer.unref();
  return { counts: counter.counts, stop: () => clearInterval(timer) };
}

/** Makes what delays are counted with. */
export function createDelayCounter(): Pick<LoopDelay, "counts"> & { add(delayMs: number): void } {
  const found = new Array<number>(loopDelayBoundsMs.length + 1).fill(0);
  let count = 0;
  let sumMs = 0;
  return {
    add: (delayMs) => {
      const bound = loopDelayBoundsMs.findIndex((boundMs) => delayMs <= boundMs);
      const place = bound === -1 ? loopDelayBoundsMs.length : bound;
      found[place] = (found[place] ?? 0) + 1;
      count += 1;
      sumMs += Math.max(0, delayMs);
    },
    counts: () => {
      let sum = 0;
      const within = loopDelayBoundsMs.map((_, place) => {
        sum += found[place] ?? 0;
        return sum;
      });
      return { within, count, sumMs };
    },
  };
}
