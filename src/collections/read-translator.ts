import type { TranslatorDefinition } from "../core/flow.js";
import { isJsonObject } from "../core/json.js";
import type { Grammar } from "./grammar.js";
import { parseText } from "./parse-text.js";
import type { ProblemList } from "./problem-list.js";
import { qualified } from "./qualified-name.js";

const FRONT_MATTER = /^\s*\/\*([\s\S]*?)\*\//;
const REMEDY =
  "Begin the file with /* title: …, from: namespace/Type, to: namespace/Type */, each on a line of its own.";

/** What a translator file is read with. */
export interface TranslatorReading {
  readonly file: string;
  /** `namespace/name`. */
  readonly name: string;
  readonly namespace: string;
  readonly grammar: Grammar;
  readonly problems: ProblemList;
}

/** Reads one `.jsonata` file: its front matter; the expression itself is checked with the rest of the collection. */
export function readTranslator(source: string, reading: TranslatorReading): TranslatorDefinition | null {
  const { file, name, namespace, grammar, problems } = reading;
  const comment = FRONT_MATTER.exec(source)?.[1];
  if (comment === undefined) {
    problems.error({ file, path: "" }, "has no front matter", REMEDY);
    return null;
  }
  const lines = comment.split("\n").map((line) => line.trim());
  const matter = parseText(file, lines.join("\n"), problems);
  if (problems.failed(file)) return null;
  problems.errors({ file, path: "" }, grammar.check("translator", matter ?? null), REMEDY);
  if (problems.failed(file) || !isJsonObject(matter)) return null;
  const dataType = (value: unknown): string | null => (typeof value === "string" ? qualified(value, namespace) : null);
  return { name, title: String(matter.title), from: dataType(matter.from), to: dataType(matter.to), source };
}
