import type { Chances } from "./chances.js";
import type { Lives } from "./lives.js";
import type { Trouble } from "./trouble.js";

/** Ends lives at moments that nobody can foresee. */
export interface Killer {
  /** Resolves when it will not kill any more. */
  stop(): Promise<void>;
}

/** How often one that is not ready yet is chosen, where there is one. */
const STILLBORN_SHARE = 0.3;
const LIFE_MS = 120_000;

/**
 * Kills one of them every `everyMs` on average: after half of it at the earliest and one and a half at the latest. A life
 * that is still starting then is mostly spared, and while half of them are starting all are, or a slow machine would see
 * nothing but starts.
 */
export function startKiller(
  victims: readonly Lives[],
  { everyMs, chances, trouble }: { everyMs: number; chances: Chances; trouble: Trouble },
): Killer {
  let stopped = false;
  const work = async (): Promise<void> => {
    for (;;) {
      await trouble.pause(everyMs * (0.5 + chances.next()));
      if (stopped) return;
      const starting = victims.filter(({ url }) => url() === null);
      const living = victims.filter(({ url }) => url() !== null);
      const stillborn = starting.length > 0 && chances.happens(STILLBORN_SHARE);
      if (stillborn || living.length > starting.length) chances.pick(stillborn ? starting : living).kill();
      else await trouble.within(LIFE_MS, Promise.race(starting.map(({ up }) => up())), "Waiting for a life to end");
    }
  };
  // A run in trouble needs no killer any more; who waits for the run hears of the trouble.
  const over = work().catch(() => undefined);
  return {
    async stop() {
      stopped = true;
      await over;
    },
  };
}
