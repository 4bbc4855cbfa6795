import type { ContentRequest, Examined } from "../../collections/installer.js";
import type { AvailableCollection } from "../../collections/source/available-collection.js";
import type { TrustedPublisher } from "../../core/collection.js";
import type { ErrorCode } from "../../core/error-catalogue.js";
import { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
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
  oneOf,
  type Static,
  text,
  toInstant,
} from "./schema.js";

/** Where a collection's files came from. */
export const origin = named(
  "CollectionOrigin",
  object({
    source: described("As it was asked for.", text()),
    resolved: described("Exactly where that was: the commit of a tag, the address behind redirects.", text()),
    integrity: described("SHA-512 of the files, whatever they were packed in.", text()),
    version: text(),
    publisher: described("Public key of who has signed; null when nobody has.", nullable(text())),
  }),
);

/** How a request says which collection it means: by exactly one of `source`, `name` and `files`. */
export const contentMembers = {
  source: described(
    "Where it is: `https://…`, `git+https://…#v1.2.0:folder`, or a name in an index (`shop@^1.0.0`). Never a path.",
    text({ minLength: 1, maxLength: 2000 }),
  ),
  name: described("… or a collection that ships with Patchbay …", text({ minLength: 1 })),
  files: described("… or the files of one: path to text.", mapOf(text())),
  from: described("With `files`: what they were read from, for the record.", text({ minLength: 1, maxLength: 2000 })),
  integrity: described("Refuse anything that has another.", text({ pattern: "^sha512-[A-Za-z0-9+/]{86}==$" })),
  acceptUnsigned: described("Install it although nobody trusted has signed it.", flag()),
};

/** Names a collection to look at. */
export const content = named("CollectionContent", object({}, contentMembers));

/** Errors of reading a collection from where it is. */
export const sourceErrorCodes = [
  "COLLECTION_INVALID",
  "COLLECTION_SIGNATURE_INVALID",
  "COLLECTION_UNKNOWN",
  "HOST_FORBIDDEN",
  "INDEX_INVALID",
  "INTEGRITY_MISMATCH",
  "SOURCE_INVALID",
  "SOURCE_UNKNOWN",
  "SOURCE_UNREADABLE",
] as const satisfies readonly ErrorCode[];

const publisher = object({
  key: described("Public key, `ed25519:…`.", text()),
  name: described("What people here call it.", text()),
  trustedAt: instant,
});

/** A publisher whose signature is enough. */
export const trustedPublisher = named("TrustedPublisher", publisher);

/** Trusts a publisher. */
export const trust = named(
  "Trust",
  object({ key: text({ minLength: 1, maxLength: 200 }), name: text({ minLength: 1, maxLength: 120 }) }),
);

/** One problem of one file of a collection. */
export const fileProblem = object({
  file: text(),
  path: text(),
  message: text(),
  remedy: text(),
  severity: oneOf(["error", "warning"]),
});

/** What a source has. */
export const examined = named(
  "ExaminedCollection",
  object({
    origin,
    name: described("Null when it cannot be installed: see the problems.", nullable(text())),
    title: nullable(text()),
    summary: nullable(text()),
    requires: mapOf(text()),
    parameters: described("JSON Schema of the parameters; `writeOnly` ones are secrets.", anyObject),
    publisher: described("The trusted publisher who has signed it; null when none has.", nullable(publisher)),
    needsTrust: described("Whether installing it needs `acceptUnsigned`.", flag()),
    problems: array(fileProblem),
  }),
);

/** A collection that can be installed by its name. */
export const availableCollection = object({
  name: text(),
  version: described("What a name without a range gives.", text()),
  title: text(),
  summary: text(),
  category: nullable(text()),
  publisher: described("Who says to publish it.", nullable(text())),
  key: described("Public key that has signed this version.", nullable(text())),
  versions: described("Newest first.", array(text())),
  deprecated: described("Why it should not be used any more.", nullable(text())),
  publishedAt: nullable(instant),
  index: described("Null when it ships with Patchbay.", nullable(text())),
  installedVersion: nullable(text()),
});

/** What a search found. */
export const available = named(
  "AvailableCollections",
  object({
    items: array(availableCollection),
    next: described("Cursor of the following page; null on the last one.", nullable(text())),
    unreadable: described("Indexes that could not be looked into.", array(object({ index: text(), message: text() }))),
  }),
);

export type AvailableView = Static<typeof available>;
export type AvailableCollectionView = Static<typeof availableCollection>;
export type ExaminedView = Static<typeof examined>;
export type TrustedPublisherView = Static<typeof publisher>;

/**
 * Reads which collection a request means.
 * @throws REQUEST_INVALID unless it says so in exactly one way
 */
export function toContentRequest({
  source,
  name,
  files,
  from,
  integrity,
  acceptUnsigned,
}: Static<typeof content>): ContentRequest {
  const ways = [source, name, files].filter((way) => way !== undefined);
  if (ways.length === 1) return { source, name, files, from, integrity, acceptUnsigned };
  throw new PatchbayError(
    "REQUEST_INVALID",
    "Give one of source (where a collection is), name (of one that ships with Patchbay) and files (those of one), and not two",
  );
}

export function toExaminedView({ collection, origin, publisher, needsTrust, problems }: Examined): ExaminedView {
  return {
    origin,
    name: collection?.name ?? null,
    title: collection?.title ?? null,
    summary: collection?.summary ?? null,
    requires: collection?.requires ?? {},
    parameters: (collection?.parameters ?? {}) as JsonObject,
    publisher: publisher === null ? null : toPublisherView(publisher),
    needsTrust,
    problems,
  };
}

export function toPublisherView({ key, name, trustedAt }: TrustedPublisher): TrustedPublisherView {
  return { key, name, trustedAt: toInstant(trustedAt) };
}

export function toAvailableView(
  { publishedAt, ...rest }: AvailableCollection,
  installedVersion: string | null,
): AvailableCollectionView {
  return { ...rest, publishedAt, installedVersion };
}
