import type { Collection } from "../../core/collection.js";
import { PatchbayError } from "../../core/errors.js";
import type { Requirement } from "../check-manifest.js";
import type { CollectionFiles } from "../installer.js";
import { factsOf } from "../manifest-facts.js";
import { type CheckedCollection, type ReadingContext, readCollection } from "../read-collection.js";
import { readSource, type SourceReading } from "./read-source.js";

/** Collections that one may need, directly and indirectly. */
const MAX_REQUIRED = 100;

/** What reading gives, with the collections that it was read against. */
export interface ReadWithRequired extends CheckedCollection {
  readonly others: readonly Collection[];
}

/**
 * Checks a collection as it would be checked at an installation that has everything it requires: what is not there yet is read
 * from the indexes. Collections that require each other in a circle never have what they need, which is the problem reported.
 */
export async function readWithRequired(
  files: CollectionFiles,
  context: ReadingContext,
  reading: SourceReading,
): Promise<ReadWithRequired> {
  const found = new Map<string, Collection>(context.installed.map((one) => [one.name, one]));
  const asked = new Set<string>();
  const add = async (requirement: Requirement, within: ReadonlySet<string>): Promise<void> => {
    asked.add(idOf(requirement));
    const files = asked.size > MAX_REQUIRED ? null : await find(requirement, reading);
    if (files === null) return;
    const { collection } = await check(files, new Set([...within, requirement.name]));
    if (collection) found.set(collection.name, collection);
  };
  const check = async (from: CollectionFiles, within: ReadonlySet<string>): Promise<CheckedCollection> => {
    for (;;) {
      const checked = readCollection(from, { ...context, installed: [...found.values()] });
      const wanted = checked.missing.filter((one) => !asked.has(idOf(one)) && !within.has(one.name));
      if (wanted.length === 0) return checked;
      for (const requirement of wanted) await add(requirement, within);
    }
  };
  const checked = await check(files, new Set([factsOf(files).name]));
  return { ...checked, others: [...found.values()] };
}

function idOf({ name, range }: Requirement): string {
  return `${name}@${range}`;
}

/** What cannot be found is reported as a requirement that is not satisfied. */
async function find({ name, range }: Requirement, reading: SourceReading): Promise<CollectionFiles | null> {
  try {
    return (await readSource(`${name}@${range}`, reading)).files;
  } catch (error) {
    if (error instanceof PatchbayError && error.code === "COLLECTION_UNKNOWN") return null;
    throw error;
  }
}
