import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CollectionFiles } from "../../collections/installer.js";
import { PatchbayError } from "../../core/errors.js";

/** Refuses a folder that has something in it: nothing of what is there is written over. @throws COMMAND_INVALID, FILE_UNREADABLE */
export async function requireEmptyFolder(folder: string, remedy: string): Promise<void> {
  const entries = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw new PatchbayError("FILE_UNREADABLE", `${folder} cannot be used: ${cause.code ?? cause.message}`, { cause });
  });
  if (entries.length > 0) throw new PatchbayError("COMMAND_INVALID", `${folder} is not empty`, { remedy });
}

/** Writes the files of a collection below a folder, which is made when it is not there. */
export async function writeFolder(folder: string, files: CollectionFiles): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { flag: "wx" });
  }
}
