import semver from "semver";
import type { CollectionSignature, Origin } from "../../core/collection.js";
import { PatchbayError } from "../../core/errors.js";
import type { CollectionFiles } from "../installer.js";
import { factsOf } from "../manifest-facts.js";
import { readCollectionFolder } from "../read-folder.js";
import { findShippedFiles } from "../shipped.js";
import { type Bundle, MAX_BUNDLE_BYTES, readBundle, splitSignature } from "./bundle.js";
import { chooseVersion, type IndexedVersion } from "./collection-index.js";
import { fetchWeb } from "./fetch-web.js";
import { withGitTree } from "./git-tree.js";
import { integrityOf } from "./integrity.js";
import { type IndexReading, type OpenedIndex, readLocal, withIndex } from "./open-index.js";
import { isSignatureOf } from "./signature.js";
import { type GitSource, gitSourceText, parseSource, type Source } from "./source.js";

/** What a source has: a collection's files, not yet checked as a collection, and where exactly they are from. */
export interface SourceContent {
  readonly files: CollectionFiles;
  readonly origin: Origin;
  /** Who has signed which statement is in `origin`; the signature itself is for packing it again. */
  readonly signature: CollectionSignature | null;
  /** Whether it is this machine's own: a folder, or a collection that ships with Patchbay. Nobody has to vouch for it. */
  readonly own: boolean;
}

/** What sources are read with. */
export interface SourceReading extends IndexReading {
  /** Folder with the collections that ship with Patchbay. */
  readonly shippedFolder: string;
  /** Whether paths of this machine may be read: a command's own may, those in a request never. */
  readonly local: boolean;
}

/**
 * Reads a collection from wherever it is. A name is looked up in the indexes, the first that has it, then among the shipped
 * ones.
 *
 * Whatever comes with an integrity (a pin, an index) has it, and whoever is named as publisher has signed exactly these files:
 * else it is refused, wherever it comes from.
 *
 * @throws SOURCE_INVALID, SOURCE_UNKNOWN, SOURCE_UNREADABLE, HOST_FORBIDDEN, COLLECTION_UNKNOWN, COLLECTION_INVALID,
 *   INDEX_INVALID, INTEGRITY_MISMATCH, COLLECTION_SIGNATURE_INVALID
 */
export async function readSource(text: string, reading: SourceReading): Promise<SourceContent> {
  const source = parseSource(text);
  refuseLocal(source, reading);
  switch (source.kind) {
    case "folder":
      return toContent(splitSignature(await readCollectionFolder(source.path)), {
        ...{ source: text, resolved: text, own: true },
      });
    case "bundle":
      return toContent(await readBundle(await readLocal(source.path, MAX_BUNDLE_BYTES)), {
        ...{ source: text, resolved: source.path },
      });
    case "web":
      return readWeb(source, text, reading);
    case "git":
      return readGit(source, text, reading);
    case "name":
      return readNamed(source, text, reading);
  }
}

/** What is known of files besides their content. */
export interface Circumstances {
  readonly source: string;
  readonly resolved: string;
  readonly own?: boolean;
  /** What the files must have. */
  readonly integrity?: string | null;
  /** What somebody else than the bundle brings. */
  readonly signature?: CollectionSignature | null;
}

/**
 * Compares files with everything that is said of them.
 * @throws INTEGRITY_MISMATCH, COLLECTION_SIGNATURE_INVALID
 */
export function toContent({ files, signature: inside }: Bundle, given: Circumstances): SourceContent {
  const { source, resolved, own = false } = given;
  const integrity = integrityOf(files);
  if (given.integrity && given.integrity !== integrity) {
    throw new PatchbayError("INTEGRITY_MISMATCH", `${source} has the integrity ${integrity}, not ${given.integrity}`, {
      ...{ source, resolved, integrity, expected: given.integrity },
    });
  }
  const { name, version } = factsOf(files);
  for (const signature of [given.signature, inside]) {
    if (!signature || isSignatureOf(signature, { name, version, integrity })) continue;
    throw new PatchbayError("COLLECTION_SIGNATURE_INVALID", `The signature of ${source} is not of these files`, {
      ...{ source, resolved, key: signature.key },
    });
  }
  const signature = given.signature ?? inside;
  const origin = { source, resolved, integrity, version, publisher: signature?.key ?? null };
  return { files, origin, signature, own };
}

