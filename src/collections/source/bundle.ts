import type { CollectionSignature } from "../../core/collection.js";
import { PatchbayError } from "../../core/errors.js";
import type { CollectionFiles } from "../installer.js";
import { readJsonBundle, writeJsonBundle } from "./json-bundle.js";
import { parseSignature, SIGNATURE_FILE } from "./signature.js";
import { readTgz, writeTgz } from "./tgz.js";

/** A collection in one file: its files, and the signature of them when somebody has signed. */
export interface Bundle {
  readonly files: CollectionFiles;
  readonly signature: CollectionSignature | null;
}

/** What a bundle may be packed as; the ending of its file's name. */
export type BundleFormat = "tgz" | "json";

/** Bytes that a bundle may have, packed: what the largest collection comes to in either format. */
export const MAX_BUNDLE_BYTES = 4_194_304;

/**
 * Reads a bundle of either format, told apart by its first bytes. Nothing is written to a disk; memory stays within a few
 * times what a collection may have, whatever the bundle claims or unpacks to.
 *
 * @throws COLLECTION_INVALID for everything that a collection may not have: more or larger files than allowed, links,
 *   devices, paths that lead out of it or collide, names and files that are not UTF-8. COLLECTION_SIGNATURE_INVALID when its
 *   signature cannot be read as one.
 */
export async function readBundle(bytes: Uint8Array): Promise<Bundle> {
  if (bytes.length > MAX_BUNDLE_BYTES) throw notABundle(`is larger than ${MAX_BUNDLE_BYTES} bytes`);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return splitSignature(await readTgz(bytes));
  if (/^\s*\{/.test(Buffer.from(bytes.subarray(0, 64)).toString("latin1"))) {
    return splitSignature(readJsonBundle(bytes));
  }
  throw notABundle("is neither a .tgz nor a .json bundle");
}

/**
 * Writes a bundle. The same files give the same bytes: they are sorted, and nothing of this machine or moment is in them.
 * @throws COLLECTION_INVALID when nobody could read it again.
 */
export async function writeBundle({ files, signature }: Bundle, format: BundleFormat): Promise<Uint8Array> {
  const all = signature === null ? files : { ...files, [SIGNATURE_FILE]: `${JSON.stringify(signature, null, 2)}\n` };
  const bytes = format === "tgz" ? await writeTgz(all) : writeJsonBundle(all);
  await readBundle(bytes);
  return bytes;
}

/**
 * Takes the signature out of a collection's files: it is of them, and not one of them.
 * @throws COLLECTION_SIGNATURE_INVALID when there is a `signature.json` that is none.
 */
export function splitSignature(all: CollectionFiles): Bundle {
  const { [SIGNATURE_FILE]: text, ...files } = all;
  return { files, signature: text === undefined ? null : parseSignature(text) };
}

/** Gives the format that a file's name asks for; null when it is not a bundle's. */
export function bundleFormat(path: string): BundleFormat | null {
  if (/\.(tgz|tar\.gz)$/i.test(path)) return "tgz";
  return /\.json$/i.test(path) ? "json" : null;
}

function notABundle(reason: string): PatchbayError {
  return new PatchbayError("COLLECTION_INVALID", `The bundle ${reason}`, {
    remedy: "Make it with patchbay collection pack.",
  });
}
