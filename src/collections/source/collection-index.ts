import semver from "semver";
import type { CollectionSignature } from "../../core/collection.js";
import { describeProblems, PatchbayError } from "../../core/errors.js";
import { isJsonObject, type Json } from "../../core/json.js";
import type { Grammar } from "../grammar.js";
import { decodeText } from "./decode-text.js";
import { isPublicKey } from "./signature.js";

/** A static list of collections. */
export interface CollectionIndex {
  readonly $schema?: string;
  readonly format: typeof INDEX_FORMAT;
  readonly title?: string;
  readonly collections: Readonly<Record<string, IndexedCollection>>;
}

/** One collection of an index, in all its versions. */
export interface IndexedCollection {
  readonly title: string;
  readonly summary: string;
  readonly category?: string;
  /** Who says to publish it; only a signature proves it. */
  readonly publisher?: string;
  /** Newest first. */
  readonly versions: readonly IndexedVersion[];
}

/** One published version. */
export interface IndexedVersion {
  readonly version: string;
  /** Relative to the index, or an address. */
  readonly source: string;
  readonly integrity: string;
  readonly requires?: Readonly<Record<string, string>>;
  readonly signature?: CollectionSignature | null;
  readonly publishedAt: string;
  /** Why it should not be used any more. */
  readonly deprecated?: string;
}

export const INDEX_FORMAT = "patchbay-index-1";
export const INDEX_FILE = "index.json";
/** Thousands of collections. */
export const MAX_INDEX_BYTES = 4_194_304;

/**
 * Reads an index.
 * @throws INDEX_INVALID
 */
export function parseIndex(bytes: Uint8Array, from: string, grammar: Pick<Grammar, "check">): CollectionIndex {
  const value = toJson(bytes, from);
  const problems = grammar.check("collection-index", value);
  if (problems.length > 0) throw invalid(from, describeProblems(problems.slice(0, 5)));
  const index = value as unknown as CollectionIndex; // the grammar says so
  for (const [name, { versions }] of Object.entries(index.collections)) checkVersions(versions, `${from}: ${name}`);
  return index;
}

/**
 * Chooses a version: the newest in the range, preferring one that is not deprecated. Without a range no pre-release is
 * chosen unless there is nothing else.
 *
 * @returns null when none is in the range.
 */
export function chooseVersion({ versions }: IndexedCollection, range: string | null): IndexedVersion | null {
  const fitting = versions.filter(({ version }) => range === null || semver.satisfies(version, range));
  const sorted = fitting.sort((a, b) => semver.rcompare(a.version, b.version));
  const released = sorted.filter(({ version }) => range !== null || semver.prerelease(version) === null);
  const candidates = released.length > 0 ? released : sorted;
  return candidates.find(({ deprecated }) => deprecated === undefined) ?? candidates[0] ?? null;
}

/** Gives all versions, the preferred first: newest first, then pre-releases, then what is deprecated. */
export function inPreference({ versions }: IndexedCollection): readonly IndexedVersion[] {
  const rank = ({ version, deprecated }: IndexedVersion): number =>
    (deprecated === undefined ? 0 : 2) + (semver.prerelease(version) === null ? 0 : 1);
  return versions.toSorted((a, b) => rank(a) - rank(b) || semver.rcompare(a.version, b.version));
}

function checkVersions(versions: readonly IndexedVersion[], where: string): void {
  const seen = new Set<string>();
  for (const { version, signature } of versions) {
    if (semver.valid(version) !== version) throw invalid(where, `"${version}" is not a semantic version`);
    if (seen.has(version)) throw invalid(where, `${version} is there twice`);
    if (signature && !isPublicKey(signature.key)) throw invalid(where, `${version} has a key that is none`);
    seen.add(version);
  }
}

function toJson(bytes: Uint8Array, from: string): Json {
  try {
    const value = JSON.parse(decodeText(bytes, from)) as Json;
    if (isJsonObject(value)) return value;
  } catch (cause) {
    throw invalid(from, cause instanceof Error ? cause.message : String(cause));
  }
  throw invalid(from, "it is not an object");
}

function invalid(from: string, reason: string): PatchbayError {
  return new PatchbayError("INDEX_INVALID", `The index ${from} is not valid: ${reason}`, { index: from });
}
