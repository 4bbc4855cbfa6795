import { nowMs } from "./clock.js";
import type { Household } from "./household.js";
import { type FullLoad, type LoadPlan, type PacedOrder, postPaced, startFullLoad } from "./load.js";
import type { OrderBook } from "./order.js";
import { busyMsOfMachine, cpuMsOf } from "./process-readings.js";
import { percentile } from "./samples.js";
import type { Stub } from "./stub.js";
import type { Part, RunningSystem, System } from "./system.js";

const LOOK_EVERY_MS = 50;

/** How one round is done. Times in milliseconds. */
export interface RoundPlan {
  readonly household: Household;
  readonly stub: Stub;
  readonly book: OrderBook;
  readonly connections: number;
  /** Whether texts are reported on: the window then ends when all that it began is. */
  readonly callbacks: boolean;
  readonly restMs: number;
  readonly warmUp: WarmUp;
  readonly windowMs: number;
  readonly pacedMs: number;
  readonly pacedPerSecond: number;
}

/**
 * When full load counts as warm: after this many orders, however fast they go, within these bounds. A process that has
 * done few orders is still compiling itself, and its first thousand orders cost twice what the later ones do.
 */
export interface WarmUp {
  readonly orders: number;
  readonly leastMs: number;
  readonly mostMs: number;
}

/** What one round of one system gave. Units are in the names. */
export interface RoundFigures {
  readonly textsPerSecond: number;
  readonly loadedAckP50Ms: number;
  readonly loadedAckP99Ms: number;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  /** From posting the order until the text reaches the stub, at the steady pace. */
  readonly textP50Ms: number;
  readonly textP99Ms: number;
  /** Of all processes of the system, its database server among them. */
  readonly cpuMsPerOrder: number;
  /** The same for each kind of process. */
  readonly cpuMsByKind: Readonly<Record<string, number>>;
  readonly idleRssMb: number;
  readonly rssMb: number;
  readonly startMs: number;
  /** What neither the system nor the bench used in the window, in hundredths of one processor. */
  readonly otherWorkPercent: number;
  /** From the last acknowledgement under full load until every order had its text. */
  readonly drainMs: number;
}

type LoadedFigures = Pick<
  RoundFigures,
  | "textsPerSecond"
  | "loadedAckP50Ms"
  | "loadedAckP99Ms"
  | "cpuMsPerOrder"
  | "cpuMsByKind"
  | "otherWorkPercent"
  | "drainMs"
>;
type PacedFigures = Pick<RoundFigures, "ackP50Ms" | "ackP99Ms" | "textP50Ms" | "textP99Ms">;

/**
 * Starts a system, loads it fully, then steadily, and stops it.
 * @throws Error when an order is not accepted, or does not end up as exactly one text
 */
export async function measureRound(plan: RoundPlan, system: System): Promise<RoundFigures> {
  const { household, stub, book, restMs } = plan;
  const first = book.next;
  const running = await system.start();
  await household.pause(restMs);
  const idleRssMb = rssMbOf(running.parts);
  const loaded = await measureFullLoad(plan, running);
  const rssMb = rssMbOf(running.parts);
  await household.pause(restMs);
  const paced = await measurePaced(plan, running);
  await running.stop();
  await stub.settle(first, book.next);
  return { ...loaded, ...paced, idleRssMb, rssMb, startMs: running.startMs };
}

async function measureFullLoad(plan: RoundPlan, { parts, target }: RunningSystem): Promise<LoadedFigures> {
  const { household, stub, book } = plan;
  const first = book.next;
  let load = startFullLoad(loadPlan(plan, target));
  await warmUp(plan, load);
  if (plan.callbacks) {
    await load.stop();
    await stub.settle(first, book.next);
    load = startFullLoad(loadPlan(plan, target));
  }
  const before = await readWindow(stub, parts);
  load.openWindow();
  await household.pause(plan.windowMs);
  const times = load.closeWindow();
  const atEnd = await readWindow(stub, parts);
  await load.stop();
  const stoppedAtMs = nowMs();
  await stub.settle(first, book.next);
  const drainMs = nowMs() - stoppedAtMs;
  // Reports lag behind: their part of the work is done only when the last of them is taken.
  const after = plan.callbacks ? await readWindow(stub, parts) : atEnd;
  return { ...loadedFigures({ before, after, times }, parts), drainMs };
}

