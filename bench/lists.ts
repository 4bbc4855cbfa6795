import { Pool } from "undici";
import { packagePath } from "../src/config/package-root.js";
import { embeddedPath, openStore } from "../src/store/open-store.js";
import { type OpenBulkDatabase, openPostgresBulk, openSqliteBulk } from "./bulk-databases.js";
import { nowMs } from "./clock.js";
import { fillWithCopies } from "./fill.js";
import { commitSeeds, seeded } from "./fill-seeds.js";
import type { Household } from "./household.js";
import { type ListQuery, listQueries } from "./list-queries.js";
import { type ListFindings, type ListTimes, listsToJson, renderLists } from "./list-report.js";
import type { Options } from "./options.js";
import { launchPatchbay, untilReady } from "./patchbay-process.js";
import { installPatchbay } from "./patchbay-system.js";
import { percentile } from "./samples.js";
import type { Storage } from "./storage.js";
import { openStorage, type Report } from "./workplace.js";

/** What is measured. */
export interface ListPlan {
  readonly household: Household;
  /** Holds an installed Patchbay. */
  readonly storage: Storage;
  readonly stubPort: number;
  readonly rows: number;
  /** How often each list is asked for; one that takes long, less often. */
  readonly times: number;
}

const DAYS_MS = 30 * 86_400_000;
const PAGE = 50;
/** A list that is slow need not be asked for as often to be known as slow. */
const LIST_MS = 5_000;
const LEAST_TIMES = 5;
const WARM_UP = 100;
/** Port that takes nothing: nobody is texted while lists are measured. */
const DISCARD_PORT = 9;

/** Measures the lists of a full store. */
export async function runLists({ store, rows, quick }: Options, household: Household): Promise<Report> {
  const storage = await openStorage(store, household);
  await installPatchbay({ household, storage, stubPort: DISCARD_PORT });
  const findings = await measureLists({ household, storage, stubPort: DISCARD_PORT, rows, times: quick ? 30 : 200 });
  return { table: renderLists(findings), json: listsToJson(findings) };
}

/** Fills a store and measures how long its lists take, from the request to the last byte of the answer. */
export async function measureLists(plan: ListPlan): Promise<ListFindings> {
  const { household, storage, rows } = plan;
  const copies = copiesFor(rows);
  const startedAtMs = nowMs();
  await fillStore(storage.preparedUrl, copies);
  const fillSeconds = (nowMs() - startedAtMs) / 1_000;
  const served = { household, stubPort: plan.stubPort, databaseUrl: storage.preparedUrl, role: "all" } as const;
  const { child, origin } = await launchPatchbay(served);
  await untilReady(household, origin);
  const measured = await askLists(origin, { household, copies, times: plan.times });
  await child.stop();
  return { store: storage.name, rows: (copies + 1) * seeded.orders, times: plan.times, fillSeconds, ...measured };
}

/** How many copies of the seeds make so many orders, at least. */
export function copiesFor(orders: number): number {
  return Math.max(0, Math.ceil(orders / seeded.orders) - 1);
}

/** Asks a server on a full store for every list, one request at a time. */
export async function askLists(
  origin: string,
  { household, copies, times }: { household: Household; copies: number; times: number },
): Promise<Pick<ListFindings, "floor" | "lists">> {
  const pool = new Pool(origin, { connections: 1 });
  try {
    const queries = listQueries(copies);
    await warmUp(queries, pool);
    const floor = await measureFloor(pool, times);
    const lists: ListTimes[] = [];
    for (const query of queries) {
      household.signal.throwIfAborted();
      lists.push(await measureList(query, { pool, times }));
    }
    return { floor, lists };
  } finally {
    await pool.close();
  }
}

/** Fills a store in which Patchbay is installed: the seeds, and copies of them over the last 30 days. */
export async function fillStore(databaseUrl: string, copies: number): Promise<void> {
  const seededAt = new Date(Date.now() - DAYS_MS);
  const migrationsFolder = (dialect: string): string => packagePath("src/store", dialect, "migrations");
  const store = await openStore({ databaseUrl, migrationsFolder, processName: "bench" });
  await commitSeeds(store, seededAt);
  await store.close();
  const database = await openBulk(databaseUrl);
  let shown = 0;
  const progress = (done: number): void => {
    const tenths = Math.floor((done * 10) / copies);
    if (tenths > shown) process.stderr.write(`filled ${tenths * 10} %\n`);
    shown = tenths;
  };
  await fillWithCopies(database, { seededAt, copies, stepMs: Math.floor(DAYS_MS / (copies + 1)), progress });
  await database.finish();
}

function openBulk(databaseUrl: string): OpenBulkDatabase | Promise<OpenBulkDatabase> {
  const path = embeddedPath(databaseUrl);
  return path === null ? openPostgresBulk(databaseUrl) : openSqliteBulk(path);
}

/** A process that has answered little is still compiling itself. It is asked for the newest runs. */
async function warmUp([newest]: readonly ListQuery[], pool: Pool): Promise<void> {
  if (newest === undefined) return;
  for (let turn = 0; turn < WARM_UP; turn++) await ask(pool, newest.path(turn), []);
}

/** What every request takes, whatever it asks for: much, when others use the machine. */
async function measureFloor(pool: Pool, times: number): Promise<ListFindings["floor"]> {
  const taken: number[] = [];
  for (let turn = 0; turn < times; turn++) await ask(pool, "/healthz", taken);
  return { p50Ms: percentile(taken, 0.5), p99Ms: percentile(taken, 0.99) };
}

async function measureList(
  { name, path, whole }: ListQuery,
  { pool, times }: { pool: Pool; times: number },
): Promise<ListTimes> {
  const first: number[] = [];
  const second: number[] = [];
  let items = 0;
  const endMs = nowMs() + LIST_MS;
  for (let turn = 0; turn < times && (turn < LEAST_TIMES || nowMs() < endMs); turn++) {
    if (whole) {
      await ask(pool, path(turn), first);
      continue;
    }
    const page = await ask(pool, pageOf(path(turn)), first);
    items += page.items.length;
    if (page.next !== null) await ask(pool, pageOf(path(turn), page.next), second);
  }
  return {
    name,
    items: items / first.length,
    p50Ms: percentile(first, 0.5),
    p99Ms: percentile(first, 0.99),
    secondP50Ms: percentile(second, 0.5),
    secondP99Ms: percentile(second, 0.99),
  };
}

interface Answer {
  readonly items: readonly unknown[];
  readonly next: string | null;
}

function pageOf(path: string, cursor?: string): string {
  const paging = new URLSearchParams({ limit: String(PAGE), ...(cursor === undefined ? {} : { cursor }) });
  return `${path}${path.includes("?") ? "&" : "?"}${paging}`;
}

/** Asks for a page, and notes how long it took. */
async function ask(pool: Pool, path: string, times: number[]): Promise<Answer> {
  const askedAtMs = nowMs();
  const { statusCode, body } = await pool.request({ method: "GET", path });
  const text = await body.text();
  times.push(nowMs() - askedAtMs);
  if (statusCode !== 200) throw new Error(`GET ${path} answered ${statusCode}: ${text.slice(0, 500)}`);
  return JSON.parse(text) as Answer;
}
