import semver from "semver";
import type { CollectionDetailsView } from "../../api/contract/collection.js";
import { isIntegrity } from "../../collections/source/integrity.js";
import { parseSource } from "../../collections/source/source.js";
import { PatchbayError } from "../../core/errors.js";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";

/** Which version of a collection was chosen, so exactly that nothing else can take its place. */
export interface LockedCollection {
  readonly version: string;
  /** Where the same can be read again. */
  readonly source: string;
  readonly integrity: string;
  /** Public key of who has signed it; null when nobody has. */
  readonly publisher: string | null;
  readonly requires: Readonly<Record<string, string>>;
}

/** What `patchbay.lock.json` has: everything that is installed, by name. */
export interface LockFile {
  readonly format: typeof LOCK_FORMAT;
  readonly collections: Readonly<Record<string, LockedCollection>>;
}

const LOCK_FORMAT = "patchbay-lock-1";

/**
 * Writes down what is installed.
 * @throws COMMAND_INVALID for a collection of which nobody knows any more where it came from
 */
export function toLockFile(installed: readonly CollectionDetailsView[]): LockFile {
  const entries = installed
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, origin, requires }): [string, LockedCollection] => {
      if (origin === null) {
        throw new PatchbayError("COMMAND_INVALID", `Nobody knows any more where ${name} came from`, {
          remedy: `It was installed before that was kept: install it again, patchbay collection install ${name}.`,
        });
      }
      const { version, integrity, publisher } = origin;
      return [name, { version, source: sourceAgain(name, origin), integrity, publisher, requires }];
    });
  return { format: LOCK_FORMAT, collections: Object.fromEntries(entries) };
}

/** A name is looked up again, with exactly this version; an address is the one behind tags and redirects. */
function sourceAgain(
  name: string,
  { source, resolved, version }: NonNullable<CollectionDetailsView["origin"]>,
): string {
  if (/^(git\+)?https?:/.test(resolved)) return resolved;
  const named = resolved.startsWith("shipped:") || (source !== resolved && parseSource(source).kind === "name");
  return named ? `${name}@${version}` : source;
}

/** Reads a lock file. @throws FILE_UNREADABLE */
export function parseLockFile(text: string, path: string): LockFile {
  const value = parsed(text);
  if (!isJsonObject(value) || value.format !== LOCK_FORMAT || !isJsonObject(value.collections)) {
    throw invalid(path, `it has no "format": "${LOCK_FORMAT}" and collections`);
  }
  const entries = Object.entries(value.collections).map(([name, one]): [string, LockedCollection] => {
    const { version, source, integrity, publisher = null, requires = {} }: JsonObject = isJsonObject(one) ? one : {};
    const sound =
      semver.valid(String(version)) !== null && typeof source === "string" && isIntegrity(String(integrity ?? ""));
    if (!sound) throw invalid(path, `${name} has no version, source and integrity`);
    const signer = typeof publisher === "string" ? publisher : null;
    const ranges = isJsonObject(requires) ? (requires as Record<string, string>) : {};
    return [
      name,
      { version: String(version), source, integrity: String(integrity), publisher: signer, requires: ranges },
    ];
  });
  if (entries.length === 0) throw invalid(path, "it has no collections");
  return { format: LOCK_FORMAT, collections: Object.fromEntries(entries) };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

function invalid(path: string, reason: string): PatchbayError {
  return new PatchbayError("FILE_UNREADABLE", `${path} is not a lock file: ${reason}`, {
    remedy: "Write it with patchbay collection lock --out patchbay.lock.json.",
  });
}
