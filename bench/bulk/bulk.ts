import { nowMs } from "../clock.js";
import type { Household } from "../household.js";
import { type MemoryCourse, watchMemory } from "../memory-watch.js";
import type { Options } from "../options.js";
import type { RunningPatchbay } from "../patchbay-system.js";
import { cpuMsOf, measureWindow, rssMbOf } from "../window.js";
import { openPatchbay, openWorkplace, type Report, type Workplace, warmUpOf } from "../workplace.js";
import { type BulkFigures, type BulkFindings, bulkToJson, renderBulk } from "./bulk-report.js";
import { postLines, requireAllCreated } from "./order-stream.js";

/** A vendor that is slow to answer, and part of the lines that are posted meanwhile. */
const SLOW_VENDOR_MS = 200;
const SLOW_PART = 5;
/** A caller that does not read has filled what lies between once nothing was written for so long. */
const STILL_MS = 1_500;
const LOOK_EVERY_MS = 100;
const STALL_MS = 120_000;

/** Measures many orders in one request against one request for each, in one process, one after the other. */
export async function runBulk(options: Options, household: Household): Promise<Report> {
  const place = await openWorkplace(options, household);
  const patchbay = await openPatchbay(options, place);
  const running = await patchbay.start();
  await household.pause(1_000);
  const idleMb = rssMbOf(running);
  const single = await measureSingle(options, place, running);
  const bulk = await measureOneRequest(options.lines, place, running);
  const slowLines = Math.ceil(options.lines / SLOW_PART);
  const slowVendor = await withSlowVendor(slowLines, place, running);
  const unread = await measureUnread(slowLines, place, running);
  await running.stop();
  await place.stub.settle(0, place.book.next);
  const { store, lines } = options;
  const findings: BulkFindings = { store, lines, slowLines, idleMb, single, bulk, slowVendor, unread };
  return { table: renderBulk(findings), json: bulkToJson(findings) };
}

/** One request for each order, from as many connections as ever. */
async function measureSingle(options: Options, place: Workplace, running: RunningPatchbay): Promise<BulkFigures> {
  const memory = watchMemory(running.parts);
  const { connections, seconds } = options;
  const plan = { connections, warmUp: warmUpOf(options), windowMs: seconds * 1_000 };
  return { ...(await measureWindow(place, running, plan)), memory: memory.end() };
}

/** All orders in one request, until the last of them has its text. */
async function measureOneRequest(lines: number, place: Workplace, running: RunningPatchbay): Promise<BulkFigures> {
  const { household, stub, book } = place;
  const first = book.next;
  const memory = watchMemory(running.parts);
  const cpuMs = cpuMsOf(running);
  const startedAtMs = nowMs();
  const posted = postLines(running.target, book, { lines, streamed: false });
  await household.within(
    STALL_MS + lines * 10,
    posted.answer.then((answer) => requireAllCreated(answer, lines)),
    "The bulk",
  );
  const takenMs = nowMs() - startedAtMs;
  await stub.settle(first, book.next);
  const textedMs = nowMs() - startedAtMs;
  return {
    takenPerSecond: (lines * 1_000) / takenMs,
    textsPerSecond: (lines * 1_000) / textedMs,
    cpuMsPerOrder: (cpuMsOf(running) - cpuMs) / lines,
    memory: memory.end(),
  };
}

async function withSlowVendor(lines: number, place: Workplace, running: RunningPatchbay): Promise<BulkFigures> {
  await place.stub.delay(SLOW_VENDOR_MS);
  try {
    return await measureOneRequest(lines, place, running);
  } finally {
    await place.stub.delay(0);
  }
}

/** A caller that wants each line answered and reads none: the server must stop taking lines. Then it reads all. */
async function measureUnread(
  lines: number,
  { household, stub, book }: Workplace,
  { target, parts }: RunningPatchbay,
): Promise<{ readonly written: number; readonly memory: MemoryCourse }> {
  const first = book.next;
  const memory = watchMemory(parts);
  const posted = postLines(target, book, { lines, streamed: true });
  const answer = await household.within(STALL_MS, posted.answer, "The beginning of the answer");
  let written = -1;
  for (let stillMs = 0; stillMs < STILL_MS && posted.written < lines; stillMs += LOOK_EVERY_MS) {
    if (posted.written !== written) stillMs = 0;
    ({ written } = posted);
    await household.pause(LOOK_EVERY_MS);
  }
  await household.within(STALL_MS, requireAllCreated(answer, lines), "Reading the answer");
  await stub.settle(first, book.next);
  return { written, memory: memory.end() };
}
