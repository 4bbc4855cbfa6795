import { nowMs } from "./clock.js";
import { type LoadPlan, startFullLoad } from "./load.js";
import type { RunningPatchbay } from "./patchbay-system.js";
import { type WarmUp, warmUp } from "./round.js";
import type { Workplace } from "./workplace.js";

/** What a window at full load gave. */
export interface WindowFigures {
  /** Orders acknowledged, so durable. */
  readonly takenPerSecond: number;
  readonly textsPerSecond: number;
  readonly cpuMsPerOrder: number;
  /** From the first order of the warm-up until the last one had its text and all reports were taken. */
  readonly settledPerSecond: number;
  readonly texts: number;
  /** Of the monotonic clock. */
  readonly beganAtMs: number;
  readonly endedAtMs: number;
}

/** How a window is measured. */
export interface WindowPlan {
  readonly connections: number;
  readonly warmUp: WarmUp;
  readonly windowMs: number;
  /** Whether the window opens when nothing is open, and closes when every text that it began has been reported on. */
  readonly settled?: boolean;
  /** Called when the window opens and when it closes. */
  readonly atEdge?: () => void;
}

/** Where orders are posted, and what a failure is told to. */
export function loadPlanOf({ household, book }: Workplace, { target }: RunningPatchbay, connections: number): LoadPlan {
  return { target, book, connections, signal: household.signal, fail: (error) => household.fail(error) };
}

/** Loads a running Patchbay fully, counts over a window once it is warm, and waits until every order has its text. */
export async function measureWindow(
  place: Workplace,
  running: RunningPatchbay,
  { connections, windowMs, settled = false, atEdge = () => {}, ...plan }: WindowPlan,
): Promise<WindowFigures> {
  const { household, stub, book } = place;
  const first = book.next;
  const startedAtMs = nowMs();
  let load = startFullLoad(loadPlanOf(place, running, connections));
  const settle = async (): Promise<void> => {
    await load.stop();
    await stub.settle(first, book.next);
  };
  await warmUp({ household, warmUp: plan.warmUp }, load);
  if (settled) {
    await settle();
    load = startFullLoad(loadPlanOf(place, running, connections));
  }
  const [cpuMs, taken, before] = [cpuMsOf(running), load.acknowledged, await stub.count()];
  atEdge();
  await household.pause(windowMs);
  if (settled) await settle();
  const after = await stub.count();
  atEdge();
  const seconds = (after.atMs - before.atMs) / 1_000;
  const texts = after.texts - before.texts;
  const figures = {
    takenPerSecond: (load.acknowledged - taken) / seconds,
    textsPerSecond: texts / seconds,
    cpuMsPerOrder: (cpuMsOf(running) - cpuMs) / texts,
    texts,
    beganAtMs: before.atMs,
    endedAtMs: after.atMs,
  };
  if (!settled) await settle();
  return { ...figures, settledPerSecond: ((book.next - first) * 1_000) / (nowMs() - startedAtMs) };
}

/** Processor time that all processes of a system have used. */
export function cpuMsOf({ parts }: Pick<RunningPatchbay, "parts">): number {
  return parts.reduce((sum, part) => sum + part.cpuMs(), 0);
}

/** Memory of all processes of a system. */
export function rssMbOf({ parts }: Pick<RunningPatchbay, "parts">): number {
  return parts.reduce((sum, part) => sum + part.rssMb(), 0);
}
