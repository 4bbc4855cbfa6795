import { type Document, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { isJsonObject, type Json } from "../core/json.js";
import { nestsDeeperThan } from "./nesting.js";
import { type ProblemList, pointerPart } from "./problem-list.js";

const MAX_DEPTH = 64;
const MAX_ALIASES = 50;
/** Syntax errors of one file that are listed; as a rule one causes the others. */
const MAX_LISTED = 10;
const forbidden = ["__proto__", "constructor", "prototype"];

const SYNTAX_REMEDY = "Correct the YAML or JSON at this line.";
const JSON_REMEDY =
  "Use only what JSON has: objects with text as names, arrays, strings, numbers, true, false and null.";

/**
 * Reads one YAML or JSON file (YAML reads both): YAML 1.2, no repeated member names, few aliases, nothing that
 * JSON does not have.
 *
 * @returns The value, or undefined when the file has problems; they are in the list then.
 */
export function parseText(file: string, text: string, problems: ProblemList): Json | undefined {
  const value = parseYaml(file, text, problems);
  if (problems.failed(file)) return undefined;
  checkValue({ file, path: "" }, value, problems);
  // Read anew, names are texts of their own: pieces of a file with one character outside Latin-1 take two bytes a character, and
  // made so of every commit that they went into (2 % of an order).
  return problems.failed(file) ? undefined : (JSON.parse(JSON.stringify(value)) as Json);
}

function parseYaml(file: string, text: string, problems: ProblemList): unknown {
  const place = { file, path: "" };
  if (nestsDeeperThan(text, MAX_DEPTH)) {
    problems.error(place, `is nested more than ${MAX_DEPTH} levels deep`, "Flatten the document.");
    return undefined;
  }
  try {
    const lineCounter = new LineCounter();
    const options = { version: "1.2", schema: "core", strict: true, prettyErrors: false, lineCounter } as const;
    // The parser's own search for repeated names compares all with all; ours is linear.
    const document = parseDocument(text, { ...options, uniqueKeys: false });
    const errors = [...document.errors, ...document.warnings].map(({ message, pos }) => ({ message, at: pos[0] }));
    const found = errors.length > 0 ? errors : repeatedNames(document);
    for (const { message, at } of found.slice(0, MAX_LISTED)) {
      const { line, col } = lineCounter.linePos(at);
      problems.error(place, `${message} at line ${line}, column ${col}`, SYNTAX_REMEDY);
    }
    return found.length > 0 ? undefined : document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    problems.error(place, error instanceof Error ? error.message : String(error), SYNTAX_REMEDY);
    return undefined;
  }
}

function repeatedNames(document: Document.Parsed): { message: string; at: number }[] {
  const found: { message: string; at: number }[] = [];
  visit(document, {
    Map: (_key, map) => {
      const names = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (names.has(name)) found.push({ message: `The name ${name} is there twice`, at: key.range?.[0] ?? 0 });
        names.add(name);
      }
    },
  });
  return found;
}

function checkValue(place: { file: string; path: string }, value: unknown, problems: ProblemList): void {
  const { file, path } = place;
  if (typeof value === "number" && !Number.isFinite(value)) {
    problems.error(place, `${value} is not a number of JSON`, JSON_REMEDY);
  }
  if (typeof value === "bigint" || value === undefined) problems.error(place, "is not a value of JSON", JSON_REMEDY);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkValue({ file, path: path + pointerPart(index) }, item, problems);
  }
  if (!isJsonObject(value)) return;
  for (const name of Object.getOwnPropertyNames(value)) {
    const at = { file, path: path + pointerPart(name) };
    if (forbidden.includes(name)) problems.error(at, "is a forbidden name", "Rename the member.");
    else checkValue(at, value[name], problems);
  }
}
