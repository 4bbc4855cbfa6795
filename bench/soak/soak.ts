import { statSync } from "node:fs";
import { embeddedPath } from "../../src/store/open-store.js";
import type { Household } from "../household.js";
import { postPaced } from "../load.js";
import type { Options } from "../options.js";
import type { RunningPatchbay } from "../patchbay-system.js";
import { percentile } from "../samples.js";
import { delayPercentile, readServerMetrics } from "../server-metrics.js";
import { loadPlanOf, measureWindow, rssMbOf } from "../window.js";
import { openPatchbay, openWorkplace, type Report, type Workplace, warmUpOf } from "../workplace.js";
import { renderSoak, type SoakFindings, type SoakSlice, soakToJson } from "./soak-report.js";

/** Of the highest rate. */
const SHARE = 0.8;
/** The time is divided into so many slices; what drifts differs from slice to slice. */
const SLICES = 10;
const LOOK_EVERY_MS = 250;
const REST_MS = 2_000;

/** Finds the highest rate, then keeps the server at four fifths of it, or at the rate that was asked for, and watches whether anything drifts. */
export async function runSoak(options: Options, household: Household): Promise<Report> {
  const place = await openWorkplace(options, household);
  const patchbay = await openPatchbay(options, place);
  const running = await patchbay.start();
  const { connections, minutes, store, callbacks } = options;
  const window = { connections, warmUp: warmUpOf(options), windowMs: options.seconds * 1_000 };
  const { takenPerSecond, settledPerSecond } = await measureWindow(place, running, window);
  // Reports lag behind texts at full load: what can be kept up is what was done when all of them were taken.
  const highestPerSecond = callbacks ? settledPerSecond : takenPerSecond;
  const perSecond = options.rate ?? Math.max(1, Math.round(highestPerSecond * SHARE));
  process.stderr.write(
    `highest rate ${highestPerSecond.toFixed(0)} a second; ${minutes} minutes at ${perSecond} follow\n`,
  );
  await household.pause(REST_MS);
  const slices: SoakSlice[] = [];
  const sliceMs = (minutes * 60_000) / SLICES;
  for (let slice = 1; slice <= SLICES; slice++) {
    slices.push(await measureSlice(place, running, { perSecond, connections, sliceMs }));
    process.stderr.write(`${slice} of ${SLICES} parts are over\n`);
  }
  await place.stub.settle(0, place.book.next);
  const { runsDue } = await readServerMetrics(running.origin);
  await running.stop();
  const findings: SoakFindings = {
    ...{ store, callbacks, minutes, highestPerSecond, perSecond, slices },
    runsDueAfter: runsDue,
  };
  return { table: renderSoak(findings), json: soakToJson(findings) };
}

interface SlicePlan {
  readonly perSecond: number;
  readonly connections: number;
  readonly sliceMs: number;
}

async function measureSlice(
  place: Workplace,
  running: RunningPatchbay,
  { perSecond, connections, sliceMs }: SlicePlan,
): Promise<SoakSlice> {
  const { stub, book } = place;
  const first = book.next;
  const before = await readServerMetrics(running.origin);
  const watched = watchSizes(running);
  const orders = await postPaced(loadPlanOf(place, running, connections), perSecond, sliceMs);
  const sizes = watched.end();
  const after = await readServerMetrics(running.origin);
  const { missing, reports } = await stub.account(first, book.next);
  const acknowledged = orders.map(({ sentAtMs, acknowledgedAtMs }) => acknowledgedAtMs - sentAtMs);
  return {
    ...sizes,
    ackP50Ms: percentile(acknowledged, 0.5),
    ackP99Ms: percentile(acknowledged, 0.99),
    loopP99Ms: delayPercentile(before.loopDelay, after.loopDelay, 0.99),
    runsDue: after.runsDue,
    textsMissing: missing,
    reportsPending: reports.pending,
  };
}

/** Looks at memory and write-ahead log four times a second until asked what was the most. */
function watchSizes(running: RunningPatchbay): { end(): Pick<SoakSlice, "rssMb" | "walMb"> } {
  let rssMb = 0;
  let walMb = 0;
  const look = (): void => {
    rssMb = Math.max(rssMb, rssMbOf(running));
    walMb = Math.max(walMb, walMbOf(running));
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    end: () => {
      clearInterval(timer);
      look();
      return { rssMb, walMb };
    },
  };
}

/** 0 where the database is a server's. */
function walMbOf({ databaseUrl }: RunningPatchbay): number {
  const path = embeddedPath(databaseUrl);
  return path === null ? 0 : (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) / 1_048_576;
}
