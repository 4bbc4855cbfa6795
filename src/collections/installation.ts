import type { Catalog, OpenConnection } from "../core/catalog.js";
import type { Collection, InstalledCollection } from "../core/collection.js";
import type { Connector } from "../core/connector.js";
import type { ConnectionSwitch } from "../core/inspection.js";
import type { Overlay } from "../core/overlay.js";
import type { Store } from "../core/store.js";
import type { Sealer } from "../secrets/sealer.js";
import type { Translation } from "../translation/translation.js";
import { buildCatalog } from "./build-catalog.js";
import type { FileProblem } from "./file-problem.js";
import type { Grammar } from "./grammar.js";
import type { CollectionFiles } from "./installer.js";
import { checkLocal, type LocalDefinitions } from "./local-definitions.js";
import type { Opened } from "./open-connections.js";
import { layOverlays } from "./overlay/lay-overlays.js";
import type { SourceAccess } from "./source/source-access.js";

/** What an installer works with. */
export interface InstallerParts {
  readonly store: Pick<Store, "commit" | "exclusive" | "definitionsStamp"> & {
    readonly collections: Omit<Store["collections"], "get">;
    readonly records: Pick<Store["records"], "list" | "count">;
    readonly runs: Pick<Store["runs"], "openOfCollection">;
    readonly broadcasts: Pick<Store["broadcasts"], "list">;
    readonly flows: Pick<Store["flows"], "active">;
    readonly publishers: Store["publishers"];
    readonly connections: Pick<Store["connections"], "switches">;
  };
  readonly connectors: readonly Connector[];
  readonly translation: Pick<Translation, "check" | "evaluate">;
  readonly sealer: Sealer;
  /** Folder with the grammar of our documents (`schemas/`). */
  readonly schemasFolder: string;
  /** Folder with the collections that ship with Patchbay (`collections/`). */
  readonly shippedFolder: string;
  /** Folder with this installation's own flows; it need not exist. */
  readonly flowsFolder: string;
  /** How sources outside this machine are reached. */
  readonly access: SourceAccess;
  /** Path of the private key that collections are signed with; it need not exist. */
  readonly publisherKey: string;
  readonly now: () => Date;
  /** Gives an unguessable string that may stand in a URL. */
  readonly randomToken: () => string;
}

/** The parts with what is read once when the installer opens. */
export interface InstallerTools extends InstallerParts {
  readonly grammar: Grammar;
  readonly localFiles: CollectionFiles;
}

/** What is installed, switched on and connected. */
export interface Inventory {
  /** By name. */
  readonly installed: ReadonlyMap<string, InstalledCollection>;
  /** Names of the flows that are switched on. */
  readonly active: ReadonlySet<string>;
  /** By name. */
  readonly connections: ReadonlyMap<string, Opened>;
  /** Connections that are switched off, by name. */
  readonly off: ReadonlyMap<string, ConnectionSwitch>;
  /** What was changed here of the flows folder's files, and what was added to them. */
  readonly localChanges: readonly Overlay[];
}

/** Everything an installer holds in memory. Immutable; every change makes a new one. */
export interface Installation extends Inventory {
  readonly local: LocalDefinitions;
  readonly catalog: Catalog;
}

/** What a change of definitions was checked against. */
export interface Seen {
  readonly before: Installation;
  /** What `definitionsStamp` gave before that was loaded. */
  readonly stamp: string;
}

/**
 * Compiles what is installed.
 * @throws COLLECTION_INVALID when what is stored cannot be compiled any more.
 */
export function compileInstallation(inventory: Inventory, tools: InstallerTools): Installation {
  const checked = checkLocal(localFilesOf(inventory, tools), collectionsOf(inventory), tools);
  const local = { ...checked, problems: [...checked.problems, ...contradictions(inventory, tools)] };
  const catalog = buildCatalog({
    installed: [...inventory.installed.values()],
    local,
    active: inventory.active,
    connections: openConnectionsOf(inventory),
  });
  return { ...inventory, local, catalog };
}

/** Gives the files of the local definitions as they are now: the flows folder's, with what was changed here. */
export function localFilesOf(
  { localChanges }: Pick<Inventory, "localChanges">,
  { localFiles }: Pick<InstallerTools, "localFiles">,
): CollectionFiles {
  return localChanges.length === 0 ? localFiles : layOverlays(localFiles, localChanges).files;
}

/** What was changed here counts where the flows folder has changed the same place since; somebody should know. */
function contradictions(
  { localChanges }: Pick<Inventory, "localChanges">,
  { localFiles }: Pick<InstallerTools, "localFiles">,
): readonly FileProblem[] {
  return layOverlays(localFiles, localChanges).conflicts.map(({ file, places }) => ({
    ...{ file, path: "", severity: "warning" },
    message: `was changed here and in the flows folder, differently: ${places.map(({ place }) => place).join(", ")}`,
    remedy: "What was changed here counts. Look at it in the console's editor, or take the change away there.",
  }));
}

/** Gives the installed collections without what belongs to this installation. */
export function collectionsOf({ installed }: Pick<Inventory, "installed">): Collection[] {
  return [...installed.values()].map(({ collection }) => collection);
}

function openConnectionsOf({ installed, connections, off }: Inventory): OpenConnection[] {
  return [...installed.values()].flatMap(({ collection, hookSecrets }) =>
    collection.connections.flatMap(({ name }) => {
      const opened = connections.get(name);
      if (opened === undefined) return [];
      const switched = off.get(name);
      const open = { name, ...opened, hookSecret: hookSecrets[name] ?? "", ...(switched && { off: switched }) };
      return [Object.freeze(open)];
    }),
  );
}
