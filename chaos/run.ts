import { openChances } from "./chances.js";
import { type Crew, type CrewPlan, startCrew } from "./crew.js";
import { type Database, openDatabase } from "./database.js";
import { type FrontDoor, openFrontDoor } from "./front-door.js";
import { startKiller } from "./killer.js";
import { readLedgers } from "./ledgers.js";
import { type Deaths, noDeaths } from "./lives.js";
import type { Options } from "./options.js";
import { makeOrders, type Order } from "./orders.js";
import { packOrders } from "./parcels.js";
import { setUpPatchbay } from "./patchbay-api.js";
import type { Processes } from "./processes.js";
import { pushAll } from "./push-all.js";
import { openStoreBook, type StoreBook } from "./push-parcel.js";
import { type Restarts, startRestarter } from "./restarter.js";
import { waitForRest } from "./settle.js";
import type { Trouble } from "./trouble.js";
import { judge, type Verdict } from "./verdict.js";
import { brewWeather, clearSky, readCounts, type VendorCounts } from "./weather.js";

/** What a run came to. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly deaths: Deaths;
  /** How often the database server was restarted. */
  readonly restarts: Restarts;
  readonly book: StoreBook;
  /** How often each fault has struck. */
  readonly struck: VendorCounts["struck"];
  readonly reports: FrontDoor["reports"];
  /** Whether everything came to rest in time. */
  readonly rested: boolean;
}

/** What can be seen of a run while it goes on. */
export interface Watch {
  phase: "starting" | "pushing" | "settling" | "judging";
  readonly book: StoreBook;
  readonly deaths: Deaths;
  readonly restarts: Restarts;
  /** Where the database server's data are; null for a database that lies beside the log. */
  serverFolder: string | null;
}

/** What a run works with; whoever gives it clears it away. */
export interface RunParts {
  readonly processes: Processes;
  readonly trouble: Trouble;
  readonly watch: Watch;
}

const START_MS = 30_000;
const SETTLE_MS = 60_000;
/** Longest time to push in, for what the rate does not explain: lives that are too short, a server that is too slow. */
const PUSH_GRACE_MS = { alone: 120_000, shared: 600_000 };
/** Far less than a life lasts, so that a call that times out does so in the life it began in. */
const CALL_TIMEOUT_MS = 1_500;
/** Well after a call must have arrived and be in the vendor's list, on a busy machine too. */
const RECONCILE_AFTER_MS = 3_000;
/** Where others are there to take over from a process that has died. */
const SHARED_LEASE_MS = 5_000;
/** Many processes on one machine: each is given little. */
const modest = { NODE_OPTIONS: "--max-old-space-size=192", TRANSLATOR_THREADS: "1" };

/** Opens a watch on a run that has not begun. */
export function openWatch(): Watch {
  return {
    phase: "starting",
    book: openStoreBook(),
    deaths: noDeaths(),
    restarts: { fast: 0, kill: 0 },
    serverFolder: null,
  };
}

/**
 * Pushes orders through deaths and faults, waits for rest, and judges.
 *
 * @throws Error when the run itself fails: a server ends by itself or refuses an order, the simulator ends.
 */
export async function runChaos(options: Options, parts: RunParts): Promise<Outcome> {
  const { processes, trouble } = parts;
  const vendor = processes.start({ script: "vendor", environment: {} });
  void vendor.ended.then(({ lastWords }) => trouble.report(new Error(`The simulator ended by itself:\n${lastWords}`)));
  const simulator = await trouble.within(START_MS, vendor.ready, "Starting the simulator");

  await using database = await openDatabase(options, processes);
  parts.watch.serverFolder = database.server?.folder ?? null;
  let target: () => string | null = () => null;
  const door = await openFrontDoor(() => target());
  const shared = database.server !== null;
  const plan: CrewPlan = {
    ...{ processes, trouble, deaths: parts.watch.deaths },
    environment: { ...serverEnvironment({ database, publicUrl: door.url, simulator }), ...(shared ? modest : {}) },
    leaseMs: shared ? SHARED_LEASE_MS : null,
    databaseLeaves: options.restartEveryMs !== null,
  };
  await setUp(plan, simulator);
  const crew = startCrew(options, plan);
  target = crew.url;
  try {
    return await play({ options, simulator, door, crew, database }, parts);
  } catch (error) {
    trouble.report(error instanceof Error ? error : new Error(String(error))); // the lanes, the killer and the restarter end too
    throw error;
  } finally {
    crew.stop();
    door.stop();
  }
}

