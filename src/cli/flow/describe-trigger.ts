import type { JsonObject } from "../../core/json.js";

/** Writes a flow's trigger in words: `ecommerce/Order created`. */
export function describeTrigger(trigger: JsonObject): string {
  const condition = typeof trigger.when === "string" ? " when …" : "";
  if (trigger.kind === "message") return `message ${listOf(trigger.statuses)}${condition}`;
  return `${String(trigger.dataType)} ${listOf(trigger.events)}${condition}`;
}

function listOf(words: unknown): string {
  return Array.isArray(words) ? words.join(" or ") : "";
}
