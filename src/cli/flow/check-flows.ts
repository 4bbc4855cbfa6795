import { stat } from "node:fs/promises";
import { join } from "node:path";
import { collectionInvalid } from "../../collections/collection-problems.js";
import { checkLocal, readLocalFiles } from "../../collections/local-definitions.js";
import { readCollection } from "../../collections/read-collection.js";
import { readCollectionFolder } from "../../collections/read-folder.js";
import { readShipped } from "../../collections/shipped.js";
import type { CheckTools } from "../../collections/surroundings.js";
import { packagePath } from "../../config/package-root.js";
import type { Collection } from "../../core/collection.js";
import { PatchbayError } from "../../core/errors.js";
import { withCheckTools } from "../../workshop/check-tools.js";
import { checkCollection } from "../collection/check-collection.js";
import type { CommandContext } from "../context.js";
import { printProblems } from "../print-problems.js";

/**
 * Checks the flows and translators of this installation as its start would, without a server: every problem of every file. A folder with a
 * collection.yaml is checked as the collection that it is.
 *
 * @param folder Null for the flows folder of the configuration.
 * @param collections Folders of collections that count as installed, besides those that ship with Patchbay.
 * @throws FILE_UNREADABLE when there is no such folder; COLLECTION_INVALID when one of the collections has problems.
 */
export async function checkFlows(
  folder: string | null,
  collections: readonly string[],
  context: CommandContext,
): Promise<void> {
  const root = folder ?? context.config.flowsFolder;
  await requireFolder(root);
  if ((await stat(join(root, "collection.yaml")).catch(() => null)) !== null) return checkCollection(root, context);
  const files = await readLocalFiles(root);
  const { problems } = await withCheckTools(context.config, async (tools) => {
    const shipped = await readShipped(packagePath("collections"), tools);
    return checkLocal(files, await withOthers(shipped, collections, tools), tools);
  });
  context.terminal.printJson({ folder: root, problems });
  printProblems(root, { problems, files: Object.keys(files).length }, context);
}

async function requireFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) return;
  throw new PatchbayError("FILE_UNREADABLE", `There is no folder ${path}`, {
    remedy: "Name the folder with the flow files, or set FLOWS_FOLDER.",
  });
}

/** In the order given, so that one may need those before it. */
async function withOthers(
  shipped: readonly Collection[],
  folders: readonly string[],
  tools: CheckTools,
): Promise<readonly Collection[]> {
  let installed = shipped;
  for (const folder of folders) {
    const { collection, problems } = readCollection(await readCollectionFolder(folder), { ...tools, installed });
    if (collection === null) throw collectionInvalid(`The collection in ${folder}`, problems);
    installed = [...installed.filter(({ name }) => name !== collection.name), collection];
  }
  return installed;
}
