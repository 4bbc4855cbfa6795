import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CollectionFiles } from "../../collections/installer.js";
import { PatchbayError } from "../../core/errors.js";

/**
 * Writes the files of a collection into a folder that is empty or not there: nothing of what is there is written over.
 *
 * @param remedy How to name another folder.
 * @throws COMMAND_INVALID, FILE_UNREADABLE
 */
export async function writeFolder(folder: string, files: CollectionFiles, remedy: string): Promise<void> {
  await requireEmpty(folder, remedy);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { flag: "wx" });
  }
}

async function requireEmpty(folder: string, remedy: string): Promise<void> {
  const entries = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw new PatchbayError("FILE_UNREADABLE", `${folder} cannot be used: ${cause.code ?? cause.message}`, { cause });
  });
  if (entries.length > 0) throw new PatchbayError("COMMAND_INVALID", `${folder} is not empty`, { remedy });
}
