import { factsOf } from "../manifest-facts.js";
import { findShippedFiles } from "../shipped.js";
import { splitSignature } from "./bundle.js";
import { type IndexedCollection, type IndexedVersion, inPreference } from "./collection-index.js";
import { withIndex } from "./open-index.js";
import { readSource, type SourceContent, type SourceReading } from "./read-source.js";

/** A version that can be had. */
export interface Offer {
  readonly version: string;
  /** Name to range. */
  readonly requires: Readonly<Record<string, string>>;
  /** Reads its files. @throws what `readSource` throws */
  read(): Promise<SourceContent>;
}

/**
 * Lists the versions that a name can mean, the preferred first: those of the first index that has it, else the one that ships with
 * Patchbay.
 *
 * @throws INDEX_INVALID, SOURCE_UNKNOWN, SOURCE_UNREADABLE, HOST_FORBIDDEN
 */
export async function offersOf(name: string, reading: SourceReading): Promise<readonly Offer[]> {
  for (const index of reading.access.indexes) {
    const found = await withIndex(index, reading, async (opened): Promise<IndexedCollection | null> => {
      const { collections } = opened.index;
      return Object.hasOwn(collections, name) ? (collections[name] ?? null) : null;
    });
    if (found !== null) return indexedOffers(name, found, reading);
  }
  const files = await findShippedFiles(reading.shippedFolder, name);
  if (files === null) return [];
  const { version, requires } = factsOf(splitSignature(files).files);
  return [{ version, requires, read: () => readSource(name, reading) }];
}

/** Bundles that are read to know what they require, when an index does not say. */
const MOST_READ = 20;

async function indexedOffers(
  name: string,
  found: IndexedCollection,
  reading: SourceReading,
): Promise<readonly Offer[]> {
  const offers: Offer[] = [];
  let silent = 0;
  for (const one of inPreference(found)) {
    if (one.requires === undefined) silent += 1;
    if (one.requires !== undefined || silent <= MOST_READ) offers.push(await offerOf(name, one, reading));
  }
  return offers;
}

async function offerOf(name: string, indexed: IndexedVersion, reading: SourceReading): Promise<Offer> {
  const read = () => readSource(`${name}@${indexed.version}`, reading);
  // An index need not say what a version requires.
  const requires = indexed.requires ?? factsOf((await read()).files).requires;
  return { version: indexed.version, requires, read };
}
