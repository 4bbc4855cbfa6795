import type { RunView } from "../../api/contract/run.js";
import { allSteps, type ChooseStep, type Step } from "../../core/flow.js";
import { type DrawnFlow, endId, frameIdOf, type GraphEdge, toGraph, triggerId } from "./to-graph.js";

/**
 * What a run has made of a step. `now`: it is there, or rests there; `items`: done for every item, in runs of their own; `ahead`:
 * it has not come so far; `aside`: it has ended without coming there.
 */
export type StepMark = RunView["steps"][number]["outcome"] | "now" | "items" | "ahead" | "aside";

/** A run, on the graph of its flow. */
export interface WalkedRun {
  /** By the step's id. */
  readonly marks: ReadonlyMap<string, StepMark>;
  /** Ids of the edges that it has gone along. */
  readonly taken: ReadonlySet<string>;
}

type WalkingRun = Pick<RunView, "status" | "finishedAt" | "steps" | "parent">;

/** A node that the run has come to, and the branch that it took from there. */
interface Station {
  readonly id: string;
  readonly branch: number | "otherwise" | null;
}

interface Walk {
  readonly run: WalkingRun;
  readonly marks: Map<string, StepMark>;
  readonly stations: Station[];
}

/** Follows a run through its flow. A run of one item goes through the steps of its `each` step only. */
export function walkRun(flow: DrawnFlow, run: WalkingRun): WalkedRun {
  const walk: Walk = { run, marks: new Map(), stations: [] };
  const each = run.parent === null ? null : allSteps(flow.steps).find(({ id }) => id === run.parent?.stepId);
  const steps = each?.kind === "each" ? each.steps : flow.steps;
  walk.stations.push({ id: each?.id ?? triggerId, branch: null });
  markAll(flow.steps, "aside", walk);
  if (each) walk.marks.set(each.id, "items");
  const isThrough = follow(steps, walk);
  if (isThrough && run.status === "succeeded") walk.stations.push({ id: endId, branch: null });
  return { marks: walk.marks, taken: edgesBetween(walk.stations, toGraph(flow).edges) };
}

/** @returns Whether the run has come to the end of these steps. */
function follow(steps: readonly Step[], walk: Walk): boolean {
  for (const [index, step] of steps.entries()) {
    if (pass(step, walk)) continue;
    if (walk.run.finishedAt === null) markAll(steps.slice(index + 1), "ahead", walk);
    return false;
  }
  return true;
}

/** @returns Whether the run has come past this step, and what is inside of it. */
function pass(step: Step, walk: Walk): boolean {
  const { run, marks, stations } = walk;
  const result = run.steps.find(({ id }) => id === step.id);
  if (result === undefined && run.finishedAt !== null) {
    // A step that ends the run leaves no result of its own; any other one without a result was not come to.
    if (step.kind !== "stop" || run.status !== "succeeded") return false;
    marks.set(step.id, "done");
    stations.push({ id: step.id, branch: null });
    return false;
  }
  if (result === undefined) markAll([step], "ahead", walk);
  marks.set(step.id, result?.outcome ?? "now");
  const branch = step.kind === "choose" && result?.outcome === "done" ? branchOf(result.output) : null;
  stations.push({ id: step.id, branch });
  if (step.kind === "each" && result?.outcome !== "skipped") markAll(step.steps, "items", walk);
  if (result === undefined) return false;
  return step.kind !== "choose" || follow(stepsOf(step, branch), walk);
}

function markAll(steps: readonly Step[], mark: StepMark, { marks }: Walk): void {
  for (const { id } of allSteps(steps)) marks.set(id, mark);
}

/** The result of a `choose` step is the branch that it took. */
function branchOf(output: unknown): Station["branch"] {
  const branch = typeof output === "object" && output !== null && "branch" in output ? output.branch : null;
  return typeof branch === "number" ? branch : "otherwise";
}

function stepsOf({ branches, otherwise }: ChooseStep, branch: Station["branch"]): readonly Step[] {
  if (branch === null) return [];
  return (branch === "otherwise" ? otherwise : branches[branch]?.steps) ?? [];
}

function edgesBetween(stations: readonly Station[], edges: readonly GraphEdge[]): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const [index, { id, branch }] of stations.entries()) {
    const to = stations[index + 1]?.id;
    const edge = edges.find(
      (each) => each.to === to && (each.from === id || each.from === frameIdOf(id)) && isOf(each, branch),
    );
    if (edge !== undefined) taken.add(edge.id);
  }
  return taken;
}

function isOf({ reason }: GraphEdge, branch: Station["branch"]): boolean {
  if (reason.kind === "when") return reason.branch === branch;
  return reason.kind !== "otherwise" || branch === "otherwise";
}
