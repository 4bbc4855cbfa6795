import type { ConnectionDefinition } from "../../core/collection.js";
import type { JsonObject } from "../../core/json.js";
import { settingValue } from "./flow-words.js";

/** Gives the hosts that a connection's settings name, as addresses or as `host`; those in secrets are not said. */
export function hostsOf({ settings }: ConnectionDefinition, parameters: JsonObject): readonly string[] {
  return Object.entries(settings).flatMap(([name, template]) => {
    const value = settingValue(template, parameters);
    if (name === "allowedHosts" && Array.isArray(value)) return value.map(String);
    if (typeof value !== "string") return [];
    if (/^(smtp)?host(name)?$/i.test(name)) return [value];
    return /^(https?|smtps?):\/\//.test(value) && URL.canParse(value) ? [new URL(value).host] : [];
  });
}
