import type { PostgresServer } from "../testing/postgres-server.js";
import type { Chances } from "./chances.js";
import type { Lives } from "./lives.js";
import type { Trouble } from "./trouble.js";

/** How often the database server was restarted: ended in order, and by kill -9. */
export interface Restarts {
  fast: number;
  kill: number;
}

/** Takes the database away and gives it back. */
export interface Restarter {
  /** Resolves when the database is there and stays. */
  stop(): Promise<void>;
}

/** How long it is away at most, besides the time that it takes to start. */
const LONGEST_AWAY_MS = 1_000;
/** How often it goes before everybody is there again. */
const HURRIED_SHARE = 0.2;
const LIFE_MS = 240_000;

/** What a restarter works with. */
export interface RestartPlan {
  readonly everyMs: number;
  /** Who needs the database to start. */
  readonly members: readonly Lives[];
  readonly chances: Chances;
  readonly trouble: Trouble;
  /** Where restarts are counted. */
  readonly restarts: Restarts;
}

/**
 * Restarts the server every `everyMs` on average, the times not counted in which it is away or processes start, for a slow machine
 * would see nothing else: one time in order, which breaks all
 * connections off, the next time by kill -9, after which it has to recover. Which of them comes first is left to chance.
 */
export function startRestarter(
  server: PostgresServer,
  { everyMs, members, chances, trouble, restarts }: RestartPlan,
): Restarter {
  let stopped = false;
  let stop: () => void = () => undefined;
  const stopping = new Promise<void>((resolve) => {
    stop = resolve;
  }).then(() => {
    stopped = true;
  });
  let how: keyof Restarts = chances.pick(["fast", "kill"]);
  const calm = async (): Promise<void> => {
    const everybody = Promise.all(members.map(({ up }) => up()));
    if (!chances.happens(HURRIED_SHARE)) await trouble.within(LIFE_MS, everybody, "Waiting for everybody to be up");
    await trouble.pause(everyMs * (0.5 + chances.next()));
  };
  const work = async (): Promise<void> => {
    for (;;) {
      await Promise.race([calm(), stopping]);
      if (stopped) return;
      await server.stop(how);
      await trouble.pause(LONGEST_AWAY_MS * chances.next());
      await server.start();
      restarts[how] += 1;
      how = how === "fast" ? "kill" : "fast";
    }
  };
  // A run in trouble needs no restarts any more; who waits for the run hears of the trouble.
  const over = work().catch((error: unknown) => {
    if (!trouble.signal.aborted) trouble.report(error instanceof Error ? error : new Error(String(error)));
  });
  return {
    async stop() {
      stop();
      await over;
    },
  };
}
