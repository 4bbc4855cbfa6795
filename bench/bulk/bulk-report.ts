import type { MemoryCourse } from "../memory-watch.js";
import { rounded } from "../samples.js";
import type { StorageName } from "../storage.js";
import { tableOf } from "../table.js";

/** How fast orders were taken, and what each cost. */
export interface BulkFigures {
  /** Acknowledged, so durable. */
  readonly takenPerSecond: number;
  /** In one request: over the whole time until the last order had its text. */
  readonly textsPerSecond: number;
  readonly cpuMsPerOrder: number;
  readonly memory: MemoryCourse;
}

/** What a run of the bulk found. */
export interface BulkFindings {
  readonly store: StorageName;
  readonly lines: number;
  /** Lines of the two requests that are slow for a reason. */
  readonly slowLines: number;
  /** Right after the start, before there was any load. */
  readonly idleMb: number;
  readonly single: BulkFigures;
  readonly bulk: BulkFigures;
  readonly slowVendor: BulkFigures;
  /** A caller that did not read the answers: lines that left it until it began to. */
  readonly unread: { readonly written: number; readonly memory: MemoryCourse };
}

const MOST_ABOVE_IDLE_MB = 120;
const LEAST_TIMES = 2;

/** The findings as a table for people. */
export function renderBulk(findings: BulkFindings): string {
  const { store, lines, slowLines, idleMb, single, bulk, slowVendor, unread } = findings;
  const times = bulk.takenPerSecond / single.takenPerSecond;
  const aboveMb = bulk.memory.highestMb - idleMb;
  const goal = (met: boolean, text: string): string => `${met ? "met   " : "missed"}  ${text}`;
  return [
    `${lines} orders in one request on ${store}; each became exactly one text`,
    "",
    ...tableOf(
      ["", "taken /s", "texts /s", "CPU ms/order", "memory MB", "first half", "second half"],
      [
        ["nothing", "", "", "", idleMb.toFixed(0), "", ""],
        ["one request each", ...rates(single), ...course(single.memory)],
        ["one request", ...rates(bulk), ...course(bulk.memory)],
        [`the same, ${slowLines}, a slow vendor`, ...rates(slowVendor), ...course(slowVendor.memory)],
        [`the same, ${slowLines}, a caller that does not read`, "", "", "", ...course(unread.memory)],
      ],
    ),
    "",
    goal(times >= LEAST_TIMES, `taken ${times.toFixed(2)} times as fast as one by one (${LEAST_TIMES} at least)`),
    goal(aboveMb < MOST_ABOVE_IDLE_MB, `${aboveMb.toFixed(0)} MB above idle (less than ${MOST_ABOVE_IDLE_MB})`),
    goal(unread.written < slowLines, `${unread.written} of ${slowLines} lines left a caller that did not read`),
    "",
  ].join("\n");
}

/** The findings for programs. */
export function bulkToJson({ single, bulk, slowVendor, unread, ...facts }: BulkFindings): Record<string, unknown> {
  return {
    ...facts,
    idleMb: rounded(facts.idleMb, 0),
    singlePerSecond: rounded(single.takenPerSecond, 0),
    takenPerSecond: rounded(bulk.takenPerSecond, 0),
    textsPerSecond: rounded(bulk.textsPerSecond, 0),
    times: rounded(bulk.takenPerSecond / single.takenPerSecond, 2),
    singleCpuMsPerOrder: rounded(single.cpuMsPerOrder, 3),
    cpuMsPerOrder: rounded(bulk.cpuMsPerOrder, 3),
    aboveIdleMb: rounded(bulk.memory.highestMb - facts.idleMb, 0),
    growthMb: rounded(bulk.memory.secondHalfMb - bulk.memory.firstHalfMb, 0),
    slowVendorMb: rounded(slowVendor.memory.highestMb, 0),
    unreadMb: rounded(unread.memory.highestMb, 0),
    unreadLines: unread.written,
  };
}

function rates({ takenPerSecond, textsPerSecond, cpuMsPerOrder }: BulkFigures): readonly string[] {
  return [takenPerSecond.toFixed(0), textsPerSecond.toFixed(0), cpuMsPerOrder.toFixed(3)];
}

function course({ highestMb, firstHalfMb, secondHalfMb }: MemoryCourse): readonly string[] {
  return [highestMb, firstHalfMb, secondHalfMb].map((mb) => mb.toFixed(0));
}
