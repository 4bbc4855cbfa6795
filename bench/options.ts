import { tmpdir } from "node:os";
import { parseArgs } from "node:util";
import { type StorageName, storageNames } from "./storage.js";

/** What can be measured: orders, unless one of the others is asked for. */
const otherSubjects = ["lists", "bulk", "growth", "soak", "profile"] as const;
export type Subject = "orders" | (typeof otherSubjects)[number];

/** What the command line asked for. */
export interface Options {
  readonly subject: Subject;
  readonly store: StorageName;
  /** One does everything in one process; more than one have an API process beside them. */
  readonly workers: number;
  /** Whether the vendor reports what becomes of each text. */
  readonly callbacks: boolean;
  /** Runs in the store whose lists are measured. */
  readonly rows: number;
  /** Orders in one request of the bulk. */
  readonly lines: number;
  /** Orders that are stored already, smallest first. */
  readonly sizes: readonly number[];
  /** How long the soak lasts. */
  readonly minutes: number;
  /** Orders a second that the soak keeps up; null for four fifths of the highest rate. */
  readonly rate: number | null;
  readonly rounds: number;
  /** Length of the measured window at full load. */
  readonly seconds: number;
  readonly connections: number;
  /** Folder for plots and flame graphs. */
  readonly out: string;
  readonly quick: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

export const usage = `npm run bench -- [options]

Measures how many texts a second leave, against a bare loop in the same run. Or, with one of these:

  --bulk            many orders in one request, against one request for each
  --growth          the same work on larger and larger stores
  --soak MINUTES    whether anything drifts at 80 % of the highest rate
  --profile         where an order's processor time goes, with flame graphs
  --lists           how long lists of a store take that has a million runs; about 7 GB in the temporary folder

  --rounds N        rounds, each with both systems (3; 2 with --quick)
  --seconds N       measured time at full load, per system and round (8; 3 with --quick)
  --connections N   connections of the load generator (50)
  --store NAME      sqlite, or postgres: a real server, started by the bench (sqlite)
  --workers N       on postgres: 1 process that does everything, or an API process with N workers (1)
  --callbacks       the vendor reports each text as sent and delivered, signed (orders, soak and profile)
  --rate N          orders a second for --soak (80 % of the highest rate)
  --lines N         orders in the one request of --bulk (100000; 5000 with --quick)
  --sizes N,N,…     orders stored before, for --growth (10000,100000,1000000; 1000,5000 with --quick)
  --rows N          runs in the store of --lists (1000000; 20000 with --quick)
  --out FOLDER      where plots and flame graphs are put (the folder for temporary files)
  --quick           ends within 45 s in all, on postgres within 60 s; coarser
  --json            ends with one line of JSON
  --help            this text

docs/performance.md says how to read the figures.
`;

const flag = { type: "boolean", default: false } as const;
const value = { type: "string" } as const;

/** What holds unless it is given; a quick run's differ. */
const usually = { rows: "1000000", lines: "100000", sizes: "10000,100000,1000000", rounds: "3", seconds: "8" };
const quickly: typeof usually = { rows: "20000", lines: "5000", sizes: "1000,5000", rounds: "2", seconds: "3" };

/**
 * Reads the command line.
 * @throws Error naming the option that is wrong
 */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ lists: flag, bulk: flag, growth: flag, profile: flag, soak: value },
      ...{ rate: value, rounds: value, seconds: value, rows: value, lines: value, sizes: value },
      ...{ connections: { ...value, default: "50" }, out: { ...value, default: tmpdir() } },
      ...{ store: { ...value, default: "sqlite" }, workers: { ...value, default: "1" } },
      ...{ callbacks: flag, quick: flag, json: flag, help: flag },
    },
  });
  const { quick, json, help, callbacks, out, connections, soak = "10" } = values;
  const subject = subjectOf(values);
  const given = { ...(quick ? quickly : usually), ...values };
  const store = storeNamed(values.store);
  if (values.rate !== undefined && subject !== "soak") throw new Error("--rate is for --soak: it is what is kept up.");
  const workers = whole("workers", values.workers, 16);
  if (workers > 1 && store !== "postgres")
    throw new Error("--workers needs --store postgres: processes cannot share a file.");
  if (callbacks && !withCallbacks.includes(subject))
    throw new Error(`--callbacks is for orders, --soak and --profile: --${subject} is measured without.`);
  return {
    ...{ subject, store, workers, callbacks, out, quick, json, help },
    rows: whole("rows", given.rows, 100_000_000),
    lines: whole("lines", given.lines, 10_000_000),
    sizes: sizesOf(given.sizes),
    minutes: whole("soak", soak, 10_000),
    rate: values.rate === undefined ? null : whole("rate", values.rate, 100_000),
    rounds: whole("rounds", given.rounds, 50),
    seconds: whole("seconds", given.seconds, quick ? 5 : 600),
    connections: whole("connections", connections, 1000),
  };
}

const withCallbacks: readonly Subject[] = ["orders", "soak", "profile"];

function subjectOf(values: Readonly<Partial<Record<Subject, string | boolean>>>): Subject {
  const [asked = "orders", another] = otherSubjects.filter((name) => (values[name] ?? false) !== false);
  if (another !== undefined) throw new Error(`--${asked} and --${another} are measured one after the other.`);
  return asked;
}

function storeNamed(text: string): StorageName {
  const name = storageNames.find((known) => known === text);
  if (name === undefined) throw new Error(`--store is "${text}"; give one of ${storageNames.join(", ")}.`);
  return name;
}

function sizesOf(text: string): readonly number[] {
  const sizes = text.split(",").map((size) => whole("sizes", size, 100_000_000));
  return sizes.sort((one, other) => one - other);
}

function whole(name: string, text: string, highest: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= highest) return number;
  throw new Error(`--${name} is "${text}"; give a whole number from 1 to ${highest}.`);
}
