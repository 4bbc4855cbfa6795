import { type Doom, type DoomDeck, placeOf } from "./doom.js";
import type { Child, Ending, Processes } from "./processes.js";
import { noDatabaseExitCode } from "./protocol.js";
import type { Trouble } from "./trouble.js";

/** The lives of one process under test, one after the other on the same database. */
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
}

/** How often and where processes died. */
export interface Deaths {
  /** By a kill from outside, at any moment. */
  atRandom: number;
  /** Of those, how many while it was starting. */
  whileStarting: number;
  /** At a boundary, by its place (`after outcome`). */
  readonly atBoundary: Map<string, number>;
  /** All of them, by the name of the process. */
  readonly byProcess: Map<string, number>;
  /** How often one could not start because the database was away; not counted as a death. */
  unstarted: number;
}

/** Opens a count in which nobody has died. */
export function noDeaths(): Deaths {
  return { atRandom: 0, whileStarting: 0, atBoundary: new Map(), byProcess: new Map(), unstarted: 0 };
}

/** What the lives are started with. */
export interface LifePlan {
  readonly processes: Processes;
  /** What the process is called in the report. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  /** How long runs wait for a process that has died with them; null for as long as usual. */
  readonly leaseMs: number | null;
  /** Whether the database may be away when a life starts. */
  readonly databaseLeaves: boolean;
  /** Where deaths are counted. */
  readonly deaths: Deaths;
  /** Deals each life its doom; null when no life has one. */
  readonly deck: DoomDeck | null;
  readonly trouble: Trouble;
}

/** Long enough for many processes that start at once on a busy machine. */
const READY_MS = 120_000;

interface Life {
  readonly child: Child;
  readonly doom: Doom | null;
  url: string | null;
  killed: boolean;
}

/** Starts the first life; from then on every end is followed by the next life at once: its process waits already. */
export function startLives(plan: LifePlan): Lives {
  const { trouble, deaths } = plan;
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
    child.ask({ kind: "begin", doom, leaseMs: plan.leaseMs });
    unborn = prepare();
    const born: Life = { child, doom, url: null, killed: false };
    void follow(born).catch((error: unknown) => trouble.report(toError(error)));
    return born;
  }

  async function follow(born: Life): Promise<void> {
    const { child } = born;
    const start = Promise.race([child.ready, child.ended]);
    const first = await trouble.within(READY_MS, start, `Starting ${plan.name}`);
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

  function bury(dead: Life, ending: Ending): void {
    const end = endOf(dead, ending);
    if (dead.doom !== null && end !== "doom") plan.deck?.takeBack(dead.doom);
    if (end === "no database") deaths.unstarted += 1;
    else countDeath(end === "doom" ? dead.doom : null, dead.url === null);
  }

  /** What ended a life. @throws Error when nothing should have */
  function endOf({ doom, killed, url }: Life, ending: Ending): "kill" | "doom" | "no database" {
    if (plan.databaseLeaves && url === null && ending.code === noDatabaseExitCode) return "no database";
    if (ending.signal !== "SIGKILL" || (!killed && doom === null)) throw selfEnded(plan.name, ending);
    return killed ? "kill" : "doom";
  }

  function countDeath(doom: Doom | null, whileStarting: boolean): void {
    countOne(deaths.byProcess, plan.name);
    if (doom !== null) {
      countOne(deaths.atBoundary, placeOf(doom));
      return;
    }
    deaths.atRandom += 1;
    if (whileStarting) deaths.whileStarting += 1;
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
  };
}

function countOne(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

function selfEnded(name: string, { signal, code, lastWords }: Ending): Error {
  return new Error(`${name} ended by itself (${signal ?? `exit code ${code}`}). It said last:\n${lastWords}`);
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
