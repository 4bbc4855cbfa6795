import { array, described, flag, instant, named, nullable, object, type Static, text } from "./schema.js";

/** One file of an installed collection. */
export const collectionFile = named(
  "CollectionFile",
  object({
    file: text(),
    text: described("What runs; null when the collection has no such file any more.", nullable(text())),
    published: described("The collection's own text; null when the file is only here.", nullable(text())),
    changedAt: described("When it was changed here; null when it was not.", nullable(instant)),
  }),
);

/** What was changed here of an installed collection. */
export const collectionDiff = named(
  "CollectionDiff",
  object({
    name: text(),
    version: text(),
    files: array(
      object({
        file: text(),
        added: described("Whether the collection itself has no such file.", flag()),
        diff: described("Unified diff from the collection's own text to what runs.", text()),
        changedAt: instant,
      }),
    ),
  }),
);

/** Text of a file. */
export const fileText = named("CollectionFileText", object({ text: text() }));

export type CollectionFileView = Static<typeof collectionFile>;
export type CollectionDiffView = Static<typeof collectionDiff>;
