import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

/**
 * What ends a run early: the first failure of the harness or of a process it started, kept so that everybody who waits
 * hears of it.
 */
export interface Trouble {
  readonly signal: AbortSignal;
  report(error: Error): void;
  /** Waits, unless something fails meanwhile. */
  pause(ms: number): Promise<void>;
  /** Gives what `work` gives, or fails when something else fails first, or after `ms`. */
  within<T>(ms: number, work: Promise<T>, what: string): Promise<T>;
}

/** Opens a run without trouble. */
export function openTrouble(): Trouble {
  const controller = new AbortController();
  const { signal } = controller;
  setMaxListeners(0, signal); // every lane waits for it
  const pause = async (ms: number): Promise<void> => {
    await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
  };
  return {
    signal,
    report: (error) => controller.abort(error),
    pause,
    async within(ms, work, what) {
      const over = new AbortController();
      const tooLate = delay(ms, undefined, { signal: AbortSignal.any([signal, over.signal]) }).then(
        () => Promise.reject(new Error(`${what} took longer than ${ms} ms`)),
        () => Promise.reject(signal.reason),
      );
      try {
        return await Promise.race([work, tooLate]);
      } finally {
        tooLate.catch(() => undefined);
        over.abort();
      }
    },
  };
}
