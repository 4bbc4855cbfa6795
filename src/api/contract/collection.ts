import type { OpenConnection } from "../../core/catalog.js";
import type { Collection, InstalledCollection, KeptVersion } from "../../core/collection.js";
import type { JsonObject } from "../../core/json.js";
import { hookUrl } from "../../core/webhook-url.js";
import { content, contentMembers, origin } from "./collection-source.js";
import { planningMembers } from "./plan.js";
import {
  anyObject,
  array,
  described,
  flag,
  instant,
  mapOf,
  named,
  nullable,
  object,
  type Static,
  text,
  toInstant,
} from "./schema.js";

/** An address of this server for a vendor to call. */
export const webhook = object({
  connection: text(),
  key: text(),
  title: text(),
  enteredAs: described("Where to enter it at the vendor.", text()),
  url: described("Null when this server has no PUBLIC_URL.", nullable(text())),
});

const collectionMembers = {
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
      webhooks: described("What has to be entered at the vendor, so that it can call.", array(webhook)),
      changedFiles: described("Files that run otherwise than it was published.", array(text())),
      installedAt: instant,
    }),
  ),
  leftOut: described(
    "Of one that is installed, but does not fit the others, so that nothing of it is used; `installed` is null then.",
    nullable(object({ version: text(), reason: text() })),
  ),
};

/** A collection: installed here, shipped with Patchbay, or both. */
export const collection = named("Collection", object(collectionMembers));

/** A collection that was installed just now, with where it came from. */
export const installedNow = named(
  "InstalledCollection",
  object({
    ...collectionMembers,
    origin: described("Where it came from, exactly.", origin),
    alongside: described(
      "Other collections that were installed with it, by the same plan.",
      array(object({ name: text(), version: text() })),
    ),
  }),
);

/** A collection, with what is known of where it came from. */
export const collectionDetails = named(
  "CollectionDetails",
  object({
    ...collectionMembers,
    origin: described("Null unless it is installed, and its files are kept.", nullable(origin)),
  }),
);

/** A version that was installed here at some time. */
export const keptVersion = named(
  "CollectionVersion",
  object({
    version: text(),
    integrity: described("Tells versions of one number apart.", text()),
    current: described("Whether it is the one that is installed.", flag()),
    origin,
    installedAt: described("When it was installed last.", instant),
  }),
);

/** Installs a collection, or replaces the installed one of that name. */
export const installation = named(
  "Installation",
  object(
    {},
    {
      ...contentMembers,
      ...planningMembers,
      others: described("Further collections of the same plan.", array(content, { maxItems: 100 })),
      planHash: described(
        "Install what was planned, with everything it requires, and nothing else. Without it this collection alone is installed.",
        text({ pattern: "^[0-9a-f]{64}$" }),
      ),
    },
  ),
);

type WebhookView = Static<typeof webhook>;
export type InstalledNowView = Static<typeof installedNow>;
export type CollectionDetailsView = Static<typeof collectionDetails>;
export type KeptVersionView = Static<typeof keptVersion>;
export type CollectionView = Static<typeof collection>;
export type InstallationBody = Static<typeof installation>;

interface Surroundings {
  readonly shipped: Collection | null;
  readonly installed: InstalledCollection | null;
  /** Of the installed one's connections. */
  readonly webhooks: readonly WebhookView[];
  /** Paths of the installed one's files that were changed here. */
  readonly changedFiles: readonly string[];
  /** Of one that is installed and cannot be used. */
  readonly leftOut?: { readonly version: string; readonly reason: string };
}

/** Gives the addresses of these connections that somebody has to enter at the vendor. */
export function toWebhookViews(connections: readonly OpenConnection[], publicUrl: string | null): WebhookView[] {
  return connections.flatMap((open) =>
    open.connector.webhooks.flatMap(({ key, title, enteredAs }): WebhookView[] => {
      if (enteredAs === null) return [];
      const url = publicUrl === null ? null : hookUrl(publicUrl, open, key);
      return [{ connection: open.name, key, title, enteredAs, url }];
    }),
  );
}

/** Gives one collection as it is sent; at least one of the two is there, and the installed one has the word. */
export function toCollectionView(
  described: Collection,
  { shipped, installed, webhooks, changedFiles, leftOut }: Surroundings,
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
    installed: installed === null ? null : toInstalledView(installed, { webhooks, changedFiles }),
    leftOut: leftOut ?? null,
  };
}

/** @param current Integrity of the version that is installed; null when none is. */
export function toKeptVersionView(
  { version, origin, installedAt }: KeptVersion,
  current: string | null,
): KeptVersionView {
  const { integrity } = origin;
  return { version, integrity, current: integrity === current, origin, installedAt: toInstant(installedAt) };
}

function toInstalledView(
  { collection, hash, parameters, installedAt }: InstalledCollection,
  { webhooks, changedFiles }: Pick<Surroundings, "webhooks" | "changedFiles">,
) {
  const { version } = collection;
  return { version, hash, parameters, webhooks, changedFiles, installedAt: toInstant(installedAt) };
}
