import type { Catalog } from "../core/catalog.js";
import { allSteps, type FlowDefinition, type RecordTrigger, type Step } from "../core/flow.js";

/** Two flows that may text one customer twice for one event. */
export interface Overlap {
  /** Names, in alphabetical order. */
  readonly flows: readonly [string, string];
  readonly dataType: string;
}

/**
 * Finds pairs among active flows that start on the same event of the same data type and both lead to a message: by
 * a `call` of a `send-message` endpoint, by saving a record whose events start a flow that does, or by starting one.
 *
 * @param all Also the flows that are switched off: a `start` step starts those, too.
 */
export function findOverlaps(active: readonly FlowDefinition[], all: readonly FlowDefinition[]): Overlap[] {
  const flows = { active, all };
  const texting = active.flatMap((flow) =>
    flow.on.kind === "record" && leadsToMessage(flow, flows, new Set()) ? [{ name: flow.name, on: flow.on }] : [],
  );
  return texting.flatMap((one, index) =>
    texting.slice(index + 1).flatMap((other): Overlap[] => {
      if (!mayMeet(one.on, other.on)) return [];
      const [first, second] = [one.name, other.name].sort();
      return first && second ? [{ flows: [first, second], dataType: one.on.dataType }] : [];
    }),
  );
}

/** Says which pairs of flows that are on may text one customer twice, and did not before. */
export function newOverlaps(before: Catalog, after: Catalog): readonly string[] {
  const reported = new Set(overlapsOf(before).map(describeOverlap));
  return overlapsOf(after)
    .map(describeOverlap)
    .filter((warning) => !reported.has(warning));
}

function overlapsOf(catalog: Catalog): Overlap[] {
  const active = catalog.flows().filter((flow) => flow.active);
  return findOverlaps(
    active.map(({ version }) => version.flow),
    catalog.flows().map(({ version }) => version.flow),
  );
}

function describeOverlap({ flows, dataType }: Overlap): string {
  const [first, second] = flows;
  return `${first} and ${second} both text the customer for the same ${dataType}: switch one of them off, or give them conditions that exclude each other`;
}

interface Flows {
  readonly active: readonly FlowDefinition[];
  readonly all: readonly FlowDefinition[];
}

function leadsToMessage(flow: FlowDefinition, flows: Flows, seen: ReadonlySet<string>): boolean {
  if (seen.has(flow.name)) return false;
  return allSteps(flow.steps).some((step) => {
    if (step.kind === "call") return step.endpoint.endsWith("/send-message");
    return startedBy(step, flows).some((next) => leadsToMessage(next, flows, new Set([...seen, flow.name])));
  });
}

function startedBy(step: Step, { active, all }: Flows): readonly FlowDefinition[] {
  if (step.kind === "start") return all.filter(({ name }) => name === step.flow);
  if (step.kind !== "save" || !step.emitEvents) return [];
  return active.filter(
    ({ on }) =>
      on.kind === "record" &&
      on.dataType === step.dataType &&
      (on.events.includes("created") || on.events.includes("updated")),
  );
}

function mayMeet(one: RecordTrigger, other: RecordTrigger): boolean {
  if (one.dataType !== other.dataType) return false;
  if (!one.events.some((event) => other.events.includes(event))) return false;
  const [a, b] = [statedValues(one.when), statedValues(other.when)];
  if (!a || !b || a.field !== b.field) return true;
  return a.values.some((value) => b.values.includes(value));
}

/** Reads `field = "a"` and `field in ["a", "b"]`, the conditions of which two can be told apart; null for any other. */
function statedValues(when: string | null): { field: string; values: readonly string[] } | null {
  const match = /^\s*([\w.]+)\s+?(?:=|in)\s*(\[[^[\]]*\]|"[^"]*")\s*$/.exec(when ?? "");
  if (!match?.[1] || !match[2]) return null;
  const values = [...match[2].matchAll(/"([^"\\]*)"/g)].map((value) => value[1] ?? "");
  const rest = match[2].replace(/"[^"\\]*"/g, "").replace(/[[\],\s]/g, "");
  return rest === "" && values.length > 0 ? { field: match[1], values } : null;
}
