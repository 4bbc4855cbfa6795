import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Household } from "../household.js";
import { askLists, copiesFor, fillStore } from "../lists.js";
import type { Options } from "../options.js";
import { installPatchbay, type RunningPatchbay, startPatchbay } from "../patchbay-system.js";
import { measureWindow, type WindowFigures } from "../window.js";
import { openWorkplace, patchbayPlan, type Report, type Workplace, warmUpOf } from "../workplace.js";
import { growthPlot } from "./growth-plot.js";
import { type GrowthFindings, growthSeries, growthToJson, renderGrowth, type SizeFigures } from "./growth-report.js";

/** A server on a store of one size. */
interface SizedServer {
  readonly orders: number;
  readonly copies: number;
  readonly running: RunningPatchbay;
  readonly windows: WindowFigures[];
}

/** Measures the same work on larger and larger stores, and draws what came of it. */
export async function runGrowth(options: Options, household: Household): Promise<Report> {
  const place = await openWorkplace(options, household);
  await installPatchbay(patchbayPlan(options, place));
  const servers: SizedServer[] = [];
  for (const orders of options.sizes) servers.push(await startOn(orders, options, place));
  await measureRates(options, place, servers);
  const sizes = await measureLists(options, household, servers);
  for (const { running } of servers) await running.stop();
  await place.stub.settle(0, place.book.next);
  const findings: GrowthFindings = { store: options.store, sizes };
  const plot = join(options.out, "growth.svg");
  await writeFile(
    plot,
    growthPlot(
      sizes.map(({ orders }) => orders),
      growthSeries(findings),
    ),
  );
  return { table: renderGrowth(findings, plot), json: growthToJson(findings) };
}

async function startOn(orders: number, options: Options, place: Workplace): Promise<SizedServer> {
  const copies = copiesFor(orders);
  const copy = await place.storage.copy();
  process.stderr.write(`filling a store with ${orders} orders\n`);
  await fillStore(copy.url, copies);
  return { orders, copies, running: await startPatchbay(patchbayPlan(options, place), copy), windows: [] };
}

/** Windows of all sizes in turn: a machine that grows slower or faster meanwhile favours none. */
async function measureRates(options: Options, place: Workplace, servers: readonly SizedServer[]): Promise<void> {
  const { connections, seconds, rounds } = options;
  for (let round = 0; round < rounds; round++) {
    for (const { running, windows } of round % 2 === 0 ? servers : [...servers].reverse()) {
      const again = { orders: 500, leastMs: 500, mostMs: 3_000 };
      const warmUp = round === 0 ? warmUpOf(options) : again;
      windows.push(await measureWindow(place, running, { connections, warmUp, windowMs: seconds * 1_000 }));
    }
  }
}

/** Lists of all sizes in turn, too, there and back: of each list the faster turn counts, which the machine disturbed less. */
async function measureLists(
  { quick }: Options,
  household: Household,
  servers: readonly SizedServer[],
): Promise<readonly SizeFigures[]> {
  const asked = new Map(servers.map((server) => [server, [] as SizeFigures[]]));
  for (const server of [...servers, ...[...servers].reverse()]) {
    const { running, copies, orders, windows } = server;
    const { floor, lists } = await askLists(running.origin, { household, copies, times: quick ? 10 : 30 });
    asked.get(server)?.push({ orders, windows, floor, lists });
  }
  return [...asked.values()].map((turns) => turns.reduce(fasterOf));
}

function fasterOf(one: SizeFigures, other: SizeFigures): SizeFigures {
  const faster = <T extends { readonly p50Ms: number }>(first: T, second: T | undefined): T =>
    second !== undefined && second.p50Ms < first.p50Ms ? second : first;
  const lists = one.lists.map((list, at) => faster(list, other.lists[at]));
  return { ...one, floor: faster(one.floor, other.floor), lists };
}
