import { factsOf } from "../../collections/manifest-facts.js";
import { PatchbayError } from "../../core/errors.js";
import { readOne } from "../../workshop/with-sources.js";
import type { CommandContext } from "../context.js";
import { count } from "../plain.js";
import { requireEmptyFolder, writeCollection } from "./write-folder.js";

/** Writes a collection from any source into a folder, to look at it, to change it, or to install it from there. */
export async function pullCollection(
  { source, to }: { readonly source: string; readonly to?: string | undefined },
  { config, terminal }: CommandContext,
): Promise<void> {
  const { files, origin } = await readOne(source, config);
  const { name } = factsOf(files);
  if (to === undefined && !/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new PatchbayError("COLLECTION_INVALID", `${source} has no name to call a folder by`, {
      remedy: "Say where to write it: --to <folder>.",
    });
  }
  const folder = to ?? name;
  await requireEmptyFolder(folder, "Say where to write it: --to <folder>, one that is empty or not there.");
  await writeCollection(folder, files);
  terminal.printJson({ name, folder, files: Object.keys(files).length, origin });
  terminal.print(
    `${name} ${origin.version}: ${count(Object.keys(files).length, "file")} in ${folder}`,
    `  from ${origin.resolved}`,
    `  integrity ${origin.integrity}`,
    `  ${origin.publisher === null ? "not signed" : `signed by ${origin.publisher}`}`,
  );
}
