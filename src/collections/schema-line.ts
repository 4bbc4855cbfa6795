/**
 * Folder beside a collection's files with the schemas of such files, for editors. It is no part of the collection: it is neither
 * packed nor installed, but everybody who has the folder has it, wherever Patchbay lies there.
 */
export const SCHEMAS_FOLDER = ".patchbay/schemas";

/** Kinds of files that a schema describes, as `schemas/<kind>.schema.json`. */
export type SchemaKind = "collection" | "data-type" | "endpoints" | "flow" | "sample" | "test";

const PREFIX = "# yaml-language-server: $schema=";

/** Gives the first line of a YAML file, which tells an editor what the file may have. @param file Path inside the collection. */
export function schemaLine(kind: SchemaKind, file: string): string {
  const up = "../".repeat(file.split("/").length - 1);
  return `${PREFIX}${up}${SCHEMAS_FOLDER}/${kind}.schema.json\n`;
}

/** Points a file's first line at the schemas beside the collection, wherever it pointed before; a file without one stays as it is. */
export function withLocalSchema(file: string, text: string): string {
  const kind = kindOf(file);
  const [first = ""] = text.split("\n", 1);
  if (kind === null || !first.startsWith(PREFIX)) return text;
  return schemaLine(kind, file) + text.slice(first.length + 1);
}

function kindOf(file: string): SchemaKind | null {
  if (file === "collection.yaml") return "collection";
  const [folder, name = ""] = file.split("/");
  if (!/\.ya?ml$/.test(name)) return null;
  const kinds: Readonly<Record<string, SchemaKind>> = {
    connections: "endpoints",
    flows: "flow",
    samples: "sample",
    schemas: "data-type",
    tests: "test",
  };
  return kinds[folder ?? ""] ?? null;
}
