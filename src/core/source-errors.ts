import { type ErrorEntry, passing, permanent } from "./error-entry.js";

/** Errors of where collections come from: sources, bundles, indexes, signatures. Part of the catalogue. */
export const sourceErrors = {
  SOURCE_INVALID: permanent(
    400,
    "This is not a source of a collection",
    "Write a folder, a .tgz or .json file, https://…, git+https://…#tag, or a name such as shop@^1.0.0.",
  ),
  SOURCE_UNREADABLE: passing(
    502,
    "The source cannot be read",
    "Check the address and that it can be reached from where it is read, then try again.",
  ),
  SOURCE_UNKNOWN: permanent(
    404,
    "There is nothing at this source",
    "Check the address, the tag or branch, and the folder.",
  ),
  API_DOCUMENT_INVALID: permanent(
    422,
    "The API document cannot be imported",
    "Correct what the message names; docs/http.md says which documents are read.",
  ),
  CENIT_SOURCE_INVALID: permanent(
    422,
    "The Cenit collection cannot be imported",
    "Correct what the message names; docs/collections.md says what is read.",
  ),
  COLLECTION_TOO_COSTLY: permanent(
    422,
    "The collection takes too much time or memory",
    "Make what is read or tested smaller, or do it where it may take longer: patchbay collection test.",
  ),
  COLLECTION_TESTS_FAILED: permanent(
    409,
    "Golden tests of the collection fail",
    "Correct the collection or its tests; or publish it all the same (--despite-tests, `despiteTests: true`).",
  ),
  INDEX_INVALID: permanent(
    422,
    "The index of collections is not valid",
    "Whoever keeps the index corrects it; schemas/collection-index.schema.json says what it may have.",
  ),
  INDEX_LOCKED: passing(
    409,
    "Somebody else is publishing into this index",
    "Publish again when that has come to its end.",
  ),
  INTEGRITY_MISMATCH: permanent(
    422,
    "The collection is not the one that was meant",
    "Do not install it: it was changed since. Ask whoever publishes it.",
  ),
  COLLECTION_SIGNATURE_INVALID: permanent(
    422,
    "The collection's signature is wrong",
    "Do not install it: what was signed is something else. Its publisher signs it again: patchbay collection sign.",
  ),
  COLLECTION_UNSIGNED: permanent(
    409,
    "Nobody you trust has signed the collection",
    "Trust its publisher's key (patchbay collection keys trust), or accept it as it is (--accept-unsigned, `acceptUnsigned: true`).",
  ),
  VERSION_PUBLISHED: permanent(
    409,
    "This version is published with other content",
    "A published version never changes: give the collection a new version.",
  ),
  PUBLISHER_UNKNOWN: permanent(
    404,
    "There is no such publisher",
    "Check the key; trusted keys are listed by patchbay collection keys list.",
  ),
} as const satisfies Record<string, ErrorEntry>;
