import { rounded, spreadOf } from "../samples.js";
import type { StorageName } from "../storage.js";
import { tableOf } from "../table.js";

/** One of the parts that the time was divided into. */
export interface SoakSlice {
  /** The most that there was. */
  readonly rssMb: number;
  readonly walMb: number;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  /** How late the server's event loop was. */
  readonly loopP99Ms: number;
  /** At the end of the slice: runs that nobody had taken yet. */
  readonly runsDue: number;
  /** At the end of the slice: acknowledged orders whose text had not come yet. */
  readonly textsMissing: number;
  /** At the end of the slice: reports that the server had not taken yet. */
  readonly reportsPending: number;
}

/** What a soak found. */
export interface SoakFindings {
  readonly store: StorageName;
  readonly callbacks: boolean;
  readonly minutes: number;
  /** At full load, before. */
  readonly highestPerSecond: number;
  /** Pace of the soak. */
  readonly perSecond: number;
  readonly slices: readonly SoakSlice[];
  readonly runsDueAfter: number;
}

const MOST_LOOP_MS = 20;
/** More than this from the first half to the second is a drift. */
const MOST_GROWTH = 1.1;
const MOST_SLOWER = 1.5;

/** The findings as a table for people. */
export function renderSoak(findings: SoakFindings): string {
  const { store, callbacks, minutes, perSecond, highestPerSecond, slices, runsDueAfter } = findings;
  const rows = slices.map((slice, index) => [
    `${index + 1}`,
    slice.rssMb.toFixed(0),
    slice.walMb.toFixed(1),
    slice.ackP50Ms.toFixed(1),
    slice.ackP99Ms.toFixed(1),
    slice.loopP99Ms.toFixed(1),
    ...[slice.runsDue, slice.textsMissing, slice.reportsPending].map(String),
  ]);
  const drift = driftOf(slices);
  const loop = Math.max(...slices.map(({ loopP99Ms }) => loopP99Ms));
  const goal = (met: boolean, text: string): string => `${met ? "met   " : "missed"}  ${text}`;
  return [
    `${minutes} minutes at ${perSecond} orders a second, of ${highestPerSecond.toFixed(0)} at most, on ${store}, ` +
      `the vendor's reports ${callbacks ? "on" : "off"}; each order became exactly one text`,
    "",
    ...tableOf(
      ["part", "memory MB", "log MB", "ack p50 ms", "ack p99", "loop p99", "runs due", "no text yet", "reports open"],
      rows,
    ),
    "",
    goal(loop < MOST_LOOP_MS, `event loop at most ${loop.toFixed(1)} ms late, p99 (less than ${MOST_LOOP_MS})`),
    goal(runsDueAfter === 0, `${runsDueAfter} runs waited at the end (none)`),
    goal(drift.memory <= MOST_GROWTH, `memory ${times(drift.memory)} from the first half to the second`),
    goal(drift.wal <= MOST_GROWTH, `write-ahead log ${times(drift.wal)}`),
    goal(drift.ack <= MOST_SLOWER, `acknowledgements, p50, ${times(drift.ack)}`),
    "",
  ].join("\n");
}

/** The findings for programs. */
export function soakToJson({ slices, ...facts }: SoakFindings): Record<string, unknown> {
  const most = (field: keyof SoakSlice, digits: number): number | null =>
    rounded(Math.max(...slices.map((slice) => slice[field])), digits);
  const drift = driftOf(slices);
  return {
    ...facts,
    highestPerSecond: rounded(facts.highestPerSecond, 0),
    rssMb: most("rssMb", 0),
    walMb: most("walMb", 1),
    loopP99Ms: most("loopP99Ms", 1),
    ackP99Ms: most("ackP99Ms", 1),
    memoryDrift: rounded(drift.memory, 2),
    walDrift: rounded(drift.wal, 2),
    ackDrift: rounded(drift.ack, 2),
  };
}

/** How many times as much there was in the second half as in the first: the most of sizes, the median of times. */
export function driftOf(slices: readonly SoakSlice[]): { memory: number; wal: number; ack: number } {
  const middle = Math.ceil(slices.length / 2);
  const [early, late] = [slices.slice(0, middle), slices.slice(middle)];
  const growth = (field: keyof SoakSlice): number => {
    const before = Math.max(...early.map((slice) => slice[field]));
    return before === 0 ? 1 : Math.max(...late.map((slice) => slice[field])) / before;
  };
  const medianOf = (some: readonly SoakSlice[]): number => spreadOf(some.map(({ ackP50Ms }) => ackP50Ms)).median;
  return { memory: growth("rssMb"), wal: growth("walMb"), ack: medianOf(late) / medianOf(early) };
}

function times(factor: number): string {
  return `${factor.toFixed(2)} times`;
}
