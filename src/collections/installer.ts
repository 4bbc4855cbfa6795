import type { Catalog } from "../core/catalog.js";
import type { Change } from "../core/change.js";
import type {
  Collection,
  CollectionSignature,
  CollectionVersion,
  InstalledCollection,
  KeptVersion,
  Origin,
  TrustedPublisher,
} from "../core/collection.js";
import type { Problem } from "../core/errors.js";
import type { ConnectionSwitch } from "../core/inspection.js";
import type { Json, JsonObject } from "../core/json.js";
import type { Overlay } from "../core/overlay.js";
import type { InstallerSecrets } from "./collection-secrets.js";
import type {
  CheckedDraft,
  Definition,
  DefinitionFile,
  ExpressionResult,
  ExpressionTrial,
  LocalEdit,
} from "./draft.js";
import type { FileProblem } from "./file-problem.js";
import type { FileEdit, Settlement } from "./overlay/local-change.js";
import type { Plan } from "./plan/plan.js";
import type { PreparedPublication, PublicationOrder } from "./publication.js";
import type { Found } from "./source/available-collection.js";

/** An installed collection that cannot be used with the others, and why. */
export interface LeftOut {
  readonly collection: string;
  readonly reason: string;
  /** The collection as it was installed. */
  readonly description: Collection;
}

/** The files of a collection: path inside it (forward slashes) to text. */
export type CollectionFiles = Readonly<Record<string, string>>;

/** What reading a collection gives: everything that is wrong, and the collection when nothing is. */
export interface ReadCollection {
  readonly collection: Collection | null;
  readonly problems: readonly FileProblem[];
}

/** Names the files of a collection: by exactly one of `source`, `name` and `files`. */
export interface ContentRequest {
  /** Where it is: `https://…`, `git+https://…`, or a name in an index. Never a path of this machine. */
  readonly source?: string | undefined;
  /** Name of a collection that ships with Patchbay. */
  readonly name?: string | undefined;
  /** The files themselves; `signature.json` among them is the signature of the others. */
  readonly files?: CollectionFiles | undefined;
  /** With `files`: what they were read from. A bundle's have to be signed or accepted, a folder's not. */
  readonly from?: string | undefined;
  /** What the files must have. */
  readonly integrity?: string | undefined;
  /** Whether nobody trusted needs to have signed. */
  readonly acceptUnsigned?: boolean | undefined;
}

/** The shape of an installation request. */
export interface InstallRequest extends ContentRequest {
  readonly parameters: JsonObject;
  /** Whether a version may be replaced by other content under the same number. */
  readonly force?: boolean | undefined;
}

/** What every change of what is installed may say besides what it is about. */
interface Circumstances {
  /** Parameters of the collection that is asked for; those that are not given keep their installed value. */
  readonly parameters?: JsonObject | undefined;
  /** … and of others in the same plan, by collection. */
  readonly parametersOf?: Readonly<Record<string, JsonObject>> | undefined;
  /** Flows that are switched on with it. */
  readonly activate?: readonly string[] | undefined;
  /** Whether a version may be replaced by other content under the same number. */
  readonly force?: boolean | undefined;
  /**
   * Whose change counts where this installation's and the new version's contradict each other: by file, or by `collection/file` for
   * one collection of several.
   */
  readonly settlements?: Readonly<Record<string, Settlement>> | undefined;
}

/** What somebody wants to change about what is installed. */
export type Undertaking =
  /** Installs collections, or replaces them; what they require comes with them. */
  | (Circumstances & { readonly kind: "install"; readonly contents: readonly ContentRequest[] })
  /** Replaces an installed collection by the newest version from where it came, or by this content. */
  | (Circumstances & {
      readonly kind: "upgrade";
      readonly name: string;
      readonly content: ContentRequest | null;
      readonly acceptUnsigned?: boolean | undefined;
    })
  /** Goes back to a kept version: its number or its integrity; null for the one that was installed before. */
  | (Circumstances & { readonly kind: "rollback"; readonly name: string; readonly version: string | null })
  /** Changes a file of an installed collection here, or takes that change away. */
  | (FileEdit & { readonly kind: "edit"; readonly name: string })
  | { readonly kind: "uninstall"; readonly name: string };

