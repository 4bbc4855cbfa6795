import { readCollectionFolder } from "../../collections/read-folder.js";
import { leavesOf, suggestMapping, toSkeleton } from "../../collections/scaffold/suggest-mapping.js";
import { readShipped } from "../../collections/shipped.js";
import { splitSignature } from "../../collections/source/bundle.js";
import type { Config } from "../../config/config.js";
import { packagePath } from "../../config/package-root.js";
import type { Collection } from "../../core/collection.js";
import { PatchbayError } from "../../core/errors.js";
import type { JsonSchema } from "../../core/json.js";
import { withCheckTools } from "../../workshop/check-tools.js";
import { checkWithRequired } from "../../workshop/check-with-required.js";
import type { CommandContext } from "../context.js";
import { plain } from "../plain.js";

/**
 * Suggests a translator between two data types by the names and types of their fields, and prints it to be corrected.
 * @throws DATA_TYPE_UNKNOWN, COLLECTION_INVALID
 */
export async function suggestTranslator(
  { from, to, folder }: { readonly from: string; readonly to: string; readonly folder: string | undefined },
  { config, terminal }: CommandContext,
): Promise<void> {
  const known = await dataTypesOf(folder, config);
  const schemaOf = (name: string): JsonSchema | null => known.get(name) ?? null;
  const leaves = (name: string) => leavesOf(requireSchema(name, known), schemaOf);
  const suggestions = suggestMapping(leaves(from), leaves(to));
  const skeleton = toSkeleton(suggestions, { country: "$params.defaultCountry", instead: {} });
  const table = suggestions.map(({ to: target, from: source, score }) => {
    return { to: target.path.join("."), from: source?.path.join(".") ?? null, score, required: target.required };
  });
  terminal.printJson({ from, to, suggestions: table, skeleton });
  for (const { to: target, from: source, score } of table) {
    const words =
      source === null ? terminal.paint("careful", "nothing alike") : `${source} (${Math.round(score * 100)} %)`;
    terminal.note(`${plain(target)} ← ${plain(words)}`);
  }
  const title = `${from.split("/")[1]} to ${to.split("/")[1]}`;
  terminal.print(`/* title: ${title}`, `   from: ${from}`, `   to: ${to} */`, skeleton);
}

async function dataTypesOf(folder: string | undefined, config: Config): Promise<ReadonlyMap<string, JsonSchema>> {
  const collections: Collection[] = [];
  if (folder === undefined) {
    collections.push(...(await withCheckTools(config, (tools) => readShipped(packagePath("collections"), tools))));
  } else {
    const { files } = splitSignature(await readCollectionFolder(folder));
    const { collection, others } = await checkWithRequired(files, config);
    collections.push(...others, ...(collection === null ? [] : [collection]));
  }
  return new Map(collections.flatMap(({ dataTypes }) => dataTypes.map(({ name, schema }) => [name, schema])));
}

function requireSchema(name: string, known: ReadonlyMap<string, JsonSchema>): JsonSchema {
  const schema = known.get(name);
  if (schema !== undefined) return schema;
  const remedy = `Name one of ${[...known.keys()].sort().join(", ")}; --folder adds those of a collection of yours.`;
  throw new PatchbayError("DATA_TYPE_UNKNOWN", `There is no data type ${name}`, { remedy });
}
