import type { EachStep, Step } from "../../core/flow.js";
import { stepsInside } from "../../core/flow.js";
import { type DrawnFlow, endId, frameIdOf, laneIdOf, triggerId } from "./to-graph.js";

/** Where a node is, in pixels; x and y are its upper left corner. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Sizes of nodes and what is between them, in pixels. */
export const sizes = {
  step: { width: 230, height: 68 },
  end: { width: 76, height: 30 },
  /** Between what follows each other. */
  down: 44,
  /** Where ways part or meet again: their conditions stand there. */
  parting: 72,
  /** Between what is beside each other. */
  across: 36,
  /** Inside a frame. */
  frame: 18,
} as const;

/** Something with its own coordinates: its axis is where ways come in and go out. */
interface Block {
  readonly width: number;
  readonly height: number;
  /** From its left side. */
  readonly axis: number;
  readonly places: ReadonlyMap<string, Place>;
}

/**
 * Gives each node of a flow's graph its place: steps below each other on one axis, branches beside each other below their
 * `choose` step (an empty one has a place for its way alone), the steps of an `each` step inside a frame. A flow is a tree, so nothing crosses, and the same flow always looks
 * the same.
 */
export function layOut(flow: DrawnFlow): ReadonlyMap<string, Place> {
  const trigger = boxOf(triggerId, sizes.step);
  const end = boxOf(endId, sizes.end);
  const meets = flow.steps.at(-1)?.kind === "choose" ? sizes.parting : sizes.down;
  return stack([trigger, listOf(flow.steps), end], [sizes.down, meets]).places;
}

function listOf(steps: readonly Step[]): Block {
  const gaps = steps.map(({ kind }) => (kind === "choose" ? sizes.parting : sizes.down));
  return stack(steps.map(blockOf), gaps);
}

function blockOf(step: Step): Block {
  const box = boxOf(step.id, sizes.step);
  if (step.kind === "each") return framed(step, stack([box, listOf(step.steps)], [sizes.down]));
  if (step.kind !== "choose") return box;
  const branches = stepsInside(step).map((steps, branch) =>
    steps.length > 0 ? listOf(steps) : lane(laneIdOf(step.id, branch < step.branches.length ? branch : "otherwise")),
  );
  return stack([box, beside(branches)], [sizes.parting]);
}

function boxOf(id: string, { width, height }: Pick<Place, "width" | "height">): Block {
  return { width, height, axis: width / 2, places: new Map([[id, { x: 0, y: 0, width, height }]]) };
}

/** Room for a way that leads past others: where it goes down is its middle. */
function lane(id: string): Block {
  return boxOf(id, { width: sizes.step.width / 2, height: 0 });
}

/** Puts blocks below each other, axis on axis; empty ones take no room. */
function stack(blocks: readonly Block[], gaps: readonly number[]): Block {
  const axis = Math.max(0, ...blocks.map((block) => block.axis));
  const right = Math.max(0, ...blocks.map((block) => block.width - block.axis));
  const places = new Map<string, Place>();
  let y = 0;
  let gap = 0;
  for (const [index, block] of blocks.entries()) {
    if (block.places.size === 0) continue;
    y += gap;
    move(block, { x: axis - block.axis, y }, places);
    y += block.height;
    gap = gaps[index] ?? sizes.down;
  }
  return { width: axis + right, height: y, axis, places };
}

function beside(blocks: readonly Block[]): Block {
  const places = new Map<string, Place>();
  let x = 0;
  for (const block of blocks) {
    move(block, { x, y: 0 }, places);
    x += block.width + sizes.across;
  }
  const width = Math.max(0, x - sizes.across);
  return { width, height: Math.max(0, ...blocks.map(({ height }) => height)), axis: width / 2, places };
}

function framed({ id }: EachStep, inside: Block): Block {
  const width = inside.width + 2 * sizes.frame;
  const height = inside.height + 2 * sizes.frame;
  // Before what is in it: what comes first is drawn below.
  const places = new Map<string, Place>([[frameIdOf(id), { x: 0, y: 0, width, height }]]);
  move(inside, { x: sizes.frame, y: sizes.frame }, places);
  return { width, height, axis: inside.axis + sizes.frame, places };
}

function move(block: Block, { x, y }: { readonly x: number; readonly y: number }, into: Map<string, Place>): void {
  for (const [id, place] of block.places) into.set(id, { ...place, x: place.x + x, y: place.y + y });
}
