import { parseArgs } from "node:util";
import { type StorageName, storageNames } from "./storage.js";

/** What the command line asked for. */
export interface Options {
  readonly store: StorageName;
  /** One does everything in one process; more than one have an API process beside them. */
  readonly workers: number;
  /** Measures lists of a full store instead of orders. */
  readonly lists: boolean;
  /** Runs in the store whose lists are measured. */
  readonly rows: number;
  readonly rounds: number;
  /** Length of the measured window at full load. */
  readonly seconds: number;
  readonly connections: number;
  readonly quick: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

export const usage = `npm run bench -- [options]

Measures how many texts a second leave, against a bare loop in the same run; with --lists how long lists of a store
take that has a million runs.

  --rounds N        rounds, each with both systems (3; 2 with --quick)
  --seconds N       measured time at full load, per system and round (8; 3 with --quick)
  --connections N   connections of the load generator (50)
  --store NAME      sqlite, or postgres: a real server, started by the bench (sqlite)
  --workers N       on postgres: 1 process that does everything, or an API process with N workers (1)
  --quick           ends within 45 s in all, on postgres within 60 s; coarser
  --lists           lists instead of orders; needs about 7 GB in the temporary folder for a million runs
  --rows N          runs in the store whose lists are measured (1000000; 20000 with --quick)
  --json            ends with one line of JSON
  --help            this text

docs/performance.md says how to read the figures.
`;

/**
 * Reads the command line.
 * @throws Error naming the option that is wrong
 */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string" },
      seconds: { type: "string" },
      connections: { type: "string" },
      store: { type: "string", default: "sqlite" },
      workers: { type: "string", default: "1" },
      rows: { type: "string" },
      lists: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { quick, json, help, lists } = values;
  const longest = quick ? 5 : 600;
  const store = storeNamed(values.store);
  const workers = whole("workers", values.workers, 16);
  if (workers > 1 && store !== "postgres")
    throw new Error("--workers needs --store postgres: processes cannot share a file.");
  return {
    store,
    workers,
    lists,
    rows: whole("rows", values.rows ?? (quick ? "20000" : "1000000"), 100_000_000),
    rounds: whole("rounds", values.rounds ?? (quick ? "2" : "3"), 50),
    seconds: whole("seconds", values.seconds ?? (quick ? "3" : "8"), longest),
    connections: whole("connections", values.connections ?? "50", 1000),
    quick,
    json,
    help,
  };
}

function storeNamed(text: string): StorageName {
  const name = storageNames.find((known) => known === text);
  if (name === undefined) throw new Error(`--store is "${text}"; give one of ${storageNames.join(", ")}.`);
  return name;
}

function whole(name: string, text: string, highest: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= highest) return number;
  throw new Error(`--${name} is "${text}"; give a whole number from 1 to ${highest}.`);
}
