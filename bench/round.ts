import { nowMs } from "./clock.js";
import type { Household } from "./household.js";
import { type LoadPlan, type PacedOrder, postPaced, startFullLoad } from "./load.js";
import type { OrderBook } from "./order.js";
import { cpuMsOf, rssMbOf } from "./process-readings.js";
import { percentile } from "./samples.js";
import type { Stub } from "./stub.js";
import type { RunningSystem, System } from "./system.js";

/** How one round is done. Times in milliseconds. */
export interface RoundPlan {
  readonly household: Household;
  readonly stub: Stub;
  readonly book: OrderBook;
  readonly connections: number;
  readonly restMs: number;
  readonly warmUpMs: number;
  readonly windowMs: number;
  readonly pacedMs: number;
  readonly pacedPerSecond: number;
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
  readonly cpuMsPerOrder: number;
  readonly idleRssMb: number;
  readonly rssMb: number;
  readonly startMs: number;
  /** From the last acknowledgement under full load until every order had its text. */
  readonly drainMs: number;
}

type LoadedFigures = Pick<
  RoundFigures,
  "textsPerSecond" | "loadedAckP50Ms" | "loadedAckP99Ms" | "cpuMsPerOrder" | "drainMs"
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
  const idleRssMb = rssMbOf(running.child.pid);
  const loaded = await measureFullLoad(plan, running);
  const rssMb = rssMbOf(running.child.pid);
  await household.pause(restMs);
  const paced = await measurePaced(plan, running);
  await running.stop();
  await stub.settle(first, book.next);
  return { ...loaded, ...paced, idleRssMb, rssMb, startMs: running.startMs };
}

async function measureFullLoad(plan: RoundPlan, { child, target }: RunningSystem): Promise<LoadedFigures> {
  const { household, stub, book } = plan;
  const first = book.next;
  const load = startFullLoad(loadPlan(plan, target));
  await household.pause(plan.warmUpMs);
  const [before, cpuMsBefore] = [await stub.count(), cpuMsOf(child.pid)];
  load.openWindow();
  await household.pause(plan.windowMs);
  const times = load.closeWindow();
  const [after, cpuMsAfter] = [await stub.count(), cpuMsOf(child.pid)];
  await load.stop();
  const stoppedAtMs = nowMs();
  await stub.settle(first, book.next);
  const texts = after.texts - before.texts;
  return {
    textsPerSecond: (texts * 1000) / (after.atMs - before.atMs),
    loadedAckP50Ms: percentile(times, 0.5),
    loadedAckP99Ms: percentile(times, 0.99),
    cpuMsPerOrder: (cpuMsAfter - cpuMsBefore) / texts,
    drainMs: nowMs() - stoppedAtMs,
  };
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
