import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { literal } from "./placeholders.js";

/** When a flow starts, as its file says it. */
export interface ConvertedTrigger {
  readonly events: readonly ("created" | "updated")[];
  readonly changed: readonly string[];
  readonly when: string | null;
  /** Conditions that have no equivalent: the flow never starts until a person has written them. */
  readonly problems: readonly string[];
}

interface Part {
  readonly events?: readonly ("created" | "updated")[];
  readonly changed?: string;
  readonly when?: string;
  readonly problem?: string;
}

const both = ["created", "updated"] as const;

/**
 * Reads the conditions of an observer: `{field: [{o, v}]}`, as an object or as JSON text of one. All of them hold together.
 *
 * @param properties Of the data type, to know numbers from texts: conditions have everything as text.
 */
export function convertTriggers(triggers: JsonObject, properties: JsonObject): ConvertedTrigger {
  const parts = Object.entries(triggers).flatMap(([field, given]) =>
    conditionsOf(given).map((condition) => convertCondition(field, condition, properties[field])),
  );
  const problems = parts.flatMap(({ problem }) => problem ?? []);
  const changed = [...new Set(parts.flatMap((part) => part.changed ?? []))];
  const whens = parts.flatMap((part) => part.when ?? []);
  const limits = parts.flatMap((part) => (part.events === undefined ? [] : [part.events]));
  const events = both.filter((event) => limits.every((limit) => limit.includes(event)));
  if (parts.length === 0) problems.push("it has no condition");
  if (events.length === 0) problems.push("its conditions exclude each other");
  const conditions = problems.length > 0 ? ["false", ...whens] : whens;
  return {
    events: events.length === 0 ? ["created"] : events,
    changed,
    when: conditions.length === 0 ? null : conditions.join(" and "),
    problems,
  };
}

function conditionsOf(given: Json): readonly Json[] {
  if (Array.isArray(given)) return given;
  if (!isJsonObject(given)) return [given];
  return "o" in given || "v" in given ? [given] : Object.values(given);
}

function convertCondition(field: string, condition: Json, property: Json | undefined): Part {
  const { o: operator, v: value } = isJsonObject(condition) ? condition : { o: undefined, v: condition };
  if (field === "created_at" || field === "updated_at") return convertInstant(field, String(operator ?? ""));
  if (field.includes("`")) return { problem: `the field ${field} cannot be named` };
  const isPlain =
    /^[A-Za-z_]\w*$/.test(field) && !["and", "or", "in", "true", "false", "null", "function"].includes(field);
  const path = isPlain ? field : `\`${field}\``;
  const given = typeof operator === "string" ? operator.replace(/^_(?=eq|in|is|like)/, "") : null;
  const convert = comparisons.get(given ?? (Array.isArray(value) ? "in" : "is"));
  if (convert !== undefined && value !== undefined) {
    return convert({ path, values: [value].flat(), of: (one) => writtenValue(one, property) });
  }
  const presence = convertPresence({ field, path, operator: given ?? "" }, value === undefined);
  return presence ?? { problem: `${field} ${JSON.stringify(condition).slice(0, 100)} has no equivalent` };
}

/** Without a value, whether there is something is looked at in new records only, whatever the form said. */
function convertPresence(
  { field, path, operator }: { readonly field: string; readonly path: string; readonly operator: string },
  onlyNew: boolean,
): Part | null {
  const present = `$exists(${path}) and ${path} != null and ${path} != ""`;
  const limit = onlyNew ? { events: ["created"] as const } : {};
  if (operator === "_change") return { changed: field };
  if (operator === "_presence_change") return { changed: field, events: ["updated"] };
  if (operator === "_not_null") return { when: present, ...limit };
  return operator === "_null" ? { when: `$not(${present})`, ...limit } : null;
}

/** Records have no instants of their own here: these two say what happened. */
function convertInstant(field: string, operator: string): Part {
  if (field === "created_at" && ["_not_null", "_change", "_presence_change"].includes(operator))
    return { events: ["created"] };
  if (field === "updated_at" && operator === "_change") return { events: both };
  if (field === "updated_at" && ["_presence_change", "_not_null"].includes(operator)) return { events: ["updated"] };
  return { problem: `${field} with ${operator || "a value"} has no equivalent` };
}

interface Comparison {
  readonly path: string;
  readonly values: readonly Json[];
  readonly of: (value: Json | undefined) => string;
}

const equals = ({ path, values, of }: Comparison): Part => ({ when: `${path} = ${of(values[0])}` });
const texts =
  (write: (path: string, text: string) => string) =>
  ({ path, values }: Comparison): Part => ({ when: write(path, String(values[0] ?? "")) });

const comparisons: ReadonlyMap<string, (comparison: Comparison) => Part> = new Map([
  ["is", equals],
  ["eq", equals],
  ["default", equals],
  ["in", ({ path, values, of }: Comparison): Part => ({ when: `${path} in [${values.map(of).join(", ")}]` })],
  ["like", texts((path, text) => `$contains($string(${path}), ${literal(text)})`)],
  ["starts_with", texts((path, text) => `$substring($string(${path}), 0, ${[...text].length}) = ${literal(text)}`)],
  [
    "ends_with",
    texts((path, text) =>
      text === "" ? "true" : `$substring($string(${path}), -${[...text].length}) = ${literal(text)}`,
    ),
  ],
  ["between", between],
]);

/** The first value is not looked at; an empty end is open. */
function between({ path, values: [, low, high], of }: Comparison): Part {
  const ends = [
    ...(low === undefined || low === null || low === "" ? [] : [`${path} >= ${of(low)}`]),
    ...(high === undefined || high === null || high === "" ? [] : [`${path} <= ${of(high)}`]),
  ];
  return ends.length === 0 ? { problem: "a range without an end has no equivalent" } : { when: ends.join(" and ") };
}

function writtenValue(value: Json | undefined, property: Json | undefined): string {
  const type = isJsonObject(property) ? property.type : undefined;
  const text = String(value ?? "");
  if ((type === "number" || type === "integer") && /^-?\d+(\.\d+)?$/.test(text)) return text;
  if (type === "boolean" && /^(true|false)$/.test(text)) return text;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : literal(text);
}
