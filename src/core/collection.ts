import type { DeclaredEndpoints } from "./declared-endpoint.js";
import type { FlowDefinition, TranslatorDefinition } from "./flow.js";
import type { JsonObject, JsonSchema } from "./json.js";

/** A data type as its file gives it. */
export interface DataTypeDefinition {
  /** `namespace/Type`. */
  readonly name: string;
  readonly schema: JsonSchema;
}

/** A connection as the collection gives it: settings may be expressions over `$params` (`=$params.accountSid`). */
export interface ConnectionDefinition {
  /** `namespace/name`. */
  readonly name: string;
  readonly title: string;
  /** Key of the connector. */
  readonly connector: string;
  readonly settings: JsonObject;
  /** Calls a second at most: a number or an expression over `$params`; null for no limit. */
  readonly maxPerSecond: number | string | null;
  /** Where flows say none: as an object, or an expression over `$params`; absent or null for none. */
  readonly quietHours?: JsonObject | string | null;
  /** Endpoints of this very connection, as `connections/<name>.endpoints.yaml` declares them; absent for none. */
  readonly endpoints?: DeclaredEndpoints;
}

/** Sample input to try with. */
export interface Sample {
  /** File name without extension. */
  readonly name: string;
  /** Data type, `namespace/Type`. */
  readonly dataType: string;
  readonly documents: readonly JsonObject[];
}

/** A versioned, shareable bundle of data types, translators, connections and flows, read and checked. */
export interface Collection {
  /** Also the namespace of everything in it. */
  readonly name: string;
  /** Semantic version. */
  readonly version: string;
  readonly title: string;
  readonly summary: string;
  readonly licence: string | null;
  /** Name to version range. */
  readonly requires: Readonly<Record<string, string>>;
  /** JSON Schema of the parameters; `writeOnly` ones are secrets. */
  readonly parameters: JsonSchema;
  readonly dataTypes: readonly DataTypeDefinition[];
  readonly translators: readonly TranslatorDefinition[];
  readonly connections: readonly ConnectionDefinition[];
  readonly flows: readonly FlowDefinition[];
  readonly samples: readonly Sample[];
}

/** Where the files of a collection came from. */
export interface Origin {
  /** As it was asked for: `shop@^1.0.0`, `https://…`, `./shop`. */
  readonly source: string;
  /** Exactly where that was: an address with a commit in place of a tag, the address behind redirects. */
  readonly resolved: string;
  /** `sha512-…` of the files, whatever they were packed in. */
  readonly integrity: string;
  readonly version: string;
  /** Public key (`ed25519:…`) of who has signed these files, which says nothing of trust; null when nobody has. */
  readonly publisher: string | null;
}

/** A publisher's word that a collection's files are as they were meant. */
export interface CollectionSignature {
  /** Public key, `ed25519:…`. */
  readonly key: string;
  /** Ed25519 signature of the statement, base64. */
  readonly signature: string;
}

/** Somebody whose signature is enough to install a collection. */
export interface TrustedPublisher {
  /** Public key, `ed25519:…`. */
  readonly key: string;
  /** What people here call the publisher. */
  readonly name: string;
  readonly trustedAt: Date;
}

/** A collection as it is installed here. */
export interface InstalledCollection {
  readonly collection: Collection;
  /** SHA-256 of the collection's canonical JSON, hex. */
  readonly hash: string;
  /** Parameters that are not secret. */
  readonly parameters: JsonObject;
  /** Secret parameters, sealed (see the secrets room); null when there are none. */
  readonly sealedSecrets: string | null;
  /** Connection name to the secret part of its webhook URL. */
  readonly hookSecrets: Readonly<Record<string, string>>;
  /** Which of the kept versions this is; null for one that was installed before they were kept. */
  readonly integrity: string | null;
  readonly installedAt: Date;
}

/** A version of a collection that was installed here at some time. One for each integrity. */
export interface KeptVersion {
  readonly name: string;
  readonly version: string;
  /** Its integrity tells versions of one number apart. */
  readonly origin: Origin;
  /** When it was installed last. */
  readonly installedAt: Date;
}

/** A kept version with its files: path to text. */
export interface CollectionVersion extends KeptVersion {
  readonly files: Readonly<Record<string, string>>;
  /** What its publisher has signed them with, to pass it on with them; null when nobody has. */
  readonly signature: CollectionSignature | null;
}
