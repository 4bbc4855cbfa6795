import type { DataTypeDefinition } from "../core/collection.js";
import type { FlowDefinition, SaveStep, Step } from "../core/flow.js";
import { isJsonObject } from "../core/json.js";

/** Flows that start each other. */
export interface FlowCycle {
  /** In the order in which they start each other, beginning with the first by name. */
  readonly flows: readonly string[];
  /** Whether nothing in the definitions can end it, so only the depth limit would. */
  readonly endless: boolean;
}

interface Edge {
  readonly to: string;
  readonly certain: boolean;
}

/**
 * Finds flows that start each other through `save` steps whose events start flows.
 *
 * A save may create or update, so an edge leads to every flow on `created` or `updated` of that data type. A cycle is
 * provably endless when every edge on it is certain: the save always happens (no `when`, and nothing before it may stop
 * the run), it always makes a record that was not there (the data type makes up the key, and the template gives none),
 * and the flow it starts takes every created record (no `when`, no `changed`). A save with a key of its own finds
 * its record again sooner or later, and an unchanged record starts nothing; that is why other cycles are only warned of.
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
      const path = pathBack(name, edges, certainOnly);
      const id = path?.toSorted().join(" ");
      if (!path || id === undefined || seen.has(id)) continue;
      seen.add(id);
      cycles.push({ flows: path, endless: certainOnly });
    }
  }
  return cycles;
}

function edgesOf(
  flow: FlowDefinition,
  flows: readonly FlowDefinition[],
  dataTypes: ReadonlyMap<string, DataTypeDefinition>,
): Edge[] {
  return flow.steps.flatMap((step, index) => {
    if (step.kind !== "save" || !step.emitEvents) return [];
    const before = flow.steps.slice(0, index);
    if (before.some((earlier) => earlier.kind === "stop" && earlier.when === null)) return [];
    const always = happensAlways(step, before) && makesNewRecord(step, dataTypes.get(step.dataType));
    return flows.flatMap(({ name, on }) => {
      if (on.kind !== "record" || on.dataType !== step.dataType) return [];
      if (!on.events.includes("created") && !on.events.includes("updated")) return [];
      const takesAll = on.events.includes("created") && on.when === null && on.changed.length === 0;
      return [{ to: name, certain: always && takesAll }];
    });
  });
}

function happensAlways(step: SaveStep, before: readonly Step[]): boolean {
  return step.when === null && before.every((earlier) => earlier.kind !== "stop");
}

function makesNewRecord(step: SaveStep, dataType: DataTypeDefinition | undefined): boolean {
  const key = dataType?.schema["x-key"];
  if (dataType?.schema["x-key-auto"] !== true || !Array.isArray(key)) return false;
  return isJsonObject(step.with) && !Object.hasOwn(step.with, String(key[0]));
}

/** The shortest way from a flow back to itself, or null. */
function pathBack(start: string, edges: ReadonlyMap<string, readonly Edge[]>, certainOnly: boolean): string[] | null {
  const queue: string[][] = [[start]];
  const visited = new Set<string>();
  for (let path = queue.shift(); path; path = queue.shift()) {
    for (const { to, certain } of edges.get(path.at(-1) ?? "") ?? []) {
      if (certainOnly && !certain) continue;
      if (to === start) return path;
      if (visited.has(to)) continue;
      visited.add(to);
      queue.push([...path, to]);
    }
  }
  return null;
}
