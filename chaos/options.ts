import { parseArgs } from "node:util";

/** How much goes wrong at the vendor. */
export const faultLevels = ["none", "usual", "heavy"] as const;
export type FaultLevel = (typeof faultLevels)[number];

/** Where everything is kept: in a file that one process has, or on a server that many processes share. */
export const storeKinds = ["sqlite", "postgres"] as const;
export type StoreKind = (typeof storeKinds)[number];

/** What a run is asked for. */
export interface Options {
  readonly orders: number;
  readonly store: StoreKind;
  /** Processes that take requests, and processes that carry runs on; one of each stands for one that does both. */
  readonly apis: number;
  readonly workers: number;
  /** Average time between two restarts of the database server; null for none. */
  readonly restartEveryMs: number | null;
  /** Average time between two kills at random moments; null for none, and then none at boundaries either. */
  readonly killEveryMs: number | null;
  readonly seed: number;
  readonly faults: FaultLevel;
  /** Orders a second at most, all lanes together. */
  readonly rate: number;
  readonly json: boolean;
  readonly keep: boolean;
  readonly help: boolean;
}

export const usage = `npm run chaos -- [options]

Kills Patchbay again and again while orders are pushed and the vendor misbehaves, then compares what stores were told,
what the vendor has and what Patchbay says: one order, one message.

  --orders N         orders to push (1000)
  --store STORE      sqlite: one process on a file; postgres: many processes on a server (sqlite)
  --apis N           processes that take orders (2); only with postgres
  --workers N        processes that carry runs on (3); only with postgres
  --restart-every TIME  average time between restarts of the PostgreSQL server, in order and by kill -9, or "never" (6s)
  --kill-every TIME  average time between kills, such as 2s or 1500ms; "never" for no kills at all (2s)
  --seed N           what goes wrong, and where processes die (1)
  --faults LEVEL     ${faultLevels.join(", ")}: how the vendor misbehaves (usual)
  --rate N           orders a second at most (120)
  --json             ends with one line of JSON
  --keep             leaves the database and the log behind
  --help             this text

Exits with 1 when anything was lost, sent twice, stuck, silent or told differently. docs/chaos.md says how to read it.
`;

/** A life must be long enough to start in. */
const shortestKillEveryMs = 1_000;
/** A server that went away must have come back before it goes again. */
const shortestRestartEveryMs = 2_000;
const MOST_PROCESSES = 16;

/**
 * Reads the command line.
 * @throws Error naming the option that is wrong
 */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      orders: { type: "string", default: "1000" },
      store: { type: "string", default: "sqlite" },
      apis: { type: "string" },
      workers: { type: "string" },
      "restart-every": { type: "string" },
      "kill-every": { type: "string", default: "2s" },
      seed: { type: "string", default: "1" },
      faults: { type: "string", default: "usual" },
      rate: { type: "string", default: "120" },
      json: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  return {
    orders: whole("orders", values.orders, { lowest: 1, highest: 100_000 }),
    ...processesOf(values),
    killEveryMs: every("kill-every", values["kill-every"], shortestKillEveryMs),
    seed: whole("seed", values.seed, { lowest: 0, highest: 2 ** 32 - 1 }),
    faults: oneOf("faults", values.faults, faultLevels),
    rate: whole("rate", values.rate, { lowest: 1, highest: 10_000 }),
    json: values.json,
    keep: values.keep,
    help: values.help,
  };
}

function whole(name: string, text: string, { lowest, highest }: { lowest: number; highest: number }): number {
  const number = Number(text);
  if (text !== "" && Number.isInteger(number) && number >= lowest && number <= highest) return number;
  throw new Error(`--${name} is "${text}"; give a whole number from ${lowest} to ${highest}.`);
}

/** What only a server that many processes share can be asked for. */
interface Shared {
  readonly apis?: string | undefined;
  readonly workers?: string | undefined;
  readonly "restart-every"?: string | undefined;
}

function processesOf(
  given: Shared & { readonly store: string },
): Pick<Options, "store" | "apis" | "workers" | "restartEveryMs"> {
  const store = oneOf("store", given.store, storeKinds);
  if (store === "postgres") {
    const restartEvery = given["restart-every"] ?? "6s";
    return {
      store,
      apis: whole("apis", given.apis ?? "2", { lowest: 1, highest: MOST_PROCESSES }),
      workers: whole("workers", given.workers ?? "3", { lowest: 1, highest: MOST_PROCESSES }),
      restartEveryMs: every("restart-every", restartEvery, shortestRestartEveryMs),
    };
  }
  for (const name of ["apis", "workers", "restart-every"] as const) {
    if (given[name] !== undefined) throw new Error(`--${name} needs a store to share; give --store postgres as well.`);
  }
  return { store, apis: 1, workers: 1, restartEveryMs: null };
}

function every(name: string, text: string, shortestMs: number): number | null {
  if (text === "never") return null;
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(text) ?? [];
  const ms = Number(number) * (unit === "s" ? 1_000 : 1);
  if (ms >= shortestMs && ms <= 600_000) return ms;
  const shortest = `${shortestMs / 1_000}s`;
  throw new Error(`--${name} is "${text}"; give a time from ${shortest} to 600s, such as 2s or 2500ms, or never.`);
}

function oneOf<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const found = words.find((known) => known === text);
  if (found !== undefined) return found;
  throw new Error(`--${name} is "${text}"; give one of ${words.join(", ")}.`);
}
