import { PatchbayError } from "../../core/errors.js";
import { isJsonObject, type Json } from "../../core/json.js";
import type { CollectionFiles } from "../installer.js";
import { decodeText } from "./decode-text.js";
import { gatherFiles } from "./gather-files.js";

const FORMAT = "patchbay-bundle-1";

/**
 * Reads a bundle in JSON: `{ "format": "patchbay-bundle-1", "files": [{ "path", "text" }] }`. A list, so that no path
 * can be a member's name and none hides another.
 *
 * @throws COLLECTION_INVALID
 */
export function readJsonBundle(bytes: Uint8Array): CollectionFiles {
  const bundle = parse(decodeText(bytes, "The bundle"));
  if (!isJsonObject(bundle) || bundle.format !== FORMAT) throw refused(`has no "format": "${FORMAT}"`);
  if (!Array.isArray(bundle.files)) throw refused("has no list of files");
  const gathering = gatherFiles();
  for (const file of bundle.files) {
    if (!isJsonObject(file) || typeof file.path !== "string" || typeof file.text !== "string") {
      throw refused("has a file that is not { path, text }");
    }
    gathering.announce(file.path, Buffer.byteLength(file.text));
    if (!isUnicode(file.text)) throw refused(`has text that is not Unicode in ${file.path}`);
    gathering.add(file.path, file.text);
  }
  return gathering.finish();
}

/** Writes a bundle in JSON: for reading by people and for comparing. */
export function writeJsonBundle(files: CollectionFiles): Uint8Array {
  const list = Object.keys(files)
    .sort()
    .map((path) => ({ path, text: files[path] ?? "" }));
  return Buffer.from(`${JSON.stringify({ format: FORMAT, files: list }, null, 2)}\n`);
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw refused(`is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** Half of a surrogate pair is a string of JSON and not text: it cannot be written as UTF-8. */
function isUnicode(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function refused(reason: string): PatchbayError {
  return new PatchbayError("COLLECTION_INVALID", `The bundle ${reason}`, {
    remedy: "Make it with patchbay collection pack.",
  });
}
