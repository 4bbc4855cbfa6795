import { join } from "node:path";
import { readCollectionFolder } from "../../collections/read-folder.js";
import { SCHEMAS_FOLDER, withLocalSchema } from "../../collections/schema-line.js";
import type { CommandContext } from "../context.js";
import { count, plain } from "../plain.js";
import { writeSchemas } from "./write-folder.js";
import { writeOut } from "./write-out.js";

/**
 * Writes this Patchbay's schemas into a collection's folder, and points the first lines of its files at them. Files without such a
 * line stay as they are.
 *
 * @throws COLLECTION_UNKNOWN, COLLECTION_INVALID, FILE_UNREADABLE
 */
export async function bringSchemas(folder: string, { terminal }: CommandContext): Promise<void> {
  const files = await readCollectionFolder(folder);
  await writeSchemas(folder);
  const changed: string[] = [];
  for (const [file, text] of Object.entries(files)) {
    const pointed = withLocalSchema(file, text);
    if (pointed === text) continue;
    await writeOut(join(folder, file), pointed);
    changed.push(file);
  }
  terminal.printJson({ folder, schemas: join(folder, SCHEMAS_FOLDER), changed });
  terminal.print(
    `The schemas of this Patchbay are in ${plain(join(folder, SCHEMAS_FOLDER))}; commit them with the collection.`,
  );
  if (changed.length > 0)
    terminal.print(
      `${count(changed.length, "file")} now ${changed.length === 1 ? "points" : "point"} at them: ${plain(changed.join(", "))}`,
    );
}
