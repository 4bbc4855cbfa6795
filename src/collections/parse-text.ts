import { parseDocument } from "yaml";
import type { Json } from "../core/json.js";
import { type ProblemList, pointerPart } from "./problem-list.js";

const MAX_DEPTH = 64;
const MAX_ALIASES = 50;
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
  return problems.failed(file) ? undefined : (value as Json);
}

function parseYaml(file: string, text: string, problems: ProblemList): unknown {
  const place = { file, path: "" };
  try {
    const document = parseDocument(text, { version: "1.2", schema: "core", uniqueKeys: true, strict: true });
    for (const { message } of [...document.errors, ...document.warnings]) {
      problems.error(place, oneLine(message), SYNTAX_REMEDY);
    }
    return document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    problems.error(place, oneLine(error instanceof Error ? error.message : String(error)), SYNTAX_REMEDY);
    return undefined;
  }
}

/** The parser's message without the picture of the source that follows it. */
function oneLine(message: string): string {
  return message.split("\n")[0]?.replace(/:$/, "") ?? message;
}

function checkValue(place: { file: string; path: string }, value: unknown, problems: ProblemList): void {
  if (place.path.split("/").length - 1 > MAX_DEPTH) {
    problems.error(place, `is nested more than ${MAX_DEPTH} levels deep`, "Flatten the document.");
    return;
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    problems.error(place, `${value} is not a number of JSON`, JSON_REMEDY);
  }
  if (typeof value === "bigint" || value === undefined || value instanceof Date) {
    problems.error(place, "is not a value of JSON", JSON_REMEDY);
  }
  if (typeof value !== "object" || value === null) return;
  for (const name of Object.getOwnPropertyNames(value)) {
    if (Array.isArray(value) && name === "length") continue;
    const path = place.path + pointerPart(name);
    if (forbidden.includes(name))
      problems.error({ file: place.file, path }, "is a forbidden name", "Rename the member.");
    else checkValue({ file: place.file, path }, (value as Record<string, unknown>)[name], problems);
  }
}
