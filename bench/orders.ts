import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { bareSystem } from "./bare-system.js";
import type { Household } from "./household.js";
import type { Options } from "./options.js";
import { measureHelp } from "./patchbay-process.js";
import { type Findings, renderTable, toJson } from "./report.js";
import { measureRound, type RoundFigures, type RoundPlan } from "./round.js";
import type { System } from "./system.js";
import { openPatchbay, openWorkplace, type Report, warmUpOf } from "./workplace.js";

const PACED_PER_SECOND = 50;
/** Other work that changes the rates, in hundredths of one processor. */
const BUSY_PERCENT = 15;
const TMPFS = 0x01021994;

/** Measures orders against the bare loop, round by round. @param quickMs When a quick run has to have ended. */
export async function runOrders(options: Options, household: Household, quickMs: number): Promise<Report> {
  const findings = await measureOrders(options, household, quickMs);
  return { table: renderTable(findings), json: toJson(findings) };
}

async function measureOrders(options: Options, household: Household, quickMs: number): Promise<Findings> {
  const { store, workers, callbacks } = options;
  const place = await openWorkplace(options, household);
  const { stub, book } = place;
  const { connections } = options;
  const plan: RoundPlan = { household, stub, book, connections, callbacks, ...times(options) };
  const patchbay = measured(await openPatchbay(options, place));
  const bare = measured(bareSystem(place, callbacks));
  const helpMs: number[] = [];
  for (let round = 1, longestMs = 0; round <= options.rounds; round++) {
    if (options.quick && performance.now() + longestMs > quickMs) break;
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
  return { store, workers, callbacks, patchbay, bare, helpMs, remarks: remarks(options, bare.rounds) };
}

function measured(system: System): { system: System; name: string; rounds: RoundFigures[] } {
  return { system, name: system.name, rounds: [] };
}

type Times = Pick<RoundPlan, "restMs" | "warmUp" | "windowMs" | "pacedMs" | "pacedPerSecond">;

function times(options: Options): Times {
  return {
    restMs: options.quick ? 300 : 1_000,
    warmUp: warmUpOf(options),
    windowMs: options.seconds * 1_000,
    pacedMs: options.quick ? 2_000 : 8_000,
    pacedPerSecond: PACED_PER_SECOND,
  };
}

function remarks(options: Options, bareRounds: readonly RoundFigures[]): string[] {
  const rounds = bareRounds.length;
  const found = [`${rounds} ${rounds === 1 ? "round" : "rounds"}; every accepted order became exactly one text.`];
  if (options.callbacks)
    found.push("Each text was reported as sent and as delivered; the bare loop reads that and no more.");
  if (rounds < options.rounds) found.push(`There was no time for ${options.rounds} rounds in a quick run.`);
  if (bareRounds.some(({ otherWorkPercent }) => otherWorkPercent > BUSY_PERCENT)) {
    found.push("The machine was busy with other work: rates and their ratio say little. Run it again when it is idle.");
  }
  if (statfsSync(tmpdir()).type === TMPFS) {
    found.push(`${tmpdir()} is memory: durability cost nothing here. Set TMPDIR to a folder on a disk.`);
  }
  return found;
}
