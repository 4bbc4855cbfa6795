import type { Catalog } from "../core/catalog.js";
import type { Collection, InstalledCollection } from "../core/collection.js";
import type { Problem } from "../core/errors.js";
import type { ConnectionSwitch } from "../core/inspection.js";
import type { Json, JsonObject } from "../core/json.js";
import type { Change } from "../core/store.js";

/** One problem of one file of a collection. */
export interface FileProblem extends Problem {
  /** Path inside the collection, with forward slashes. */
  readonly file: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Warnings do not stop an installation. */
  readonly severity: "error" | "warning";
}

/** The files of a collection: path inside it (forward slashes) to text. */
export type CollectionFiles = Readonly<Record<string, string>>;

/** What reading a collection gives: everything that is wrong, and the collection when nothing is. */
export interface ReadCollection {
  readonly collection: Collection | null;
  readonly problems: readonly FileProblem[];
}

/** The shape of an installation request. */
export interface InstallRequest {
  /** Either the name of a collection that ships with Patchbay … */
  readonly name?: string | undefined;
  /** … or the files of one. */
  readonly files?: CollectionFiles | undefined;
  readonly parameters: JsonObject;
}

/** What the API and the CLI do with definitions. Changes are made one after the other, whoever asks. */
export interface Installer {
  /** The catalog as it is now; a new object after every change. */
  catalog(): Catalog;
  /** Collections that ship with Patchbay and are ready to install. */
  shipped(): Promise<readonly Collection[]>;
  installed(): Promise<readonly InstalledCollection[]>;
  /** Checks a collection against what is installed, without changing anything. */
  check(files: CollectionFiles): ReadCollection;
  /**
   * Installs a collection, or replaces the installed one of that name, in one commit. Its flows stay switched off
   * unless they were on. Parameters that are not given keep their installed value; `null` goes back to the default.
   *
   * @throws COLLECTION_UNKNOWN, COLLECTION_INVALID (details.problems), COLLECTION_REQUIREMENT_MISSING,
   *   PARAMETERS_INVALID (details.problems)
   */
  install(request: InstallRequest): Promise<InstalledCollection>;
  /**
   * Switches a flow on or off.
   * @returns Warnings, such as another active flow that texts the same customer for the same event.
   * @throws FLOW_UNKNOWN
   */
  activate(flow: string, active: boolean): Promise<readonly string[]>;
  /**
   * Switches a connection off, or on again; runs that wait for it are due then. Other processes on the store hear of it
   * within a second or two.
   * @param alongside Stored with it, all or none.
   * @throws CONNECTION_UNKNOWN
   */
  switchConnection(switched: ConnectionSwitch, alongside: readonly Change[]): Promise<void>;
  /**
   * Runs a translator on a document and checks its result, without keeping anything.
   * @throws TRANSLATOR_UNKNOWN and what evaluation throws
   */
  tryTranslator(name: string, input: Json): Promise<{ output: Json; problems: readonly Problem[] }>;
  /**
   * What is wrong with this installation's own flows now (`file` is inside the flows folder). A flow with a problem is
   * not in the catalog; one that only waits for a collection appears when that is installed.
   */
  localProblems(): readonly FileProblem[];
  /** Reads everything anew when another process has installed something or switched a flow; else nothing. */
  refresh(): Promise<void>;
  /** Closes every connection. */
  close(): Promise<void>;
}
