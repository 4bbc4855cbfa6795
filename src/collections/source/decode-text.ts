import { PatchbayError } from "../../core/errors.js";

/**
 * Reads the bytes of a file as text. A byte order mark at the beginning is left out, wherever the file comes from.
 * @throws COLLECTION_INVALID when they are not UTF-8.
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PatchbayError("COLLECTION_INVALID", `${file} is not text in UTF-8`, { file, cause });
  }
}
