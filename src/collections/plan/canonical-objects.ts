import { parse, stringify } from "yaml";
import type { Collection } from "../../core/collection.js";
import { isJsonObject, type Json } from "../../core/json.js";
import type { CollectionFiles } from "../installer.js";
import { qualified } from "../qualified-name.js";
import { MANIFEST_FILE } from "../read-draft.js";
import type { ObjectKind } from "./plan.js";

/** An object of a collection as text that is equal when the objects are. */
export interface CanonicalObject {
  readonly kind: ObjectKind;
  readonly name: string;
  readonly text: string;
  /** A word about it; none is needed as a rule. */
  readonly note?: string;
}

/** Writes a value as YAML: names in order, one spelling, no comments. */
export function canonicalYaml(value: Json): string {
  return stringify(value, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false });
}

/** Gives the objects of a collection as its author wrote them, from files that were checked. Parameters are not among them. */
export function objectsOfFiles(collection: string, files: CollectionFiles): readonly CanonicalObject[] {
  const objects = Object.entries(files).flatMap(([path, text]): CanonicalObject[] => {
    const [, folder, stem = "", ending] = /^(schemas|translators|flows)\/([^/.]+)\.(.+)$/.exec(path) ?? [];
    if (ending === undefined) return [];
    if (folder === "translators") return [{ kind: "translator", name: qualified(stem, collection), text: unix(text) }];
    const value = parse(text) as Json; // checked before
    if (folder === "flows") {
      return [{ kind: "flow", name: qualified(stem, collection), text: canonicalYaml(value) }];
    }
    const name = isJsonObject(value) ? String(value.$id) : stem;
    return [{ kind: "data type", name, text: canonicalYaml(value) }];
  });
  return [...objects, ...connectionsOf(collection, files)].sort(byKindAndName);
}

/** Gives the objects of a collection whose files are not known any more. */
export function objectsOfDefinitions(collection: Collection): readonly CanonicalObject[] {
  const written = (kind: ObjectKind, definitions: readonly { readonly name: string }[]): CanonicalObject[] =>
    definitions.map((one) => ({ kind, name: one.name, text: canonicalYaml(one as unknown as Json) })); // read from JSON
  const translators = collection.translators.map(
    ({ name, source }): CanonicalObject => ({ kind: "translator", name, text: unix(source) }),
  );
  return [
    ...collection.dataTypes.map(
      ({ name, schema }): CanonicalObject => ({ kind: "data type", name, text: canonicalYaml(schema as Json) }),
    ),
    ...translators,
    ...written("connection", collection.connections),
    ...written("flow", collection.flows),
  ].sort(byKindAndName);
}

function connectionsOf(collection: string, files: CollectionFiles): CanonicalObject[] {
  const manifest = parse(files[MANIFEST_FILE] ?? "") as Json; // checked before
  const connections = isJsonObject(manifest) && Array.isArray(manifest.connections) ? manifest.connections : [];
  return connections.flatMap((connection): CanonicalObject[] => {
    if (!isJsonObject(connection) || typeof connection.name !== "string") return [];
    return [{ kind: "connection", name: qualified(connection.name, collection), text: canonicalYaml(connection) }];
  });
}

function unix(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function byKindAndName(a: CanonicalObject, b: CanonicalObject): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}
