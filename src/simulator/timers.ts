/** Runs `work` once after some milliseconds; calling the result takes it back. */
export type After = (delayMs: number, work: () => void) => () => void;

/** Timers that can all be taken back at once. */
export interface Timers {
  readonly after: After;
  /** Takes back every timer; what is asked for later never runs. */
  stop(): void;
}

/** The longest delay that Node's timers keep; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Starts an empty set of timers; delays of months are kept too. */
export function startTimers(): Timers {
  const pending = new Set<{ handle: NodeJS.Timeout | null }>();
  let stopped = false;
  return {
    after(delayMs, work) {
      if (stopped) return () => undefined;
      const entry: { handle: NodeJS.Timeout | null } = { handle: null };
      const arm = (restMs: number): void => {
        const partMs = Math.min(restMs, LONGEST_MS);
        entry.handle = setTimeout(() => {
          if (restMs > partMs) return arm(restMs - partMs);
          pending.delete(entry);
          work();
        }, partMs);
      };
      pending.add(entry);
      arm(Math.max(0, delayMs));
      return () => {
        if (entry.handle) clearTimeout(entry.handle);
        pending.delete(entry);
      };
    },
    stop() {
      stopped = true;
      for (const { handle } of pending) if (handle) clearTimeout(handle);
      pending.clear();
    },
  };
}