/** An installed collection as its author has published it, and as it runs. */
export interface Running {
  readonly version: string;
  readonly published: CollectionFiles;
  /** With this installation's changes. */
  readonly files: CollectionFiles;
  readonly overlays: readonly Overlay[];
}

/** A collection that was installed just now, and from where. */
export interface JustInstalled extends InstalledCollection {
  readonly origin: Origin;
}

/** What was done by a plan. */
export interface Applied {
  /** In the order of their installation. */
  readonly installed: readonly JustInstalled[];
  readonly uninstalled: string | null;
}

/** The files of a collection as they were read, not yet checked. */
export interface Content {
  readonly files: CollectionFiles;
  readonly origin: Origin;
  readonly signature: CollectionSignature | null;
}

/** What a source has, before anything is installed from it. */
export interface Examined extends ReadCollection {
  readonly origin: Origin;
  /** The trusted publisher who has signed it; null when none has. */
  readonly publisher: TrustedPublisher | null;
  /** Whether installing it needs `acceptUnsigned`. */
  readonly needsTrust: boolean;
}

/** What a translator made of a document, and where that does not fit its data type. */
export interface TrialResult {
  readonly output: Json;
  readonly problems: readonly Problem[];
}

/** What the API and the CLI do with definitions. Changes are made one after the other, whoever asks. */
export interface Installer extends InstallerSecrets {
  /** The catalog as it is now; a new object after every change. */
  catalog(): Catalog;
  /**
   * Collections that ship with Patchbay and are ready to install, those that others require first.
   *
   * @param wanted Only these, with what they require: reading one for the first time costs up to half a second. All of them
   *   when absent.
   * @throws COLLECTION_INVALID when one of them cannot be read.
   */
  shipped(wanted?: readonly string[]): Promise<readonly Collection[]>;
  installed(): Promise<readonly InstalledCollection[]>;
  /** Checks a collection against what is installed, without changing anything. */
  check(files: CollectionFiles): ReadCollection;
  /**
   * Installs a collection and nothing else, or replaces the installed one of that name, in one commit and without a plan. Its flows
   * stay switched off unless they were on. Parameters that are not given keep their installed value; `null` goes back to the default.
   *
   * @throws COLLECTION_UNKNOWN, COLLECTION_INVALID (details.problems), COLLECTION_REQUIREMENT_MISSING,
   *   PARAMETERS_INVALID (details.problems), COLLECTION_UNSIGNED, VERSION_INSTALLED, and what `readSource` throws
   */
  install(request: InstallRequest): Promise<JustInstalled>;
  /**
   * Says what an undertaking would do, with everything that is required and not there. Changes nothing.
   *
   * @throws what `install` throws, but COLLECTION_UNSIGNED; COLLECTION_UNRESOLVED, COLLECTION_VERSION_UNKNOWN, COLLECTION_IN_USE,
   *   FLOW_UNKNOWN
   */
  plan(undertaking: Undertaking): Promise<Plan>;
  /**
   * Does what was planned, all of it in one commit.
   * @param planHash Of the plan that somebody has looked at.
   * @throws PLAN_CHANGED when it would be another plan now; OVERLAY_CONFLICT while local changes contradict a new version and nobody
   *   has settled it; COLLECTION_UNSIGNED, and what `plan` throws
   */
  apply(undertaking: Undertaking, planHash: string): Promise<Applied>;
  /**
   * Changes a file of an installed collection here, or a new one, without a plan. The whole collection is checked with it, and an
   * upgrade keeps it. A text that is the collection's own takes the change away, as null does.
   *
   * @throws COLLECTION_UNKNOWN, COLLECTION_INVALID (details.problems), OVERLAY_FORBIDDEN; COLLECTION_VERSION_UNKNOWN when its files
   *   are not kept
   */
  editCollection(name: string, edit: FileEdit): Promise<JustInstalled>;
  /** This installation's changes of files, by collection and file; of all collections when null. */
  overlays(name: string | null): Promise<readonly Overlay[]>;
  /** @throws COLLECTION_UNKNOWN; COLLECTION_VERSION_UNKNOWN when its files are not kept */
  running(name: string): Promise<Running>;
  /** Versions of a collection that were installed here at some time, last installed first; also of one that is not installed now. */
  versions(name: string): Promise<readonly KeptVersion[]>;
  /**
   * Gives a kept version with its files.
   * @param integrity Null for the installed one.
   * @throws COLLECTION_UNKNOWN, COLLECTION_VERSION_UNKNOWN
   */
  keptVersion(name: string, integrity: string | null): Promise<CollectionVersion>;
  /**
   * Reads a collection from where it is and checks it, without changing anything.
   * @throws what `readSource` throws
   */
  examine(request: ContentRequest): Promise<Examined>;
  /**
   * Reads a collection from where it is, without checking it.
   * @throws what `readSource` throws
   */
  content(request: ContentRequest): Promise<Content>;
  /**
   * Packs files that were checked and tested, and adds them to an index that was given. Writes nothing.
   * @throws INDEX_INVALID, VERSION_PUBLISHED; FILE_UNREADABLE when it is to be signed and there is no key
   */
  publication(order: PublicationOrder): Promise<PreparedPublication>;
  /** Looks for collections that can be installed by name, in the indexes and among the shipped ones. */
  search(words: string): Promise<Found>;
  readonly publishers: {
    /** Whose signature is enough, by key. */
    list(): Promise<readonly TrustedPublisher[]>;
    /** @throws REQUEST_INVALID when it is not a public key */
    trust(publisher: Pick<TrustedPublisher, "key" | "name">): Promise<TrustedPublisher>;
    /** What is installed stays. @throws PUBLISHER_UNKNOWN */
    distrust(key: string): Promise<TrustedPublisher>;
  };
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
   * Runs a translator on a document and checks its result, without keeping anything. What fails in it is shown in its line.
   * @param source Text of a translator's file that is tried in place of the installed one, if there is one.
   * @throws TRANSLATOR_UNKNOWN, TRANSLATOR_INVALID and what evaluation throws
   */
  tryTranslator(name: string, input: Json, source?: string): Promise<TrialResult>;
  /**
   * Gives the file of a flow or a translator; what is not there yet has no text.
   * @throws COLLECTION_UNKNOWN; COLLECTION_VERSION_UNKNOWN when its files are not kept
   */
  definitionFile(definition: Definition): Promise<DefinitionFile>;
  /**
   * Checks a text in place of a definition's file, with everything around it, without keeping anything.
   * @throws what `definitionFile` throws
   */
  checkDefinition(definition: Definition, text: string): Promise<CheckedDraft>;
  /** Evaluates an expression without keeping anything; what it fails with is in the result. */
  tryExpression(trial: ExpressionTrial): Promise<ExpressionResult>;
  /**
   * Changes or adds a flow or a translator of this installation; every process has it. Runs that are under way keep their version.
   * @throws FLOW_UNKNOWN, TRANSLATOR_UNKNOWN, FLOW_CHANGED, COLLECTION_INVALID (details.problems), also where flows of this
   *   installation would be left out without the translator
   */
  editLocal(edit: LocalEdit): Promise<void>;
  /**
   * What is wrong with this installation's own definitions now (`file` is inside the flows folder). One with a problem is
   * not in the catalog; one that only waits for a collection appears when that is installed.
   */
  localProblems(): readonly FileProblem[];
  /** Installed collections that do not fit the others, and why: nothing of them is in the catalog. */
  leftOut(): readonly LeftOut[];
  /** Reads everything anew when another process has installed something or switched a flow; else nothing. */
  refresh(): Promise<void>;
  /** Closes every connection. */
  close(): Promise<void>;
}
