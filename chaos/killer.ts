import type { Chances } from "./chances.js";
import type { Lives } from "./lives.js";
import type { Trouble } from "./trouble.js";

/** Ends lives at moments that nobody can foresee. */
export interface Killer {
  /** Resolves when it will not kill any more. */
  stop(): Promise<void>;
}

/** Share of lives that are ended before they are ready, if their hour strikes then. */
const STILLBORN_SHARE = 0.3;
const LIFE_MS = 60_000;

/**
 * Kills every `everyMs` on average: after half of it at the earliest and one and a half at the latest. A life that is
 * still starting then is mostly given the time once more, or a slow machine would see nothing but starts.
 */
export function startKiller(
  lives: Lives,
  { everyMs, chances, trouble }: { everyMs: number; chances: Chances; trouble: Trouble },
): Killer {
  let stopped = false;
  const work = async (): Promise<void> => {
    for (;;) {
      await trouble.pause(everyMs * (0.5 + chances.next()));
      if (stopped) return;
      if (lives.url() !== null || chances.happens(STILLBORN_SHARE)) lives.kill();
      else await trouble.within(LIFE_MS, lives.up(), "Waiting for a life to end");
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
