import { readCollectionFolder } from "../../collections/read-folder.js";
import { splitSignature } from "../../collections/source/bundle.js";
import { checkWithRequired } from "../../workshop/check-with-required.js";
import type { CommandContext } from "../context.js";
import { printProblems } from "../print-problems.js";

/**
 * Checks the files of a collection as an installation would, without a server: every problem of every file. What it requires
 * counts as installed when it ships with Patchbay or is in a configured index.
 */
export async function checkCollection(folder: string, context: CommandContext): Promise<void> {
  const { files } = splitSignature(await readCollectionFolder(folder));
  const { collection, problems } = await checkWithRequired(files, context.config);
  const name = collection === null ? folder : `${collection.name} ${collection.version}`;
  context.terminal.printJson({ collection: collection?.name ?? null, version: collection?.version ?? null, problems });
  printProblems(name, { problems, files: Object.keys(files).length }, context);
}
