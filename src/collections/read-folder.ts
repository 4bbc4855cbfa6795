import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PatchbayError } from "../core/errors.js";
import { fileLimits } from "./check-files.js";
import type { CollectionFiles } from "./installer.js";
import { decodeText } from "./source/decode-text.js";

/**
 * Reads the files of a collection's folder as text. Names that begin with a dot are left out.
 *
 * @throws COLLECTION_UNKNOWN when there is no folder with a collection.yaml. COLLECTION_INVALID for symbolic links,
 *   files that are not text, and more or larger files than a collection may have.
 */
export async function readCollectionFolder(path: string): Promise<CollectionFiles> {
  const manifest = await lstat(join(path, "collection.yaml")).catch(() => null);
  if (!manifest) throw new PatchbayError("COLLECTION_UNKNOWN", `There is no collection.yaml in ${path}`, { path });
  return readTextFiles(path);
}

/** Reads every file below a folder as text, inside the limits of a collection; see `readCollectionFolder`. */
export async function readTextFiles(root: string): Promise<CollectionFiles> {
  const files: Record<string, string> = {};
  let totalBytes = 0;
  for (const file of await listFiles(root, "", 0)) {
    const { size } = await lstat(join(root, file));
    totalBytes += size;
    if (size > fileLimits.fileBytes) throw refused(file, `is larger than ${fileLimits.fileBytes} bytes`);
    if (totalBytes > fileLimits.totalBytes) throw refused(root, `is larger than ${fileLimits.totalBytes} bytes in all`);
    if (Object.keys(files).length >= fileLimits.files) throw refused(root, `has more than ${fileLimits.files} files`);
    files[file] = decodeText(await readFile(join(root, file)), file);
  }
  return files;
}

async function listFiles(root: string, folder: string, depth: number): Promise<string[]> {
  if (depth > fileLimits.depth) throw refused(folder, `is more than ${fileLimits.depth} folders deep`);
  const files: string[] = [];
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    if (entry.name.startsWith(".")) continue;
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) files.push(...(await listFiles(root, path, depth + 1)));
    else if (entry.isFile()) files.push(path);
    else throw refused(path, "is neither a file nor a folder; links are not followed");
    if (files.length > fileLimits.files) throw refused(root, `has more than ${fileLimits.files} files`);
  }
  return files.sort();
}

function refused(file: string, reason: string): PatchbayError {
  return new PatchbayError("COLLECTION_INVALID", `${file} ${reason}`, { file });
}
