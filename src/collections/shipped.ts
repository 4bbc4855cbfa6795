import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Collection } from "../core/collection.js";
import { PatchbayError } from "../core/errors.js";
import { collectionInvalid } from "./collection-problems.js";
import type { CollectionFiles, Installer } from "./installer.js";
import { factsOf } from "./manifest-facts.js";
import { type ReadingContext, readCollection } from "./read-collection.js";
import { readCollectionFolder } from "./read-folder.js";

/** Makes a reader that keeps what it has read: one collection costs up to half a second. */
export function createShippedReader(folder: string, context: Omit<ReadingContext, "installed">): Installer["shipped"] {
  const filesOf = new Map<string, Promise<CollectionFiles>>();
  const kept = new Map<string, Promise<Collection>>();
  const check = async (files: CollectionFiles, installed: readonly Collection[]): Promise<Collection> => {
    const { collection, problems } = readCollection(files, { ...context, installed });
    if (!collection) throw collectionInvalid("A shipped collection", problems);
    return collection;
  };
  return async (wanted) => {
    const names = await shippedNames(folder);
    const ready = new Map<string, Collection>();
    const begun = new Set<string>();
    const add = async (name: string): Promise<void> => {
      if (!names.includes(name) || begun.has(name)) return;
      begun.add(name);
      const reading = filesOf.get(name) ?? readCollectionFolder(join(folder, name));
      filesOf.set(name, reading);
      const files = await reading;
      for (const required of Object.keys(factsOf(files).requires)) await add(required);
      const checking = kept.get(name) ?? check(files, [...ready.values()]);
      kept.set(name, checking);
      ready.set(name, await checking);
    };
    for (const name of wanted ?? names) await add(name);
    return [...ready.values()];
  };
}

/**
 * Reads the collections that ship with Patchbay, those that others require first.
 *
 * @param wanted Only these, with what they require. All of them when absent.
 * @throws COLLECTION_INVALID when one of them cannot be read.
 */
export function readShipped(
  folder: string,
  context: Omit<ReadingContext, "installed">,
  wanted?: readonly string[],
): Promise<readonly Collection[]> {
  return createShippedReader(folder, context)(wanted);
}

/**
 * Reads the files of one shipped collection.
 * @throws COLLECTION_UNKNOWN naming the ones there are.
 */
export async function readShippedFiles(folder: string, name: string): Promise<CollectionFiles> {
  const files = await findShippedFiles(folder, name);
  if (files !== null) return files;
  const names = await shippedNames(folder);
  throw new PatchbayError("COLLECTION_UNKNOWN", `No collection ${name} ships with Patchbay, only ${names.join(", ")}`, {
    name,
  });
}

/** Reads the files of one shipped collection; null when there is none of that name. */
export async function findShippedFiles(folder: string, name: string): Promise<CollectionFiles | null> {
  return (await shippedNames(folder)).includes(name) ? readCollectionFolder(join(folder, name)) : null;
}

async function shippedNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() && !entry.name.startsWith(".") ? [entry.name] : [])).sort();
}
