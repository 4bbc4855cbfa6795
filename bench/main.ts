import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { bareSystem } from "./bare-system.js";
import { Household } from "./household.js";
import { type ListFindings, listsToJson, renderLists } from "./list-report.js";
import { measureLists } from "./lists.js";
import { type Options, parseOptions, usage } from "./options.js";
import { openOrderBook } from "./order.js";
import { measureHelp } from "./patchbay-process.js";
import { installPatchbay, preparePatchbay } from "./patchbay-system.js";
import { startPostgresStorage } from "./postgres-storage.js";
import { type Findings, renderTable, toJson } from "./report.js";
import { measureRound, type RoundFigures, type RoundPlan } from "./round.js";
import { type Storage, type StorageName, sqliteStorage } from "./storage.js";
import { startStub } from "./stub.js";
import type { System } from "./system.js";

/** Of a quick run, from the start of the process (the zero of performance.now()); a server has to be made first. */
const QUICK_MS: Readonly<Record<StorageName, number>> = { sqlite: 44_000, postgres: 58_000 };
const SERVER_MS = 30_000;
const PACED_PER_SECOND = 50;
/** Other work that changes the rates, in hundredths of one processor. */
const BUSY_PERCENT = 15;
const TMPFS = 0x01021994;

/** Runs everything and gives what was found. */
async function runBench(options: Options, household: Household): Promise<Findings> {
  const { store, workers } = options;
  const book = openOrderBook();
  const storage = await openStorage(store, household);
  const stub = await startStub(household);
  const plan: RoundPlan = { household, stub, book, connections: options.connections, ...times(options) };
  const patchbay = measured(await preparePatchbay({ household, stubPort: stub.port, book, storage, workers }));
  const bare = measured(bareSystem(household, stub.port, book));
  const helpMs: number[] = [];
  for (let round = 1, longestMs = 0; round <= options.rounds; round++) {
    if (options.quick && performance.now() + longestMs > QUICK_MS[store]) break;
    const startedAtMs = performance.now();
    helpMs.push(await measureHelp(household));
    // Who goes first changes, so that a machine that grows slower or faster meanwhile favours nobody.
    for (const { system, rounds } of round % 2 === 1 ? [patchbay, bare] : [bare, patchbay]) {
      rounds.push(await measureRound(plan, system));
    }
    longestMs = Math.max(longestMs, performance.now() - startedAtMs);
    process.stderr.write(`round ${round} of ${options.rounds} took ${Math.round(longestMs / 1000)} s\n`);
  }
  await stub.settle(0, book.next);
  return { store, workers, patchbay, bare, helpMs, remarks: remarks(options, bare.rounds) };
}

/** A server ends with this process, and its folder goes with it. */
async function openStorage(name: StorageName, household: Household): Promise<Storage> {
  if (name === "sqlite") return sqliteStorage(household);
  return household.within(SERVER_MS, startPostgresStorage(), "Starting a PostgreSQL server");
}

function measured(system: System): { system: System; name: string; rounds: RoundFigures[] } {
  return { system, name: system.name, rounds: [] };
}

type Times = Pick<RoundPlan, "restMs" | "warmUp" | "windowMs" | "pacedMs" | "pacedPerSecond">;

function times({ quick, seconds }: Options): Times {
  return {
    restMs: quick ? 300 : 1_000,
    warmUp: quick
      ? { orders: 3_000, leastMs: 1_000, mostMs: 5_000 }
      : { orders: 6_000, leastMs: 3_000, mostMs: 15_000 },
    windowMs: seconds * 1_000,
    pacedMs: quick ? 2_000 : 8_000,
    pacedPerSecond: PACED_PER_SECOND,
  };
}

function remarks(options: Options, bareRounds: readonly RoundFigures[]): string[] {
  const rounds = bareRounds.length;
  const found = [`${rounds} ${rounds === 1 ? "round" : "rounds"}; every accepted order became exactly one text.`];
  if (rounds < options.rounds) found.push(`There was no time for ${options.rounds} rounds in a quick run.`);
  if (bareRounds.some(({ otherWorkPercent }) => otherWorkPercent > BUSY_PERCENT)) {
    found.push("The machine was busy with other work: rates and their ratio say little. Run it again when it is idle.");
  }
  if (statfsSync(tmpdir()).type === TMPFS) {
    found.push(`${tmpdir()} is memory: durability cost nothing here. Set TMPDIR to a folder on a disk.`);
  }
  return found;
}

/** Port that takes nothing: nobody is texted while lists are measured. */
const DISCARD_PORT = 9;

async function runLists({ store, rows, quick }: Options, household: Household): Promise<ListFindings> {
  const storage = await openStorage(store, household);
  await installPatchbay({ household, storage, stubPort: DISCARD_PORT });
  return measureLists({ household, storage, stubPort: DISCARD_PORT, rows, times: quick ? 30 : 200 });
}

/** Measures what was asked for. @returns The findings as a table, and for programs */
async function measure(
  options: Options,
  household: Household,
): Promise<{ table: string; json: Record<string, unknown> }> {
  if (options.lists) {
    const findings = await runLists(options, household);
    return { table: renderLists(findings), json: listsToJson(findings) };
  }
  const findings = await runBench(options, household);
  return { table: renderTable(findings), json: toJson(findings) };
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return void process.stdout.write(usage);
  const household = new Household();
  household.guardProcess();
  const quickOver = new Error("A quick run did not end in time: this machine is too busy to measure anything.");
  const limit = options.quick
    ? setTimeout(() => household.fail(quickOver).catch(() => {}), QUICK_MS[options.store] - performance.now())
    : undefined;
  try {
    const { table, json } = await measure(options, household);
    process.stdout.write(table);
    if (options.json) process.stdout.write(`${JSON.stringify(json)}\n`);
  } finally {
    clearTimeout(limit);
    household.clear();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
