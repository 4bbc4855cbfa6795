import type { DataTypeDefinition } from "../core/collection.js";
import { type FlowDefinition, type SaveStep, type Step, stepsInside } from "../core/flow.js";
import { isJsonObject } from "../core/json.js";

/** Flows that start each other. */
export interface FlowCycle {
  /** In the order in which they start each other, beginning with the first by name. */
  readonly flows: readonly string[];
  /** Whether nothing in the definitions can end it, so only the depth limit would. */
  readonly endless: boolean;
  /** Whether one of them starts the next by saving a record. */
  readonly saves: boolean;
}

interface Edge {
  readonly to: string;
  readonly by: "save" | "start";
  readonly certain: boolean;
}

/**
 * Finds flows that start each other: by `start` steps, or by `save` steps whose events start flows.
 *
 * A save may create or update, so an edge leads to every flow on `created` or `updated` of that data type. A cycle is
 * provably endless when every edge on it is certain: the step always happens (no `when`, outside of `choose` and `each`,
 * and nothing before it may end the run), and a save always makes a record that was not there (the data type makes up the
 * key, and the template gives none) whose flow takes every created record (no `when`, no `changed`). A save with a key of
 * its own finds its record again sooner or later, and an unchanged record starts nothing; that is why other cycles are
 * only warned of.
 */
export function findCycles(
  flows: readonly FlowDefinition[],
  dataTypes: ReadonlyMap<string, DataTypeDefinition>,
): FlowCycle[] {
  const edges = new Map(flows.map((flow) => [flow.name, edgesOf(flow, flows, dataTypes)]));
  const cycles: FlowCycle[] = [];
  const seen = new Set<string>();
  for (const name of [...edges.keys()].sort()) {
    for (const certainOnly of [true, false]) {
      const way = wayBack(name, edges, certainOnly);
      if (!way) continue;
      const names = [name, ...way.slice(0, -1).map(({ to }) => to)];
      const id = names.toSorted().join(" ");
      if (seen.has(id)) continue;
      seen.add(id);
      cycles.push({ flows: names, endless: certainOnly, saves: way.some(({ by }) => by === "save") });
    }
  }
  return cycles;
}

function edgesOf(
  flow: FlowDefinition,
  flows: readonly FlowDefinition[],
  dataTypes: ReadonlyMap<string, DataTypeDefinition>,
): Edge[] {
  return reachable(flow.steps, true).flatMap(({ step, always }): Edge[] => {
    if (step.kind === "start") return [{ to: step.flow, by: "start", certain: always }];
    if (step.kind !== "save" || !step.emitEvents) return [];
    const makesNew = always && makesNewRecord(step, dataTypes.get(step.dataType));
    return flows.flatMap(({ name, on }): Edge[] => {
      if (on.kind !== "record" || on.dataType !== step.dataType) return [];
      if (!on.events.includes("created") && !on.events.includes("updated")) return [];
      const takesAll = on.events.includes("created") && on.when === null && on.changed.length === 0;
      return [{ to: name, by: "save", certain: makesNew && takesAll }];
    });
  });
}

interface Reachable {
  readonly step: Step;
  /** Whether every run comes to it and does it. */
  readonly always: boolean;
}

/** Gives the steps that a run can come to, those inside others too: all but those behind a stop that always happens. */
function reachable(steps: readonly Step[], certain: boolean): Reachable[] {
  const found: Reachable[] = [];
  let stillCertain = certain;
  for (const step of steps) {
    found.push({ step, always: stillCertain && step.when === null });
    for (const inside of stepsInside(step)) found.push(...reachable(inside, false));
    if (step.kind === "stop" && step.when === null) break;
    if (mayEndRun(step)) stillCertain = false;
  }
  return found;
}

/** A stop inside `each` ends only the item's own run. */
function mayEndRun(step: Step): boolean {
  if (step.kind === "stop") return true;
  if (step.kind === "wait") return step.cancelIf !== null;
  return step.kind === "choose" && (step.otherwise === null || stepsInside(step).some((list) => list.some(mayEndRun)));
}

function makesNewRecord(step: SaveStep, dataType: DataTypeDefinition | undefined): boolean {
  const key = dataType?.schema["x-key"];
  if (dataType?.schema["x-key-auto"] !== true || !Array.isArray(key)) return false;
  return isJsonObject(step.with) && !Object.hasOwn(step.with, String(key[0]));
}

/** The shortest way from a flow back to itself, or null. */
function wayBack(start: string, edges: ReadonlyMap<string, readonly Edge[]>, certainOnly: boolean): Edge[] | null {
  const queue: Edge[][] = [[]];
  const visited = new Set<string>();
  for (let way = queue.shift(); way; way = queue.shift()) {
    for (const edge of edges.get(way.at(-1)?.to ?? start) ?? []) {
      if (certainOnly && !edge.certain) continue;
      if (edge.to === start) return [...way, edge];
      if (visited.has(edge.to)) continue;
      visited.add(edge.to);
      queue.push([...way, edge]);
    }
  }
  return null;
}
