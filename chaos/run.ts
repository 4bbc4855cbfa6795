import { openChances } from "./chances.js";
import { openDoomDeck } from "./doom.js";
import { type FrontDoor, openFrontDoor } from "./front-door.js";
import { startKiller } from "./killer.js";
import { readLedgers } from "./ledgers.js";
import { type Deaths, type Lives, startLives } from "./lives.js";
import type { Options } from "./options.js";
import { makeOrders, type Order } from "./orders.js";
import { packOrders } from "./parcels.js";
import { setUpPatchbay } from "./patchbay-api.js";
import type { Processes } from "./processes.js";
import { pushAll } from "./push-all.js";
import { openStoreBook, type StoreBook } from "./push-parcel.js";
import { waitForRest } from "./settle.js";
import type { Trouble } from "./trouble.js";
import { judge, type Verdict } from "./verdict.js";
import { brewWeather, clearSky, readCounts, type VendorCounts } from "./weather.js";

/** What a run came to. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly deaths: Deaths;
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
  deaths: Deaths | null;
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
const PUSH_GRACE_MS = 120_000;
/** Far less than a life lasts, so that a call that times out does so in the life it began in. */
const CALL_TIMEOUT_MS = 1_500;
/** Well after a call must have arrived and be in the vendor's list, on a busy machine too. */
const RECONCILE_AFTER_MS = 3_000;

/** Opens a watch on a run that has not begun. */
export function openWatch(): Watch {
  return { phase: "starting", book: openStoreBook(), deaths: null };
}

/**
 * Pushes orders through deaths and faults, waits for rest, and judges.
 *
 * @throws Error when the run itself fails: the server ends by itself or refuses an order, the simulator ends.
 */
export async function runChaos(options: Options, parts: RunParts): Promise<Outcome> {
  const { processes, trouble } = parts;
  const vendor = processes.start({ script: "vendor", environment: {} });
  void vendor.ended.then(({ lastWords }) => trouble.report(new Error(`The simulator ended by itself:\n${lastWords}`)));
  const simulator = await trouble.within(START_MS, vendor.ready, "Starting the simulator");

  let target: () => string | null = () => null;
  const door = await openFrontDoor(() => target());
  const environment = serverEnvironment({ folder: processes.folder, publicUrl: door.url, simulator });
  await setUp({ environment, simulator }, parts);
  const deck = options.killEveryMs === null ? null : openDoomDeck(openChances(options.seed, "dooms"), options.orders);
  const lives = startLives({ processes, environment, deck, trouble });
  target = lives.url;
  parts.watch.deaths = lives.deaths;
  try {
    return await play({ options, simulator, door, lives }, parts);
  } catch (error) {
    trouble.report(error instanceof Error ? error : new Error(String(error))); // the lanes and the killer end too
    throw error;
  } finally {
    lives.stop();
    door.stop();
  }
}

interface Stage {
  readonly options: Options;
  /** Its URL. */
  readonly simulator: string;
  readonly door: FrontDoor;
  readonly lives: Lives;
}

async function play(stage: Stage, { trouble, watch }: RunParts): Promise<Outcome> {
  const { options, simulator, door, lives } = stage;
  const { book } = watch;
  const orders = makeOrders(options.orders, options);
  await brewWeather(simulator, options);
  await pushThrough(stage, orders, { trouble, watch });
  watch.phase = "settling";
  await clearSky(simulator);
  const rested = await waitForRest({ server: lives.up, simulator }, { limitMs: SETTLE_MS, trouble });
  watch.phase = "judging";
  const told = orders.map(({ id, phone }) => ({ id, phone, accepted: book.accepted.has(id) }));
  const ledgers = await readLedgers({ server: await lives.up(), simulator }, { told, taken: door.taken });
  const { struck } = await readCounts(simulator);
  return { verdict: judge(ledgers), deaths: lives.deaths, book, struck, reports: door.reports, rested };
}

async function pushThrough(
  { options, lives }: Stage,
  orders: readonly Order[],
  { trouble, watch }: Pick<RunParts, "trouble" | "watch">,
): Promise<void> {
  const { seed, rate, killEveryMs } = options;
  const chances = openChances(seed, "killer");
  const killer = killEveryMs === null ? null : startKiller(lives, { everyMs: killEveryMs, chances, trouble });
  const until = performance.now() + PUSH_GRACE_MS + (2_000 * orders.length) / rate;
  watch.phase = "pushing";
  await pushAll(packOrders(orders, seed), {
    shop: { up: lives.up, book: watch.book, trouble, until },
    rate,
  });
  lives.spare();
  await killer?.stop();
}

function serverEnvironment({ folder, publicUrl, simulator }: { folder: string; publicUrl: string; simulator: string }) {
  return {
    DATABASE_URL: `sqlite:${folder}/patchbay.db`,
    PORT: "0",
    PUBLIC_URL: publicUrl,
    OUTBOUND_ALLOW: new URL(simulator).host,
    CALL_TIMEOUT_MS: String(CALL_TIMEOUT_MS),
    FLOWS_FOLDER: `${folder}/flows`,
    RECONCILE_AFTER_MS: String(RECONCILE_AFTER_MS),
    LOG_LEVEL: "info",
  };
}

/** A life of its own, before the others: what was installed must outlast its sudden end too. */
async function setUp(
  { environment, simulator }: { environment: Readonly<Record<string, string>>; simulator: string },
  { processes, trouble }: RunParts,
): Promise<void> {
  const server = processes.start({ script: "server", environment });
  server.ask({ kind: "begin", doom: null });
  const ended = server.ended.then(({ lastWords }) => Promise.reject(new Error(`No server to set up:\n${lastWords}`)));
  const url = await trouble.within(START_MS, Promise.race([server.ready, ended]), "Starting the server to set it up");
  await setUpPatchbay(url, { apiUrl: simulator });
  ended.catch(() => undefined);
  server.kill();
  await server.ended;
}