function refuseLocal(source: Source, { local }: SourceReading): void {
  const isLocal =
    source.kind === "folder" ||
    source.kind === "bundle" ||
    (source.kind === "git" && new URL(source.url).protocol === "file:");
  if (local || !isLocal) return;
  throw new PatchbayError("SOURCE_INVALID", "The server reads no paths: only https, git+https and names", {
    remedy: "Send the files of the collection; patchbay collection install does so.",
  });
}

async function readWeb(
  { url, integrity }: Extract<Source, { kind: "web" }>,
  source: string,
  { access }: SourceReading,
): Promise<SourceContent> {
  const content = await fetchWeb(url, access);
  return toContent(await readBundle(content.bytes), { source, resolved: content.url, integrity });
}

function readGit(source: GitSource, text: string, { access }: SourceReading): Promise<SourceContent> {
  return withGitTree(source, access, async ({ commit, files }) =>
    toContent(splitSignature(await files()), {
      ...{ source: text, resolved: gitSourceText({ ...source, ref: commit }) },
    }),
  );
}

async function readNamed(
  { name, range }: Extract<Source, { kind: "name" }>,
  source: string,
  reading: SourceReading,
): Promise<SourceContent> {
  for (const index of reading.access.indexes) {
    const found = await withIndex(index, reading, (opened) => findInIndex(opened, { name, range, source, reading }));
    if (found !== null) return found;
  }
  const files = await findShippedFiles(reading.shippedFolder, name);
  if (files === null) throw notFound(`No index has a collection ${name}, and none of that name ships with Patchbay`);
  const content = toContent(splitSignature(files), { source, resolved: `shipped:${name}`, own: true });
  const { version } = content.origin;
  if (range === null || semver.satisfies(version, range)) return content;
  throw notFound(`No index has a collection ${name}, and the one that ships with Patchbay is ${version}`);
}

interface Wanted {
  readonly name: string;
  readonly range: string | null;
  readonly source: string;
  readonly reading: SourceReading;
}

async function findInIndex(
  opened: OpenedIndex,
  { name, range, source, reading }: Wanted,
): Promise<SourceContent | null> {
  const { collections } = opened.index;
  const indexed = Object.hasOwn(collections, name) ? collections[name] : undefined;
  if (indexed === undefined) return null;
  const chosen = chooseVersion(indexed, range);
  if (chosen === null) {
    const known = indexed.versions.map(({ version }) => version).join(", ");
    throw notFound(`${opened.source} has no version of ${name} in ${range}, only ${known}`);
  }
  const content = await readIndexed(chosen, { opened, reading, source });
  const { version } = content.origin;
  const found = factsOf(content.files).name;
  if (found === name && version === chosen.version) return content;
  const message = `${opened.source} says ${name} ${chosen.version}, but there is ${found} ${version}`;
  throw new PatchbayError("INTEGRITY_MISMATCH", message, { index: opened.source });
}

async function readIndexed(
  { source: place, integrity, signature = null }: IndexedVersion,
  { opened, reading, source }: { opened: OpenedIndex; reading: SourceReading; source: string },
): Promise<SourceContent> {
  if (!/^[a-z+]+:\/\//.test(place)) {
    const { resolved, bytes } = await opened.bundle(place);
    return toContent(await readBundle(bytes), { source, resolved, integrity, signature });
  }
  // What an index names is somebody else's word: it leads to no file of this machine.
  const elsewhere = await readSource(place, { ...reading, local: false });
  const bundle = { files: elsewhere.files, signature: elsewhere.signature };
  return toContent(bundle, { source, resolved: elsewhere.origin.resolved, integrity, signature });
}

function notFound(message: string): PatchbayError {
  return new PatchbayError("COLLECTION_UNKNOWN", message, {
    remedy:
      "Look for it with patchbay collection search, or name where it is: a folder, a bundle, https://… or git+https://….",
  });
}
