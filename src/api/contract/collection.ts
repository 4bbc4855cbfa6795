import type { Collection, InstalledCollection } from "../../core/collection.js";
import type { JsonObject } from "../../core/json.js";
import {
  anyObject,
  array,
  described,
  instant,
  mapOf,
  named,
  nullable,
  object,
  type Static,
  text,
  toInstant,
} from "./schema.js";

/** A collection: installed here, shipped with Patchbay, or both. */
export const collection = named(
  "Collection",
  object({
    name: text(),
    title: text(),
    summary: text(),
    licence: nullable(text()),
    requires: mapOf(text()),
    parameters: described("JSON Schema of the parameters; `writeOnly` ones are secrets.", anyObject),
    dataTypes: array(text()),
    translators: array(text()),
    connections: array(text()),
    flows: array(text()),
    shippedVersion: described("The version ready to install; null when Patchbay does not ship it.", nullable(text())),
    installed: nullable(
      object({
        version: text(),
        hash: text(),
        parameters: described("Never the secret ones.", anyObject),
        installedAt: instant,
      }),
    ),
  }),
);

/** Installs a collection, or replaces the installed one of that name. */
export const installation = named(
  "Installation",
  object(
    {},
    {
      name: described("A collection that ships with Patchbay …", text({ minLength: 1 })),
      files: described("… or the files of one: path to text.", mapOf(text())),
      parameters: described("Parameters that are not given keep their installed value.", anyObject),
    },
  ),
);

export type CollectionView = Static<typeof collection>;
export type InstallationBody = Static<typeof installation>;

/** Gives one collection as it is sent; at least one of the two is there, and the installed one has the word. */
export function toCollectionView(
  described: Collection,
  { shipped, installed }: { shipped: Collection | null; installed: InstalledCollection | null },
): CollectionView {
  const { name, title, summary, licence, requires, parameters } = described;
  const names = (definitions: readonly { readonly name: string }[]) => definitions.map((definition) => definition.name);
  return {
    ...{ name, title, summary, licence, requires, parameters: parameters as JsonObject },
    dataTypes: names(described.dataTypes),
    translators: names(described.translators),
    connections: names(described.connections),
    flows: names(described.flows),
    shippedVersion: shipped?.version ?? null,
    installed: installed === null ? null : toInstalledView(installed),
  };
}

function toInstalledView({ collection, hash, parameters, installedAt }: InstalledCollection) {
  return { version: collection.version, hash, parameters, installedAt: toInstant(installedAt) };
}
