import type { DataType } from "../../core/data-type.js";
import { canonicalJson, type Json, type JsonObject } from "../../core/json.js";
import { subschemas } from "../schema-walk.js";
import type { Incompatibility } from "./plan.js";
import type { Prospect } from "./starts.js";

/** What becomes of the data types that records are kept of. */
export interface DataTypeChanges {
  /** Those that may judge a record differently than before, as they would be; what is new to this installation is one of them. */
  readonly changed: readonly DataType[];
  /** Those that would not be there any more. */
  readonly removed: readonly DataType[];
}

/** Compares data types with everything they refer to: a changed address makes a changed order. */
export function dataTypeChanges({ before, after }: Pick<Prospect, "before" | "after">): DataTypeChanges {
  const old = new Map(before.catalog.dataTypes().map((one) => [one.name, one]));
  const next = new Map(after.catalog.dataTypes().map((one) => [one.name, one]));
  return {
    changed: [...next.values()].filter(
      ({ name, key }) => key.length > 0 && wholeText(name, next) !== wholeText(name, old),
    ),
    removed: [...old.values()].filter(({ name, key }) => key.length > 0 && !next.has(name)),
  };
}

/** Says what changes about how records are found, which is no question of whether they fit. */
export function identityChanges(
  { changed }: DataTypeChanges,
  { before }: Pick<Prospect, "before">,
): readonly Incompatibility[] {
  return changed.flatMap((next) => {
    const old = before.catalog.dataType(next.name);
    if (old === null) return [];
    const problems: string[] = [];
    if (old.key.join() !== next.key.join()) {
      problems.push(
        `records would be named by ${next.key.join(" and ")} instead of ${old.key.join(" and ")}: what is stored keeps its key, and pushed again it would be another record`,
      );
    }
    const added = next.indexed.filter((field) => !old.indexed.includes(field));
    if (added.length > 0) {
      problems.push(
        `records could be searched by ${added.join(" and ")}, but only those pushed from then on are found so`,
      );
    }
    return problems.map((message) => ({ subject: next.name, message, records: 0 }));
  });
}

/** Gives a data type and all it refers to as text. */
function wholeText(name: string, all: ReadonlyMap<string, DataType>): string {
  const seen = new Set<string>();
  const visit = (one: string): void => {
    const schema = all.get(one)?.schema;
    if (seen.has(one) || schema === undefined) return;
    seen.add(one);
    for (const { schema: part } of subschemas(schema as JsonObject)) {
      if (typeof part.$ref === "string" && !part.$ref.startsWith("#")) visit(part.$ref);
    }
  };
  visit(name);
  return [...seen]
    .sort()
    .map((one) => canonicalJson((all.get(one)?.schema ?? null) as Json))
    .join("\n");
}
