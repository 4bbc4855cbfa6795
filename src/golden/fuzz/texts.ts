import { compilePattern } from "../../collections/schema-compiler.js";
import type { JsonSchema } from "../../core/json.js";
import type { Random } from "./random.js";

const byFormat: Readonly<Record<string, readonly string[]>> = {
  "date-time": ["2026-01-05T17:00:00Z", "2025-12-31T23:59:59.999+02:00"],
  date: ["2026-01-05"],
  time: ["17:00:00Z"],
  email: ["jane@example.com"],
  uri: ["https://example.com/a?b=c"],
  "uri-reference": ["/a?b=c"],
  hostname: ["example.com"],
  ipv4: ["192.0.2.1"],
  uuid: ["5f0c954e-3b1a-4c9e-9d0a-2f6f0a4f7f10"],
  duration: ["PT1H"],
};

/** What people are reached by. One that is none is refused with its reason, which collections test for themselves. */
const contacts: readonly (readonly [RegExp, readonly string[]])[] = [
  [/phone|mobile/i, ["+12135550142", "(213) 555-0142"]],
  [/e_?mail/i, ["jane@example.com"]],
];

/** What members of such a name have, as a rule. */
const byName: readonly (readonly [RegExp, readonly string[]])[] = [
  ...contacts,
  [/^(from|sender)$/i, ["+15005550006"]],
  [/country/i, ["US"]],
  [/currency/i, ["USD"]],
  [/(^|_)(url|link|image|src)$/i, ["https://example.com/a.jpg"]],
  [/zip|postal/i, ["90210"]],
  [/first_?name/i, ["Jane"]],
  [/last_?name/i, ["Smith"]],
  [/status|state/i, ["new"]],
];

/** Numbers and instants that are written as text. One that is none says something about the sender, not about the flow. */
const exact: readonly (readonly [RegExp, readonly string[]])[] = [
  [/(price|total|amount|subtotal|tax|discount|cost)$/i, ["19.99"]],
  [/(_at|_on|_gmt|date)$/i, ["2026-01-05T17:00:00Z"]],
];

/** What comes in real life, sooner or later. */
const strangeTexts = ["", " ", 'O\'Neill & "Søns" <b>', "日本語 😀", "=1+1", "x".repeat(300), "a\nb", "null"];

/** What a pattern may want, for patterns that say no example. */
const guesses = ["a", "A", "AB", "US", "USD", "a1", "1", "12", "1234", "12:30", "#ffffff", "+12135550142", "1.0.0"];

/** Gives a text that a schema allows, as far as that can be found out. */
export function textFor(
  schema: JsonSchema,
  name: string,
  { strange, random }: { readonly strange: boolean; readonly random: Random },
): string {
  const usual = usualTexts(schema, name);
  const isExact = [...contacts, ...exact].some(([member]) => member.test(name));
  const mayBeStrange = strange && !isExact && schema.format === undefined && schema.pattern === undefined;
  const choices = (mayBeStrange ? [...usual, ...strangeTexts] : usual).filter((text) => isAllowed(text, schema));
  const chosen = strange ? choices[Math.floor(random() * choices.length)] : choices[0];
  return chosen ?? filled(usual[0] ?? "a", schema);
}

function usualTexts({ examples, default: standard, format, pattern }: JsonSchema, name: string): readonly string[] {
  const own = [...(Array.isArray(examples) ? examples : []), standard].filter((one) => typeof one === "string");
  if (own.length > 0) return own;
  if (typeof format === "string" && byFormat[format] !== undefined) return byFormat[format];
  const named = [...byName, ...exact].find(([member]) => member.test(name))?.[1];
  if (typeof pattern === "string") return [...(named ?? []), ...guesses];
  return named ?? [`some ${name || "text"}`];
}

function isAllowed(text: string, { minLength, maxLength, pattern }: JsonSchema): boolean {
  if (typeof minLength === "number" && [...text].length < minLength) return false;
  if (typeof maxLength === "number" && [...text].length > maxLength) return false;
  return typeof pattern !== "string" || compilePattern(pattern).test(text);
}

/** Makes a text as long as it must be. */
function filled(text: string, { minLength, maxLength }: JsonSchema): string {
  const least = typeof minLength === "number" ? minLength : 0;
  const most = typeof maxLength === "number" ? maxLength : Number.POSITIVE_INFINITY;
  return text.padEnd(least, "a").slice(0, most);
}
