import { type Doom, type DoomDeck, placeOf } from "./doom.js";
import type { Child, Ending, Processes } from "./processes.js";
import type { Trouble } from "./trouble.js";

/** The lives of the server under test, one after the other on the same database. */
export interface Lives {
  /** Where the present life listens; null between two lives. */
  url(): string | null;
  /** Resolves with the URL as soon as a life is ready. */
  up(): Promise<string>;
  /** Ends the present life at once, also one that is just starting. */
  kill(): void;
  /** The present life and every further one may live on. */
  spare(): void;
  /** Ends the present life, and begins no other. */
  stop(): void;
  readonly deaths: Deaths;
}

/** How often and where the server died. */
export interface Deaths {
  /** By a kill from outside, at any moment. */
  atRandom: number;
  /** Of those, how many while it was starting. */
  whileStarting: number;
  /** At a boundary, by its place (`after outcome`). */
  readonly atBoundary: Map<string, number>;
}

/** What the lives are started with. */
export interface LifePlan {
  readonly processes: Processes;
  readonly environment: Readonly<Record<string, string>>;
  /** Deals each life its doom; null when no life has one. */
  readonly deck: DoomDeck | null;
  readonly trouble: Trouble;
}

const READY_MS = 30_000;

interface Life {
  readonly child: Child;
  readonly doom: Doom | null;
  url: string | null;
  killed: boolean;
}

/** Starts the first life; from then on every end is followed by the next life at once: its process waits already. */
export function startLives(plan: LifePlan): Lives {
  const { trouble } = plan;
  const deaths: Deaths = { atRandom: 0, whileStarting: 0, atBoundary: new Map() };
  let waiting: ((url: string) => void)[] = [];
  let spared = false;
  let stopped = false;
  let unborn = prepare();
  let life = begin();

  function prepare(): Child {
    return plan.processes.start({ script: "server", environment: plan.environment });
  }

  function begin(): Life {
    const doom = spared ? null : (plan.deck?.deal() ?? null);
    const child = unborn;
    child.ask({ kind: "begin", doom });
    unborn = prepare();
    const born: Life = { child, doom, url: null, killed: false };
    void follow(born).catch((error: unknown) => trouble.report(toError(error)));
    return born;
  }

  async function follow(born: Life): Promise<void> {
    const { child } = born;
    const start = Promise.race([child.ready, child.ended]);
    const first = await trouble.within(READY_MS, start, "Starting the server");
    if (typeof first === "string") {
      born.url = first;
      for (const release of waiting.splice(0)) release(first);
    }
    const ending = await child.ended;
    if (stopped || trouble.signal.aborted) return;
    bury(born, ending);
    born.url = null;
    life = begin();
  }

  function bury({ doom, killed, url }: Life, ending: Ending): void {
    if (ending.signal !== "SIGKILL" || (!killed && doom === null)) throw selfEnded(ending);
    if (!killed && doom !== null) {
      deaths.atBoundary.set(placeOf(doom), (deaths.atBoundary.get(placeOf(doom)) ?? 0) + 1);
      return;
    }
    deaths.atRandom += 1;
    if (url === null) deaths.whileStarting += 1;
    if (doom !== null) plan.deck?.takeBack(doom);
  }

  return {
    url: () => life.url,
    up() {
      if (life.url !== null) return Promise.resolve(life.url);
      return new Promise((resolve) => {
        waiting = [...waiting, resolve];
      });
    },
    kill() {
      life.killed = true;
      life.child.kill();
    },
    spare() {
      spared = true;
      life.child.ask({ kind: "spare" });
    },
    stop() {
      stopped = true;
      life.child.kill();
      unborn.kill();
    },
    deaths,
  };
}

function selfEnded({ signal, code, lastWords }: Ending): Error {
  return new Error(`The server ended by itself (${signal ?? `exit code ${code}`}). It said last:\n${lastWords}`);
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
