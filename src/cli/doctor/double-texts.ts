import type { FlowView } from "../../api/contract/definitions.js";
import type { JsonObject } from "../../core/json.js";

/** Flows that each text for the same event. */
export interface DoubleText {
  readonly dataType: string;
  /** `created`, `updated` or `deleted`. */
  readonly event: string;
  readonly flows: readonly string[];
}

/**
 * Finds events for which more than one active flow without a condition sends a message, itself or through a record
 * that it saves. Flows with a condition are taken to exclude each other.
 */
export function doubleTexts(flows: readonly FlowView[]): readonly DoubleText[] {
  const active = flows.filter((flow) => flow.active && flow.on.kind === "record");
  const senders = active.filter((flow) => flow.on.when === null && sends(flow, active, new Set()));
  const groups = new Map<string, { dataType: string; event: string; flows: string[] }>();
  for (const { name, on } of senders) {
    for (const event of textsOf(on.events)) {
      const dataType = String(on.dataType);
      const group = groups.get(`${dataType} ${event}`) ?? { dataType, event, flows: [] };
      group.flows.push(name);
      groups.set(`${dataType} ${event}`, group);
    }
  }
  return [...groups.values()].filter((group) => group.flows.length > 1);
}

function sends(flow: FlowView, active: readonly FlowView[], seen: Set<string>): boolean {
  if (seen.has(flow.name)) return false;
  seen.add(flow.name);
  return flow.steps.some((step) => {
    if (step.kind === "call") return String(step.endpoint).endsWith("/send-message");
    if (step.kind !== "save" || step.emitEvents === false) return false;
    return active.some((next) => startsOnNew(next.on, step.dataType) && sends(next, active, seen));
  });
}

function startsOnNew(trigger: JsonObject, dataType: unknown): boolean {
  return trigger.dataType === dataType && textsOf(trigger.events).includes("created");
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
