import type { Run, RunWait } from "../core/run.js";
import type { Store } from "../core/store.js";
import type { FlowEngine } from "../engine/flow-engine.js";
import type { Simulator } from "../simulator/start-simulator.js";

/** What passes by itself: pauses that Patchbay makes, not those that a flow asks for. */
const brief: readonly RunWait["kind"][] = ["retry", "connection", "turn", "outcome", "items"];

/** So much of that passes in one step of a test, in milliseconds. */
const PATIENCE_MS = 600_000;

/** Rounds in which something moves, past which something goes in circles. */
const MAX_ROUNDS = 2_000;

/** How far time goes at once when nothing is due, in milliseconds: less where schedules or silences are watched. */
const STRIDE_MS = 21_600_000;
const WATCHED_STRIDE_MS = 900_000;
const MAX_STRIDES = 400;

/** What moves when time does. */
export interface Moving {
  readonly clock: { now: number };
  readonly engine: FlowEngine;
  readonly store: Store;
  readonly simulator: Simulator;
  /** Changes whenever something has happened outside the engine. */
  readonly marks: () => number;
  /** Whether a flow is on that the clock itself starts. */
  readonly watched: boolean;
}

/** Lets everything happen that happens by now, and Patchbay's own short pauses pass. */
export async function settle(moving: Moving): Promise<void> {
  const until = moving.clock.now + PATIENCE_MS;
  for (;;) {
    await settleNow(moving);
    const dueAt = await briefPause(moving.store);
    if (dueAt === null || dueAt > until) return;
    moving.clock.now = Math.max(moving.clock.now + 1, dueAt);
  }
}

/** Lets time pass: whatever is due on the way happens at its time. */
export async function advance(moving: Moving, until: number): Promise<void> {
  const { clock, store, simulator, watched } = moving;
  const strideMs = Math.max(watched ? WATCHED_STRIDE_MS : STRIDE_MS, (until - clock.now) / MAX_STRIDES);
  while (clock.now < until) {
    const dueAt = (await store.runs.nextDueAt())?.getTime() ?? until;
    clock.now = Math.min(until, clock.now + strideMs, Math.max(clock.now + 1, dueAt));
    // What was scheduled at the vendor leaves by the same clock.
    simulator.advance(0);
    await settleNow(moving);
  }
  await settle(moving);
}

async function settleNow({ engine, simulator, marks }: Moving): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = marks();
    await simulator.settled();
    const claimed = await engine.tick();
    await simulator.settled();
    await engine.idle();
    if (claimed === 0 && marks() === before && simulator.counts().underway === 0) return;
  }
  throw new Error(`it does not come to rest in ${MAX_ROUNDS} rounds`);
}

async function briefPause(store: Store): Promise<number | null> {
  const { items } = await store.runs.list({ status: "waiting" }, { limit: 200 });
  const due = items.filter(isBrief).map(({ dueAt }) => dueAt?.getTime() ?? Number.POSITIVE_INFINITY);
  return due.length === 0 ? null : Math.min(...due);
}

function isBrief({ wait }: Run): boolean {
  if (wait === null) return true;
  return brief.includes(wait.kind) && !(wait.kind === "connection" && wait.off === true);
}
