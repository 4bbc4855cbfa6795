import { PatchbayError } from "../../core/errors.js";
import { collisionsOf, faultOfPath, fileLimits } from "../check-files.js";
import type { CollectionFiles } from "../installer.js";
import { decodeText } from "./decode-text.js";

/** Gathers the files of a collection that comes from outside, inside the limits, refusing at the first that is wrong. */
export interface Gathering {
  /**
   * Says that a file is coming, before its content is read.
   * @throws COLLECTION_INVALID when a collection may not have it.
   */
  announce(path: string, bytes: number): void;
  /** @throws COLLECTION_INVALID when it is not text */
  add(path: string, content: Uint8Array | string): void;
  /** @throws COLLECTION_INVALID when two files cannot be beside each other */
  finish(): CollectionFiles;
}

/** Begins with nothing. */
export function gatherFiles(): Gathering {
  const files = new Map<string, string>();
  const announced = new Set<string>();
  let totalBytes = 0;
  return {
    announce: (path, bytes) => {
      const fault = faultOfPath(path);
      if (fault !== null) throw refusedFile(path, fault);
      if (announced.has(path)) throw refusedFile(path, "is there twice");
      announced.add(path);
      totalBytes += bytes;
      if (bytes > fileLimits.fileBytes) throw refusedFile(path, `is larger than ${fileLimits.fileBytes} bytes`);
      if (announced.size > fileLimits.files) throw refusedFile("It", `has more than ${fileLimits.files} files`);
      if (totalBytes > fileLimits.totalBytes) throw refusedFile("It", `has more than ${fileLimits.totalBytes} bytes`);
    },
    add: (path, content) => {
      files.set(path, typeof content === "string" ? content.replace(/^\ufeff/, "") : decodeText(content, shown(path)));
    },
    finish: () => {
      for (const [path, other] of collisionsOf([...files.keys()])) {
        throw refusedFile(path, `cannot be beside ${shown(other)} on every disk`);
      }
      return Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
    },
  };
}

/** Makes the error that refuses a collection because of one of its files. */
export function refusedFile(path: string, reason: string): PatchbayError {
  return new PatchbayError("COLLECTION_INVALID", `${shown(path)} ${reason}`, { file: shown(path) });
}

const SHOWN = 120;

/** A hostile name may be long, and may have anything in it that moves a terminal's cursor. */
function shown(path: string): string {
  const plain = path.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "\ufffd");
  return plain.length > SHOWN ? `${plain.slice(0, SHOWN)}…` : plain;
}
