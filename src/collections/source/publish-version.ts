import { mkdir, open, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import semver from "semver";
import type { Collection } from "../../core/collection.js";
import { PatchbayError } from "../../core/errors.js";
import type { Grammar } from "../grammar.js";
import { type Bundle, MAX_BUNDLE_BYTES, readBundle, writeBundle } from "./bundle.js";
import {
  type CollectionIndex,
  INDEX_FILE,
  INDEX_FORMAT,
  type IndexedCollection,
  type IndexedVersion,
  MAX_INDEX_BYTES,
  parseIndex,
} from "./collection-index.js";
import { withIndexLock } from "./index-lock.js";
import { integrityOf } from "./integrity.js";
import { readLocal } from "./open-index.js";

/** What is added to an index. */
export interface Publication {
  readonly bundle: Bundle;
  /** What the files were read as. */
  readonly collection: Pick<Collection, "name" | "version" | "title" | "summary" | "requires">;
  /** Replace what the index says so far. */
  readonly category?: string | undefined;
  readonly publisher?: string | undefined;
  readonly publishedAt: Date;
}

/** What became of a publication. */
export interface Published {
  readonly integrity: string;
  /** Path of the bundle, relative to the index. */
  readonly source: string;
  /** False when exactly this was there already. */
  readonly added: boolean;
}

const FOLDER = "bundles";

/**
 * Adds a version to an index in a folder: the bundle first, then `index.json`, so that the index never names a file that is not
 * there. A version is published once; the same content again changes nothing, and other content is refused.
 *
 * @throws VERSION_PUBLISHED, INDEX_INVALID, INDEX_LOCKED
 */
export async function publishVersion(
  folder: string,
  publication: Publication,
  grammar: Pick<Grammar, "check">,
): Promise<Published> {
  await mkdir(folder, { recursive: true });
  return withIndexLock(folder, () => addVersion(folder, publication, grammar));
}

async function addVersion(
  folder: string,
  publication: Publication,
  grammar: Pick<Grammar, "check">,
): Promise<Published> {
  const { bundle, collection } = publication;
  const { index, ...published } = withPublication(await readOwnIndex(folder, grammar), publication);
  if (!published.added) return published;
  await mkdir(join(folder, FOLDER), { recursive: true });
  await writeOnce(join(folder, published.source), { bundle, ...collection });
  await writeIndex(folder, index);
  return published;
}

/**
 * Gives an index with a version in it, and where the bundle has to be. Pure.
 * @throws VERSION_PUBLISHED when the version is there with other content
 */
export function withPublication(
  index: CollectionIndex,
  publication: Publication,
): Published & { readonly index: CollectionIndex } {
  const { name, version } = publication.collection;
  const integrity = integrityOf(publication.bundle.files);
  const source = `${FOLDER}/${name}-${version}.tgz`;
  const before = Object.hasOwn(index.collections, name) ? index.collections[name] : undefined;
  const known = before?.versions.find((one) => one.version === version);
  if (known && known.integrity !== integrity) throw alreadyPublished(name, version);
  if (known) return { integrity, source: known.source, added: false, index };
  const entry = toVersion(publication, { source, integrity });
  const collections = { ...index.collections, [name]: withVersion(before, publication, entry) };
  return { integrity, source, added: true, index: { ...index, collections: sorted(collections) } };
}

async function readOwnIndex(folder: string, grammar: Pick<Grammar, "check">): Promise<CollectionIndex> {
  const path = join(folder, INDEX_FILE);
  try {
    return parseIndex(await readLocal(path, MAX_INDEX_BYTES), path, grammar);
  } catch (error) {
    if (!(error instanceof PatchbayError) || error.code !== "SOURCE_UNKNOWN") throw error;
    return { format: INDEX_FORMAT, collections: {} };
  }
}

function toVersion(
  { bundle, collection, publishedAt }: Publication,
  { source, integrity }: Pick<IndexedVersion, "source" | "integrity">,
): IndexedVersion {
  const { version, requires } = collection;
  return { version, source, integrity, requires, signature: bundle.signature, publishedAt: publishedAt.toISOString() };
}

/** What people read is the newest version's. */
function withVersion(
  before: IndexedCollection | undefined,
  { collection, ...given }: Publication,
  entry: IndexedVersion,
): IndexedCollection {
  const versions = [entry, ...(before?.versions ?? [])].sort((a, b) => semver.rcompare(a.version, b.version));
  const category = given.category ?? before?.category;
  const publisher = given.publisher ?? before?.publisher;
  const newest = versions[0] === entry || !before ? collection : before;
  return {
    ...(category === undefined ? {} : { category }),
    title: newest.title,
    summary: newest.summary,
    ...(publisher === undefined ? {} : { publisher }),
    versions,
  };
}

/** A bundle that a publication has left that did not come to its end is taken when it is the same. */
async function writeOnce(
  path: string,
  { bundle, name, version }: { bundle: Bundle; name: string; version: string },
): Promise<void> {
  const bytes = await writeBundle(bundle, "tgz");
  try {
    await writeFile(path, bytes, { flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    const there = await readBundle(await readLocal(path, MAX_BUNDLE_BYTES));
    if (integrityOf(there.files) !== integrityOf(bundle.files)) throw alreadyPublished(name, version);
    await writeFile(path, bytes);
  }
}

/** Whoever reads it meanwhile sees the old one or the new one. */
async function writeIndex(folder: string, index: CollectionIndex): Promise<void> {
  const draft = join(folder, `.${INDEX_FILE}.${process.pid}`);
  const file = await open(draft, "w");
  try {
    await file.writeFile(`${JSON.stringify(index, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, join(folder, INDEX_FILE));
}

function sorted(collections: CollectionIndex["collections"]): CollectionIndex["collections"] {
  return Object.fromEntries(Object.entries(collections).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function alreadyPublished(name: string, version: string): PatchbayError {
  return new PatchbayError("VERSION_PUBLISHED", `${name} ${version} is published with other content`, {
    ...{ name, version },
  });
}
