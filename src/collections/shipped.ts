import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Collection } from "../core/collection.js";
import { PatchbayError } from "../core/errors.js";
import { collectionInvalid } from "./collection-problems.js";
import type { CollectionFiles } from "./installer.js";
import { type CheckedCollection, type ReadingContext, readCollection } from "./read-collection.js";
import { readCollectionFolder } from "./read-folder.js";

/**
 * Reads the collections that ship with Patchbay, those that others require first.
 * @throws COLLECTION_INVALID when one of them cannot be read.
 */
export async function readShipped(folder: string, context: Omit<ReadingContext, "installed">): Promise<Collection[]> {
  const ready: Collection[] = [];
  let waiting = await Promise.all((await shippedNames(folder)).map((name) => readCollectionFolder(join(folder, name))));
  while (waiting.length > 0) {
    const later: CollectionFiles[] = [];
    let failed: CheckedCollection | null = null;
    for (const files of waiting) {
      const checked = readCollection(files, { ...context, installed: ready });
      if (checked.collection) ready.push(checked.collection);
      else later.push(files);
      if (!checked.collection) failed = checked;
    }
    if (later.length === waiting.length && failed) throw collectionInvalid("A shipped collection", failed.problems);
    waiting = later;
  }
  return ready;
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
