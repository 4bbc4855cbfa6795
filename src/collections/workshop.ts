import type { Collection } from "../core/collection.js";
import type { JsonObject } from "../core/json.js";
import type { FileProblem } from "./file-problem.js";
import type { GoldenReport } from "./golden-report.js";
import type { CollectionFiles } from "./installer.js";

/** Golden tests to run. */
export interface TestOrder {
  readonly files: CollectionFiles;
  /** What is installed: what is required is taken from there first. */
  readonly installed: readonly Collection[];
  /** Only tests with these words in their name or title; all when undefined. */
  readonly only: string | undefined;
  /** Null when flows are not to be fuzzed. */
  readonly fuzz: { readonly runs: number; readonly seed: number } | null;
  /** Whether it is to be shared: then what looks like a secret is refused, too. */
  readonly shared: boolean;
}

/** What was tested, and how. */
export interface Tested {
  readonly subject: Pick<Collection, "name" | "version" | "title" | "summary" | "requires">;
  readonly report: GoldenReport;
}

/** A collection to make: of samples, of an OpenAPI document, or of a Cenit collection. */
export type MakingOrder =
  | {
      readonly kind: "new";
      readonly name: string;
      /** Of the data type, in PascalCase. */
      readonly type: string;
      /** Data type that records become. */
      readonly to: string;
      readonly samples: readonly JsonObject[];
      readonly installed: readonly Collection[];
    }
  | {
      readonly kind: "from-openapi";
      readonly document: string;
      /** Where it was read from, for servers that are relative to it. */
      readonly url: string | null;
      readonly name: string | null;
      readonly only: readonly string[];
      readonly auth: string | null;
    }
  | { readonly kind: "from-cenit"; readonly files: CollectionFiles; readonly name: string | null };

/** Something to know about a collection that was made. */
export interface MakingNote {
  /** `person`: somebody has to do something; `lost`: something was not taken over. */
  readonly kind: "person" | "lost" | "guessed" | "note";
  /** Where, in what it was made of; empty for all of it. */
  readonly place: string;
  readonly message: string;
}

/** A collection that was made. Nothing of it is installed. */
export interface MadeCollection {
  readonly name: string;
  readonly files: CollectionFiles;
  readonly notes: readonly MakingNote[];
  /** What `collection check` says of it. */
  readonly problems: readonly FileProblem[];
}

/**
 * Does what takes long, or what strangers' files may make take long: beside the server, in a process of its own that is ended when it
 * takes too much time or memory. One job at a time; the others wait.
 */
export interface Workshop {
  /**
   * Runs golden tests. Those that did not come to their end in time are in the report as failed, with the reason.
   * @param stop Ends the job when nobody waits for it any more.
   * @throws COLLECTION_INVALID (details.problems), COLLECTION_TOO_COSTLY, SERVER_OVERLOADED, SERVER_STOPPING; REQUEST_INVALID when no
   *   test has the words
   */
  test(order: TestOrder, stop: AbortSignal): Promise<Tested>;
  /**
   * Makes a collection.
   * @throws API_DOCUMENT_INVALID, CENIT_SOURCE_INVALID, DATA_TYPE_UNKNOWN, COLLECTION_TOO_COSTLY, SERVER_OVERLOADED, SERVER_STOPPING
   */
  make(order: MakingOrder, stop: AbortSignal): Promise<MadeCollection>;
}
