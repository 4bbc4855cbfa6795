import { createHash } from "node:crypto";
import { isJsonObject } from "../core/json.js";
import type { Grammar } from "./grammar.js";
import type { CollectionFiles } from "./installer.js";
import type { CheckedCollection, ReadingContext } from "./read-collection.js";

/** Readings that are kept: of what is planned, and of what it requires. */
const MOST_KEPT = 8;
/** Characters of a collection that is kept; those that ship have 60,000 at most. */
const LARGEST_KEPT = 250_000;

/** By what was read and with what, the one used last at the end. */
type Kept = Map<string, CheckedCollection>;
type SyntaxCheck = ReadingContext["translation"]["check"];
const kept = new WeakMap<Grammar, WeakMap<SyntaxCheck, Kept>>();

/**
 * Gives what reading has given before for the same files, the same installed collections and connectors that say the same of
 * themselves. A collection is read when it is shown, planned and applied, each time with the same result: up to half a second in
 * which this process does nothing else.
 */
export function onceRead(
  files: CollectionFiles,
  context: ReadingContext,
  read: (files: CollectionFiles, context: ReadingContext) => CheckedCollection,
): CheckedCollection {
  if (sizeOf(files) > LARGEST_KEPT) return frozen(read(files, context));
  const readings = readingsWith(context);
  const key = keyOf(files, context);
  const checked = readings.get(key) ?? frozen(read(files, context));
  readings.delete(key);
  readings.set(key, checked);
  const [oldest] = readings.keys();
  if (readings.size > MOST_KEPT && oldest !== undefined) readings.delete(oldest);
  return checked;
}

function sizeOf(files: CollectionFiles): number {
  return Object.values(files).reduce((total, text) => total + text.length, 0);
}

function readingsWith({ grammar, translation }: ReadingContext): Kept {
  const ofGrammar = kept.get(grammar) ?? new WeakMap<SyntaxCheck, Kept>();
  kept.set(grammar, ofGrammar);
  const readings = ofGrammar.get(translation.check) ?? new Map<string, CheckedCollection>();
  ofGrammar.set(translation.check, readings);
  return readings;
}

function keyOf(files: CollectionFiles, { installed, connectors }: ReadingContext): string {
  const described = connectors.map(({ key, title, settings, endpoints, webhooks, declare }) => [
    ...[key, title, settings, endpoints, webhooks],
    declare !== undefined,
  ]);
  return createHash("sha256")
    .update(JSON.stringify([files, installed, described]))
    .digest("base64");
}

/** Several use it from now on. */
function frozen<T>(value: T): T {
  if (Array.isArray(value)) value.forEach(frozen);
  else if (isJsonObject(value)) Object.values(value).forEach(frozen);
  else return value;
  return Object.freeze(value);
}
