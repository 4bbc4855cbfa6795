import type { Change } from "../core/change.js";
import type { Collection, InstalledCollection } from "../core/collection.js";
import { PatchbayError } from "../core/errors.js";
import type { JsonObject } from "../core/json.js";
import { topics } from "../core/topic.js";
import { checkDependents } from "./check-dependents.js";
import { describeRequirement } from "./check-manifest.js";
import { collectionInvalid } from "./collection-problems.js";
import { contentHash } from "./flow-version.js";
import {
  collectionsOf,
  compileInstallation,
  type Installation,
  type InstallerTools,
  type Inventory,
} from "./installation.js";
import type { CollectionFiles } from "./installer.js";
import { type Opened, openConnections } from "./open-connections.js";
import { installedParameters, mergeParameters, type SplitParameters, sealSecrets } from "./parameters.js";
import { type CheckedCollection, readCollection } from "./read-collection.js";

/** Checks a collection against what is installed, dependents included; changes nothing. */
export function checkCollection(
  files: CollectionFiles,
  installation: Installation,
  tools: InstallerTools,
): CheckedCollection {
  const installed = collectionsOf(installation);
  const checked = readCollection(files, { ...tools, installed });
  if (!checked.collection) return checked;
  const broken = checkDependents(checked.collection, installed, tools);
  if (broken.length === 0) return checked;
  return { ...checked, collection: null, problems: [...broken, ...checked.problems] };
}

/** What a change of definitions was checked against. */
export interface Seen {
  readonly before: Installation;
  /** What `definitionsStamp` gave before that was loaded. */
  readonly stamp: string;
}

/** An installation after a collection was installed. */
export interface Installed {
  readonly installation: Installation;
  readonly collection: InstalledCollection;
}

/**
 * Installs a collection in one commit. Everything that can fail is done before it: after a failure nothing has
 * changed, and connections opened for it are closed again.
 *
 * @throws DEFINITIONS_CHANGED when another process has installed or switched something meanwhile
 */
export async function install(
  request: { readonly files: CollectionFiles; readonly parameters: JsonObject },
  { before, stamp }: Seen,
  tools: InstallerTools,
): Promise<Installed> {
  const collection = requireCollection(checkCollection(request.files, before, tools));
  const parameters = mergeParameters(collection, request.parameters, knownParameters(collection, before, tools));
  const opening = { collection: collection.name, parameters, ...tools };
  const opened = await openConnections(collection.connections, opening);
  try {
    const installed = toInstalled(collection, parameters, { before, tools });
    const installation = compileInstallation(replaced(before, { installed, opened }), tools);
    await tools.store.commit([
      { kind: "definitions-changed", from: stamp, name: tools.randomToken() },
      { kind: "collection-installed", installed },
      ...keptVersions(installation),
      ...wokenBy(installed),
    ]);
    return { installation, collection: installed };
  } catch (error) {
    for (const { connection } of opened.values()) await connection.close();
    throw error;
  }
}

/** How long other processes may take to hear what is installed now, in milliseconds. */
const HEARD_MS = 3_000;

/** Runs that rest for what a connection's settings say look again, once every process knows the new ones. */
function wokenBy({ collection, installedAt }: InstalledCollection): readonly Change[] {
  const woken = collection.connections.map(({ name }) => topics.connection(name));
  const at = new Date(installedAt.getTime() + HEARD_MS);
  return woken.length === 0 ? [] : [{ kind: "runs-woken", topics: woken, at }];
}

/**
 * Changes that keep every flow version of an installation, local ones and those of other collections too: a
 * translator of one collection is part of another's flow.
 */
export function keptVersions({ catalog }: Installation): Change[] {
  return catalog.flows().map(({ version }) => ({ kind: "flow-version-kept", version }));
}

function requireCollection({ collection, problems, missing }: CheckedCollection): Collection {
  if (collection) return collection;
  const errors = problems.filter(({ severity }) => severity === "error");
  if (missing.length === 0 || errors.length > missing.length) throw collectionInvalid("The collection", problems);
  throw new PatchbayError("COLLECTION_REQUIREMENT_MISSING", missing.map(describeRequirement).join("; "), {
    missing: missing.map(({ name }) => name),
  });
}

/** Secrets that cannot be read any more are as good as not there: installing again is how they are given anew. */
function knownParameters(
  { name }: Collection,
  { installed }: Installation,
  { sealer }: InstallerTools,
): SplitParameters {
  const known = installed.get(name);
  try {
    return installedParameters(known, sealer);
  } catch {
    return { open: known?.parameters ?? {}, secret: {} };
  }
}

function toInstalled(
  collection: Collection,
  parameters: SplitParameters,
  { before, tools }: { before: Installation; tools: InstallerTools },
): InstalledCollection {
  const known: Readonly<Record<string, string>> = before.installed.get(collection.name)?.hookSecrets ?? {};
  const hookSecrets = collection.connections.map(({ name }) => [name, known[name] ?? tools.randomToken()]);
  const open: JsonObject = parameters.open;
  return {
    collection,
    hash: contentHash(collection),
    parameters: open,
    sealedSecrets: sealSecrets(parameters.secret, tools.sealer),
    hookSecrets: Object.fromEntries(hookSecrets),
    installedAt: tools.now(),
  };
}

function replaced(
  before: Installation,
  { installed, opened }: { installed: InstalledCollection; opened: ReadonlyMap<string, Opened> },
): Inventory {
  const { name } = installed.collection;
  const others = [...before.connections].filter(([connection]) => !connection.startsWith(`${name}/`));
  return {
    installed: new Map([...before.installed, [name, installed]]),
    active: before.active,
    off: before.off,
    connections: new Map([...others, ...opened]),
  };
}
