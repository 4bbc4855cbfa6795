import type { Collection } from "../../core/collection.js";
import { PatchbayError } from "../../core/errors.js";
import type { AvailableCollection, Found } from "./available-collection.js";
import { chooseVersion, type IndexedCollection } from "./collection-index.js";
import { type IndexReading, withIndex } from "./open-index.js";

/**
 * Looks for collections by words: every word occurs in the name, title, summary, category or publisher. Of several indexes
 * that have a name the first is the one that is installed from, so only that is found.
 */
export async function searchCollections(
  words: string,
  { shipped, ...reading }: IndexReading & { readonly shipped: readonly Collection[] },
): Promise<Found> {
  const found = new Map<string, AvailableCollection>();
  const unreadable: { index: string; message: string }[] = [];
  for (const index of reading.access.indexes) {
    try {
      for (const one of await withIndex(index, reading, async (opened) => listIndex(opened.index.collections, index))) {
        if (!found.has(one.name)) found.set(one.name, one);
      }
    } catch (error) {
      if (!(error instanceof PatchbayError)) throw error;
      unreadable.push({ index, message: error.message });
    }
  }
  for (const one of shipped.map(toShipped)) if (!found.has(one.name)) found.set(one.name, one);
  const wanted = words.toLowerCase().split(/\s+/);
  return { collections: [...found.values()].filter((one) => hasWords(one, wanted)), unreadable };
}

function listIndex(collections: Readonly<Record<string, IndexedCollection>>, index: string): AvailableCollection[] {
  return Object.entries(collections).flatMap(([name, indexed]) => {
    const chosen = chooseVersion(indexed, null);
    if (chosen === null) return [];
    const { title, summary, category = null, publisher = null, versions } = indexed;
    return [
      {
        ...{ name, title, summary, category, publisher, index },
        version: chosen.version,
        key: chosen.signature?.key ?? null,
        versions: versions.map(({ version }) => version),
        deprecated: chosen.deprecated ?? null,
        publishedAt: chosen.publishedAt,
      },
    ];
  });
}

function toShipped({ name, version, title, summary }: Collection): AvailableCollection {
  const unsaid = { category: null, publisher: null, key: null, deprecated: null, publishedAt: null, index: null };
  return { name, version, title, summary, ...unsaid, versions: [version] };
}

function hasWords(
  { name, title, summary, category, publisher }: AvailableCollection,
  words: readonly string[],
): boolean {
  const text = [name, title, summary, category ?? "", publisher ?? ""].join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}