interface Stage {
  readonly options: Options;
  /** Its URL. */
  readonly simulator: string;
  readonly door: FrontDoor;
  readonly crew: Crew;
  readonly database: Database;
}

async function play(stage: Stage, { trouble, watch }: RunParts): Promise<Outcome> {
  const { options, simulator, door, crew } = stage;
  const { book, deaths, restarts } = watch;
  const orders = makeOrders(options.orders, options);
  await brewWeather(simulator, options);
  await pushThrough(stage, orders, { trouble, watch });
  watch.phase = "settling";
  await clearSky(simulator);
  const rested = await waitForRest({ server: crew.up, simulator }, { limitMs: SETTLE_MS, trouble });
  watch.phase = "judging";
  const told = orders.map(({ id, phone }) => ({ id, phone, accepted: book.accepted.has(id) }));
  const ledgers = await readLedgers({ server: await crew.up(), simulator }, { told, taken: door.taken });
  const { struck } = await readCounts(simulator);
  return { verdict: judge(ledgers), deaths, restarts, book, struck, reports: door.reports, rested };
}

async function pushThrough(
  { options, crew, database }: Stage,
  orders: readonly Order[],
  { trouble, watch }: Pick<RunParts, "trouble" | "watch">,
): Promise<void> {
  const { seed, rate, killEveryMs: everyMs, restartEveryMs } = options;
  const killer =
    everyMs === null ? null : startKiller(crew.members, { everyMs, chances: openChances(seed, "killer"), trouble });
  const { restarts } = watch;
  const restarting = { members: crew.members, chances: openChances(seed, "restarts"), trouble, restarts };
  const restarter =
    database.server === null || restartEveryMs === null
      ? null
      : startRestarter(database.server, { everyMs: restartEveryMs, ...restarting });
  const graceMs = database.server === null ? PUSH_GRACE_MS.alone : PUSH_GRACE_MS.shared;
  const until = performance.now() + graceMs + (2_000 * orders.length) / rate;
  watch.phase = "pushing";
  await pushAll(packOrders(orders, seed), {
    shop: { up: crew.up, book: watch.book, trouble, until },
    rate,
  });
  crew.spare();
  await Promise.all([killer?.stop(), restarter?.stop()]);
}

function serverEnvironment(about: { database: Database; publicUrl: string; simulator: string }) {
  return {
    ...about.database.settings,
    PORT: "0",
    PUBLIC_URL: about.publicUrl,
    OUTBOUND_ALLOW: new URL(about.simulator).host,
    CALL_TIMEOUT_MS: String(CALL_TIMEOUT_MS),
    FLOWS_FOLDER: "flows",
    RECONCILE_AFTER_MS: String(RECONCILE_AFTER_MS),
    LOG_LEVEL: "info",
  };
}

/** A life of its own, before the others: what was installed must outlast its sudden end too. */
async function setUp({ processes, trouble, environment }: CrewPlan, simulator: string): Promise<void> {
  const server = processes.start({ script: "server", environment });
  server.ask({ kind: "begin", doom: null, leaseMs: null });
  const ended = server.ended.then(({ lastWords }) => Promise.reject(new Error(`No server to set up:\n${lastWords}`)));
  const url = await trouble.within(START_MS, Promise.race([server.ready, ended]), "Starting the server to set it up");
  await setUpPatchbay(url, { apiUrl: simulator });
  ended.catch(() => undefined);
  server.kill();
  await server.ended;
}
