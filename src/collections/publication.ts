import type { Collection, CollectionSignature } from "../core/collection.js";
import type { JsonObject } from "../core/json.js";

/** What is to be published where somebody else keeps an index. */
export interface PublicationOrder {
  /** Path inside the collection to text. */
  readonly files: Readonly<Record<string, string>>;
  /** What the files were read as. */
  readonly subject: Pick<Collection, "name" | "version" | "title" | "summary" | "requires">;
  /** That it has; kept unless it is signed anew. */
  readonly signature: CollectionSignature | null;
  /** Whether it is signed with this installation's key. */
  readonly sign: boolean;
  /** The index as it is so far; null for a new one. */
  readonly index: JsonObject | null;
  /** Replace what the index says so far. */
  readonly category: string | undefined;
  readonly publisher: string | undefined;
}

/** What has to be put where the index is: the bundle first. */
export interface PreparedPublication {
  readonly integrity: string;
  /** Public key of who has signed. */
  readonly key: string | null;
  /** Path of the bundle, relative to the index. */
  readonly source: string;
  readonly bundle: Uint8Array;
  /** False when exactly this was there already. */
  readonly added: boolean;
  readonly index: JsonObject;
}
