import { parseText } from "../parse-text.js";
import { createProblemList } from "../problem-list.js";
import type { MergeConflict } from "./local-change.js";
import { mergeLines } from "./merge-lines.js";
import { type Maybe, mergeValues, sameValue, type Versions } from "./merge-values.js";
import { rewriteDocument } from "./rewrite-document.js";

/** A file with both changes; where they contradict each other it has ours. */
export interface MergedFile {
  readonly text: string;
  readonly conflicts: readonly MergeConflict[];
}

/**
 * Merges two changes of one file: documents (YAML, JSON) by their values, with the comments of the collection's new text;
 * everything else by lines.
 */
export function mergeFile(file: string, texts: Versions<string>): MergedFile {
  const { base, mine, theirs } = texts;
  if (mine === theirs || base === mine) return { text: theirs, conflicts: [] };
  if (base === theirs) return { text: mine, conflicts: [] };
  const values = { base: read(file, base), mine: read(file, mine), theirs: read(file, theirs) };
  const readable = Object.values(values).every((value) => value !== undefined);
  return readable ? mergeDocuments(file, { texts, values }) : mergeTexts(texts);
}

/** Tells whether two texts of a file say the same, however they are written. */
export function sameFile(file: string, one: string, other: string): boolean {
  if (one === other) return true;
  const value = read(file, one);
  return value !== undefined && sameValue(value, read(file, other));
}

function mergeDocuments(
  file: string,
  { texts, values }: { texts: Versions<string>; values: Versions<Maybe> },
): MergedFile {
  const { value, conflicts } = mergeValues(values);
  return {
    text: write(file, { value, ...texts }),
    conflicts: conflicts.map(({ path, base, mine, theirs }) => ({
      place: path === "" ? "the whole file" : path,
      base: show(base),
      mine: show(mine),
      theirs: show(theirs),
    })),
  };
}

function write(file: string, { value, mine, theirs }: { value: Maybe; mine: string; theirs: string }): string {
  if (value === undefined) return mine;
  if (sameValue(value, read(file, theirs))) return theirs;
  if (file.endsWith(".json")) return `${JSON.stringify(value, null, 2)}\n`;
  return rewriteDocument(theirs, value, [mine]);
}

function mergeTexts(texts: Versions<string>): MergedFile {
  const { text, conflicts } = mergeLines(texts);
  return { text, conflicts: conflicts.map(({ line, ...versions }) => ({ place: `line ${line}`, ...versions })) };
}

/** Gives what a document says; undefined for a file that is none, or not in order. */
function read(file: string, text: string): Maybe {
  if (!/\.(ya?ml|json)$/.test(file)) return undefined;
  return parseText(file, text, createProblemList());
}

function show(value: Maybe): string | null {
  if (value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
