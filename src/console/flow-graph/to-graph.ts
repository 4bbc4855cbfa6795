import type { EachStep, FlowDefinition, Step } from "../../core/flow.js";

/** What a graph is drawn of: a flow that was read already, or one that is being written. */
export type DrawnFlow = Pick<FlowDefinition, "on" | "steps">;

/** Where a step is in its flow: `["steps", 2, "branches", 0, "steps", 1]`. */
export type StepPath = readonly (string | number)[];

/** Something in the picture. A frame is around the steps that an `each` step does for every item; its header is the step's node. */
export type GraphNode =
  | { readonly kind: "trigger"; readonly id: typeof triggerId }
  | { readonly kind: "step"; readonly id: string; readonly step: Step; readonly path: StepPath }
  | { readonly kind: "frame"; readonly id: string; readonly step: EachStep }
  | { readonly kind: "end"; readonly id: typeof endId };

/** Why a way is taken: always, because a condition holds, because none does, for every item. */
export type EdgeReason =
  | { readonly kind: "next" }
  | { readonly kind: "when"; readonly expression: string; readonly branch: number }
  | { readonly kind: "otherwise" }
  | { readonly kind: "item" };

/** From one node to another. */
export interface GraphEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly reason: EdgeReason;
}

export interface FlowGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Ids of steps have no `@`. */
export const triggerId = "@on";
export const endId = "@end";

/** Gives the id of the frame around the steps of an `each` step. */
export function frameIdOf(eachStepId: string): string {
  return `${eachStepId}@items`;
}

/** Gives the id of the place by which the way of an empty branch goes past the others. */
export function laneIdOf(chooseStepId: string, branch: number | "otherwise"): string {
  return `${chooseStepId}@${branch}`;
}

/** A way that is not at its goal yet. */
interface OpenWay {
  readonly from: string;
  readonly reason: EdgeReason;
}

interface Drawing {
  readonly nodes: GraphNode[];
  readonly edges: GraphEdge[];
}

const next: EdgeReason = { kind: "next" };

/** Gives what there is to draw of a flow, in the order in which it is read: from the trigger, step by step, to the end. */
export function toGraph(flow: DrawnFlow): FlowGraph {
  const drawing: Drawing = { nodes: [{ kind: "trigger", id: triggerId }], edges: [] };
  const open = drawList(drawing, { steps: flow.steps, path: ["steps"] }, [{ from: triggerId, reason: next }]);
  if (open.length > 0) drawing.nodes.push({ kind: "end", id: endId });
  connect(drawing, open, endId);
  return drawing;
}

/** Draws steps that follow each other. @returns The ways that lead out of the last one. */
function drawList(
  drawing: Drawing,
  { steps, path }: { readonly steps: readonly Step[]; readonly path: StepPath },
  entries: readonly OpenWay[],
): readonly OpenWay[] {
  return steps.reduce((open, step, index) => drawStep(drawing, { step, path: [...path, index] }, open), entries);
}

function drawStep(
  drawing: Drawing,
  { step, path }: { readonly step: Step; readonly path: StepPath },
  entries: readonly OpenWay[],
): readonly OpenWay[] {
  const { id } = step;
  drawing.nodes.push({ kind: "step", id, step, path });
  connect(drawing, entries, id);
  if (step.kind === "stop") return step.when === null ? [] : [{ from: id, reason: next }];
  if (step.kind === "each") {
    drawing.nodes.push({ kind: "frame", id: frameIdOf(id), step });
    drawList(drawing, { steps: step.steps, path: [...path, "steps"] }, [{ from: id, reason: { kind: "item" } }]);
    return [{ from: frameIdOf(id), reason: next }];
  }
  if (step.kind !== "choose") return [{ from: id, reason: next }];
  const branches = step.branches.flatMap(({ when, steps }, branch) =>
    drawList(drawing, { steps, path: [...path, "branches", branch, "steps"] }, [
      { from: id, reason: { kind: "when", expression: when, branch } },
    ]),
  );
  if (step.otherwise === null) return branches;
  const otherwise: OpenWay = { from: id, reason: { kind: "otherwise" } };
  return [...branches, ...drawList(drawing, { steps: step.otherwise, path: [...path, "otherwise"] }, [otherwise])];
}

function connect({ edges }: Drawing, open: readonly OpenWay[], to: string): void {
  for (const { from, reason } of open) {
    const branch = reason.kind === "when" ? ` ${reason.branch}` : reason.kind === "otherwise" ? " otherwise" : "";
    edges.push({ id: `${from}${branch} -> ${to}`, from, to, reason });
  }
}
