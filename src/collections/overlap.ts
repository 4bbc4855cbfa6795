import type { FlowDefinition, RecordTrigger } from "../core/flow.js";

/** Two flows that may text one customer twice for one event. */
export interface Overlap {
  /** Names, in alphabetical order. */
  readonly flows: readonly [string, string];
  readonly dataType: string;
}

/**
 * Finds pairs among active flows that start on the same event of the same data type and both lead to a message: by
 * a `call` of a `send-message` endpoint, or by saving a record whose events start a flow that does.
 */
export function findOverlaps(active: readonly FlowDefinition[]): Overlap[] {
  const texting = active.flatMap((flow) =>
    flow.on.kind === "record" && leadsToMessage(flow, active, new Set()) ? [{ name: flow.name, on: flow.on }] : [],
  );
  return texting.flatMap((one, index) =>
    texting.slice(index + 1).flatMap((other): Overlap[] => {
      if (!mayMeet(one.on, other.on)) return [];
      const [first, second] = [one.name, other.name].sort();
      return first && second ? [{ flows: [first, second], dataType: one.on.dataType }] : [];
    }),
  );
}

function leadsToMessage(flow: FlowDefinition, active: readonly FlowDefinition[], seen: ReadonlySet<string>): boolean {
  if (seen.has(flow.name)) return false;
  return flow.steps.some((step) => {
    if (step.kind === "call") return step.endpoint.endsWith("/send-message");
    if (step.kind !== "save" || !step.emitEvents) return false;
    const started = active.filter(
      ({ on }) =>
        on.kind === "record" &&
        on.dataType === step.dataType &&
        (on.events.includes("created") || on.events.includes("updated")),
    );
    return started.some((next) => leadsToMessage(next, active, new Set([...seen, flow.name])));
  });
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
