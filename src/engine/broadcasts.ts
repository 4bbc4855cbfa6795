import type { Audience, Broadcast, BroadcastState } from "../core/broadcast.js";
import { PatchbayError } from "../core/errors.js";
import { topics } from "../core/topic.js";
import { truthOf } from "../translation/chain-task.js";
import type { BroadcastOrder } from "./broadcast-order.js";
import { commitPlan } from "./commit.js";
import { requireFlow } from "./known.js";
import type { Planning } from "./planning.js";
import { previewBroadcast } from "./preview-broadcast.js";

/** Keeps a draft. @throws FLOW_UNKNOWN, DATA_TYPE_UNKNOWN, REQUEST_INVALID */
export async function createBroadcast(order: BroadcastOrder, planning: Planning): Promise<Broadcast> {
  const { parts } = planning;
  requireFlow(order.flow, planning);
  checkAudience(order.audience, planning);
  const at = new Date(parts.now());
  const broadcast: Broadcast = {
    id: parts.newId("bct"),
    ...order,
    flowHash: null,
    state: "draft",
    revision: 1,
    cursor: null,
    walked: false,
    examined: 0,
    started: 0,
    excluded: {},
    createdAt: at,
    startedAt: null,
    updatedAt: at,
    finishedAt: null,
    estimate: null,
  };
  await parts.store.commit([{ kind: "broadcast-created", broadcast }]);
  return broadcast;
}

function checkAudience({ dataType, where, when }: Audience, { catalog, parts }: Planning): void {
  const type = catalog.dataType(dataType);
  if (type === null) throw new PatchbayError("DATA_TYPE_UNKNOWN", `There is no data type ${dataType.slice(0, 200)}`);
  const unknown = Object.keys(where).find((field) => !type.indexed.includes(field));
  if (unknown !== undefined) {
    const known = type.indexed.length === 0 ? "this data type has none" : `those are ${type.indexed.join(", ")}`;
    throw new PatchbayError(
      "REQUEST_INVALID",
      `audience.where: ${unknown.slice(0, 64)} is not an indexed field of ${dataType}; ${known}. Any other condition goes into audience.when`,
    );
  }
  const [problem] = when === null ? [] : parts.translation.check(truthOf(when).slice(1));
  if (problem !== undefined)
    throw new PatchbayError("REQUEST_INVALID", `audience.when ${problem.path}: ${problem.message}`);
}

/** @throws BROADCAST_UNKNOWN */
export async function requireBroadcast(id: string, { parts }: Planning): Promise<Broadcast> {
  const broadcast = await parts.store.broadcasts.get(id);
  if (broadcast !== null) return broadcast;
  throw new PatchbayError("BROADCAST_UNKNOWN", `There is no broadcast ${id.slice(0, 100)}`);
}

/**
 * Starts a draft that was previewed; the clock carries it on, with the version of the flow that was previewed.
 *
 * @param confirm What the preview gave: it names the flow's version, the audience and the numbers that somebody has seen.
 * @throws BROADCAST_UNKNOWN, BROADCAST_STATE, BROADCAST_CHANGED
 */
export async function startBroadcast(id: string, confirm: string, planning: Planning): Promise<Broadcast> {
  const { parts } = planning;
  const draft = await requireBroadcast(id, planning);
  requireState(draft, ["draft"], "started");
  const version = requireFlow(draft.flow, planning);
  const preview = await previewBroadcast(draft, planning);
  if (preview.confirm !== confirm) {
    const sendable = `${preview.more ? "at least " : ""}${preview.recipients}`;
    throw new PatchbayError("BROADCAST_CHANGED", `It was not this that was confirmed: ${sendable} would get it now`);
  }
  const at = new Date(parts.now());
  const estimate = preview.estimate.prices.map(({ recipients, ...price }) => ({ ...price, of: recipients }));
  const running = { state: "running", flowHash: version.hash, estimate, startedAt: at } as const;
  const started = { ...next(draft, at), ...running };
  await parts.store.commit([
    { kind: "flow-version-kept", version },
    { kind: "broadcast-moved", broadcast: started },
  ]);
  return started;
}

/** Starts nobody more, and keeps back who was started and has not been called. */
export function pauseBroadcast(id: string, planning: Planning): Promise<Broadcast> {
  return moveBroadcast(id, { from: ["running"], to: "paused", done: "paused" }, planning);
}

/** Goes on behind the last recipient that was started. */
export function resumeBroadcast(id: string, planning: Planning): Promise<Broadcast> {
  return moveBroadcast(id, { from: ["paused"], to: "running", done: "resumed" }, planning);
}

/** Ends it for good: who was started and has not been called gets nothing. */
export function stopBroadcast(id: string, planning: Planning): Promise<Broadcast> {
  return moveBroadcast(id, { from: ["draft", "running", "paused"], to: "stopped", done: "stopped" }, planning);
}

interface Move {
  readonly from: readonly BroadcastState[];
  readonly to: BroadcastState;
  readonly done: string;
}

/** How often a move is tried while the broadcast moves on. */
const MAX_MOVES = 20;

/** One that is there already is left as it is. @throws BROADCAST_UNKNOWN, BROADCAST_STATE, BROADCAST_MOVED */
async function moveBroadcast(id: string, { from, to, done }: Move, planning: Planning): Promise<Broadcast> {
  for (let tries = 1; ; tries++) {
    const broadcast = await requireBroadcast(id, planning);
    if (broadcast.state === to) return broadcast;
    requireState(broadcast, from, done);
    const at = new Date(planning.parts.now());
    // What was never started is over at once; else the clock first ends what is under way.
    const finishedAt = to === "stopped" && broadcast.state === "draft" ? at : null;
    const moved: Broadcast = { ...next(broadcast, at), state: to, finishedAt };
    try {
      await commitPlan(planning, async (draft) => {
        draft.changes.push({ kind: "broadcast-moved", broadcast: moved });
        if (to === "running") draft.wakes.add(topics.broadcast(id));
      });
      return moved;
    } catch (error) {
      if (!hasMoved(error) || tries >= MAX_MOVES) throw error;
    }
  }
}

/** @throws BROADCAST_STATE unless it is in one of these */
export function requireState({ id, state }: Broadcast, states: readonly BroadcastState[], done: string): void {
  if (states.includes(state)) return;
  throw new PatchbayError("BROADCAST_STATE", `The broadcast ${id} cannot be ${done}: it is ${state}`);
}

/** Gives a broadcast as its next change begins. */
export function next(broadcast: Broadcast, updatedAt: Date): Broadcast {
  return { ...broadcast, revision: broadcast.revision + 1, updatedAt };
}

/** Whether another process has carried the broadcast on, or a person has moved it. */
export function hasMoved(error: unknown): boolean {
  return error instanceof PatchbayError && ["BROADCAST_MOVED", "EVENT_DUPLICATED"].includes(error.code);
}
