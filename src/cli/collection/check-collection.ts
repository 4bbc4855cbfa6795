import { readCollection } from "../../collections/read-collection.js";
import { readCollectionFolder } from "../../collections/read-folder.js";
import { readShipped } from "../../collections/shipped.js";
import { packagePath } from "../../config/package-root.js";
import { printProblems, withCheckTools } from "../check-tools.js";
import type { CommandContext } from "../context.js";

/**
 * Checks the files of a collection as an installation would, without a server: every problem of every file. The
 * shipped collections count as installed.
 */
export async function checkCollection(folder: string, context: CommandContext): Promise<void> {
  const files = await readCollectionFolder(folder);
  const { collection, problems } = await withCheckTools(context.config, async (tools) => {
    const installed = await readShipped(packagePath("collections"), tools);
    return readCollection(files, { ...tools, installed });
  });
  const name = collection === null ? folder : `${collection.name} ${collection.version}`;
  context.terminal.printJson({ collection: collection?.name ?? null, version: collection?.version ?? null, problems });
  printProblems(name, { problems, files: Object.keys(files).length }, context);
}