interface LoadedWindow {
  readonly before: WindowReading;
  readonly after: WindowReading;
  /** Of the acknowledgements meanwhile. */
  readonly times: readonly number[];
}

function loadedFigures({ before, after, times }: LoadedWindow, parts: readonly Part[]): Omit<LoadedFigures, "drainMs"> {
  const texts = after.texts - before.texts;
  const windowMs = after.atMs - before.atMs;
  return {
    textsPerSecond: (texts * 1000) / windowMs,
    loadedAckP50Ms: percentile(times, 0.5),
    loadedAckP99Ms: percentile(times, 0.99),
    cpuMsPerOrder: (sumOf(after.cpuMs) - sumOf(before.cpuMs)) / texts,
    cpuMsByKind: cpuMsByKind(parts, (part) => ((after.cpuMs[part] ?? 0) - (before.cpuMs[part] ?? 0)) / texts),
    otherWorkPercent: (Math.max(0, after.othersMs - before.othersMs) * 100) / windowMs,
  };
}

interface WindowReading {
  readonly texts: number;
  readonly atMs: number;
  /** Processor time of each part of the system. */
  readonly cpuMs: readonly number[];
  /** Processor time of everybody but the system and the bench. */
  readonly othersMs: number;
}

async function readWindow(stub: Stub, parts: readonly Part[]): Promise<WindowReading> {
  const { texts, atMs } = await stub.count();
  const cpuMs = parts.map((part) => part.cpuMs());
  const othersMs = busyMsOfMachine() - sumOf(cpuMs) - cpuMsOf(stub.pid) - cpuMsOf(process.pid);
  return { texts, atMs, cpuMs, othersMs };
}

function cpuMsByKind(parts: readonly Part[], perOrder: (part: number) => number): Record<string, number> {
  const figures: Record<string, number> = {};
  for (const [part, { kind }] of parts.entries()) figures[kind] = (figures[kind] ?? 0) + perOrder(part);
  return figures;
}

function rssMbOf(parts: readonly Part[]): number {
  return sumOf(parts.map((part) => part.rssMb()));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Waits until a system under full load is warm. */
export async function warmUp(
  { household, warmUp: { orders, leastMs, mostMs } }: Pick<RoundPlan, "household" | "warmUp">,
  load: FullLoad,
): Promise<void> {
  const startedAtMs = nowMs();
  await household.pause(leastMs);
  while (load.acknowledged < orders && nowMs() - startedAtMs < mostMs) await household.pause(LOOK_EVERY_MS);
}

async function measurePaced(plan: RoundPlan, { target }: RunningSystem): Promise<PacedFigures> {
  const { household, stub, book } = plan;
  const first = book.next;
  const orders = await postPaced(loadPlan(plan, target), plan.pacedPerSecond, plan.pacedMs);
  household.signal.throwIfAborted();
  await stub.settle(first, book.next);
  const acknowledged = orders.map(({ sentAtMs, acknowledgedAtMs }) => acknowledgedAtMs - sentAtMs);
  const texted = textTimes(orders, await stub.arrivals(first, book.next), first);
  return {
    ackP50Ms: percentile(acknowledged, 0.5),
    ackP99Ms: percentile(acknowledged, 0.99),
    textP50Ms: percentile(texted, 0.5),
    textP99Ms: percentile(texted, 0.99),
  };
}

function textTimes(orders: readonly PacedOrder[], arrivals: readonly (number | null)[], first: number): number[] {
  return orders.map(({ number, sentAtMs }) => (arrivals[number - first] ?? Number.NaN) - sentAtMs);
}

function loadPlan({ household, book, connections }: RoundPlan, target: LoadPlan["target"]): LoadPlan {
  return { target, book, connections, signal: household.signal, fail: (error) => household.fail(error) };
}
