import { copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CollectionFiles } from "../../collections/installer.js";
import { SCHEMAS_FOLDER } from "../../collections/schema-line.js";
import { packagePath } from "../../config/package-root.js";
import { PatchbayError } from "../../core/errors.js";

/** Refuses a folder that has something in it: nothing of what is there is written over. @throws COMMAND_INVALID, FILE_UNREADABLE */
export async function requireEmptyFolder(folder: string, remedy: string): Promise<void> {
  const entries = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw new PatchbayError("FILE_UNREADABLE", `${folder} cannot be used: ${cause.code ?? cause.message}`, { cause });
  });
  if (entries.length > 0) throw new PatchbayError("COMMAND_INVALID", `${folder} is not empty`, { remedy });
}

/** Writes the files of a collection below a folder, which is made when it is not there, and beside them the schemas for editors. */
export async function writeCollection(folder: string, files: CollectionFiles): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { flag: "wx" });
  }
  await writeSchemas(folder);
}

/** Writes this Patchbay's schemas into a collection's folder, over those of another version. */
export async function writeSchemas(folder: string): Promise<void> {
  await mkdir(join(folder, SCHEMAS_FOLDER), { recursive: true });
  const from = packagePath("schemas");
  for (const name of await readdir(from)) await copyFile(join(from, name), join(folder, SCHEMAS_FOLDER, name));
}
