import type { JsonObject } from "../../core/json.js";

/** Writes a flow's trigger in words: `ecommerce/Order created`, `no ecommerce/Order for 30m`. */
export function describeTrigger(trigger: JsonObject): string {
  const condition = typeof trigger.when === "string" ? " when …" : "";
  switch (trigger.kind) {
    case "message":
      return `message ${listOf(trigger.statuses)}${condition}`;
    case "received":
      return `message received${trigger.connection === null ? "" : ` by ${String(trigger.connection)}`}${condition}`;
    case "webhook":
      return `${listOf(trigger.topics) || "anything"} by ${String(trigger.connection)}${condition}`;
    case "notification":
      return `notification ${listOf(trigger.levels)}${condition}${trigger.per === "notification" ? ", every one" : ""}`;
    case "schedule":
      return `schedule ${String(trigger.cron)} in ${String(trigger.timeZone)}`;
    case "silence":
      return `no ${String(trigger.dataType)} for ${describeDuration(Number(trigger.forMs))}`;
    case "manual":
      return "only when somebody starts it";
    default:
      return `${String(trigger.dataType)} ${listOf(trigger.events)}${condition}`;
  }
}

const units: readonly (readonly [name: string, ms: number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
];

/** As a flow's file has it, in the largest unit that leaves no rest: `90s`, `30m`. */
function describeDuration(ms: number): string {
  const [name, unitMs] = units.find(([, one]) => ms % one === 0) ?? ["ms", 1];
  return `${ms / unitMs}${name}`;
}

function listOf(words: unknown): string {
  return Array.isArray(words) ? words.join(" or ") : "";
}
