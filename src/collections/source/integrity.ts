import { createHash } from "node:crypto";
import { canonicalJson } from "../../core/json.js";
import type { CollectionFiles } from "../installer.js";

/**
 * Gives the integrity of a collection: SHA-512 of the canonical JSON of path to text, as `sha512-<base64>`.
 *
 * It is of the files and not of what they are packed in, so a folder, a bundle of either kind and a tag in git with the same
 * content have the same.
 */
export function integrityOf(files: CollectionFiles): string {
  return `sha512-${createHash("sha512").update(canonicalJson(files)).digest("base64")}`;
}

/** Tells whether text is an integrity. */
export function isIntegrity(text: string): boolean {
  return /^sha512-[A-Za-z0-9+/]{86}==$/.test(text);
}
