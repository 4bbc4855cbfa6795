import { Pool } from "undici";
import { packagePath } from "../src/config/package-root.js";
import { embeddedPath, openStore } from "../src/store/open-store.js";
import { type OpenBulkDatabase, openPostgresBulk, openSqliteBulk } from "./bulk-databases.js";
import { nowMs } from "./clock.js";
import { fillWithCopies } from "./fill.js";
import { commitSeeds, seeded } from "./fill-seeds.js";
import type { Household } from "./household.js";
import { type ListQuery, listQueries } from "./list-queries.js";
import type { ListFindings, ListTimes } from "./list-report.js";
import { launchPatchbay, untilReady } from "./patchbay-process.js";
import { percentile } from "./samples.js";
import type { Storage } from "./storage.js";

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

/** Fills a store and measures how long its lists take, from the request to the last byte of the answer. */
export async function measureLists(plan: ListPlan): Promise<ListFindings> {
  const { household, storage, rows } = plan;
  const copies = Math.max(0, Math.ceil(rows / seeded.orders) - 1);
  const startedAtMs = nowMs();
  await fill(storage.preparedUrl, copies);
  const fillSeconds = (nowMs() - startedAtMs) / 1_000;
  const served = { household, stubPort: plan.stubPort, databaseUrl: storage.preparedUrl, role: "all" } as const;
  const { child, origin } = await launchPatchbay(served);
  await untilReady(household, origin);
  const pool = new Pool(origin, { connections: 1 });
  try {
    const queries = listQueries(copies);
    await warmUp(queries, pool);
    const floor = await measureFloor(pool, plan.times);
    const lists: ListTimes[] = [];
    for (const query of queries) {
      household.signal.throwIfAborted();
      lists.push(await measureList(query, { pool, times: plan.times }));
    }
    return { store: storage.name, rows: (copies + 1) * seeded.orders, times: plan.times, fillSeconds, floor, lists };
  } finally {
    await pool.close();
    await child.stop();
  }
}

async function fill(databaseUrl: string, copies: number): Promise<void> {
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
