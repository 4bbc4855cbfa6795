import { createHash } from "node:crypto";
import type { Collection } from "../core/collection.js";
import { isJsonObject } from "../core/json.js";
import type { Grammar } from "./grammar.js";
import type { CollectionFiles } from "./installer.js";
import type { CheckTools } from "./surroundings.js";

/** Readings that are kept: of what is planned, and of what it requires. */
const MOST_KEPT = 8;
/** Characters of a collection that is kept; those that ship have 60,000 at most. */
const LARGEST_KEPT = 250_000;

/** What a collection is read against. */
type Context = CheckTools & { readonly installed: readonly Collection[] };
type SyntaxCheck = Context["translation"]["check"];

/**
 * Gives what a reading has given before for the same files, the same installed collections and connectors that say the same of
 * themselves. A collection is read when it is shown, planned and applied, each time with the same result: up to half a second in
 * which this process does nothing else. What it gives is frozen, as several use it.
 */
export function keepReadings<T>(
  read: (files: CollectionFiles, context: Context) => T,
): (files: CollectionFiles, context: Context) => T {
  /** By what was read and with what, the one used last at the end. */
  const kept = new WeakMap<Grammar, WeakMap<SyntaxCheck, Map<string, T>>>();
  return (files, context) => {
    if (sizeOf(files) > LARGEST_KEPT) return frozen(read(files, context));
    const { grammar, translation } = context;
    const ofGrammar = kept.get(grammar) ?? new WeakMap<SyntaxCheck, Map<string, T>>();
    kept.set(grammar, ofGrammar);
    const readings = ofGrammar.get(translation.check) ?? new Map<string, T>();
    ofGrammar.set(translation.check, readings);
    const key = keyOf(files, context);
    const reading = readings.get(key) ?? frozen(read(files, context));
    readings.delete(key);
    readings.set(key, reading);
    const [oldest] = readings.keys();
    if (readings.size > MOST_KEPT && oldest !== undefined) readings.delete(oldest);
    return reading;
  };
}

function sizeOf(files: CollectionFiles): number {
  return Object.values(files).reduce((total, text) => total + text.length, 0);
}

function keyOf(files: CollectionFiles, { installed, connectors }: Context): string {
  const described = connectors.map(({ key, title, settings, endpoints, webhooks, declare }) => [
    ...[key, title, settings, endpoints, webhooks],
    declare !== undefined,
  ]);
  return createHash("sha256")
    .update(JSON.stringify([files, installed, described]))
    .digest("base64");
}

function frozen<T>(value: T): T {
  if (Array.isArray(value)) value.forEach(frozen);
  else if (isJsonObject(value)) Object.values(value).forEach(frozen);
  else return value;
  return Object.freeze(value);
}
