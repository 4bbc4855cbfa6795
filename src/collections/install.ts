import type { Change } from "../core/change.js";
import type { Collection, CollectionSignature, InstalledCollection, Origin } from "../core/collection.js";
import { PatchbayError } from "../core/errors.js";
import type { JsonObject } from "../core/json.js";
import { topics } from "../core/topic.js";
import { checkDependents } from "./check-dependents.js";
import { describeRequirement } from "./check-manifest.js";
import { collectionInvalid } from "./collection-problems.js";
import type { FileProblem } from "./file-problem.js";
import { contentHash } from "./flow-version.js";
import {
  collectionsOf,
  compileInstallation,
  type Installation,
  type InstallerTools,
  type Inventory,
} from "./installation.js";
import type { CollectionFiles } from "./installer.js";
import { factsOf } from "./manifest-facts.js";
import { droppedVersions } from "./old-versions.js";
import { type Opened, openConnections } from "./open-connections.js";
import {
  type Overlaid,
  type Overlaying,
  overlaid,
  overlayChanges,
  pointOut,
  requireSettled,
} from "./overlay/overlaid.js";
import { installedParameters, mergeParameters, type SplitParameters, sealSecrets } from "./parameters.js";
import { type CheckedCollection, readCollection } from "./read-collection.js";
import { switchedOn } from "./switching.js";

/** Checks a collection against what is installed, dependents included; changes nothing. */
export function checkCollection(
  files: CollectionFiles,
  installation: Installation,
  tools: InstallerTools,
): CheckedCollection {
  const [checked] = checkTogether([files], installation, tools);
  if (checked === undefined) throw new Error("one collection is checked");
  return checked;
}

/**
 * Checks collections as they would be installed together, those first that others require: each against what is installed
 * and is not replaced, and against those before it; and everything that requires them against all.
 */
function checkTogether(
  contents: readonly CollectionFiles[],
  installation: Installation,
  tools: InstallerTools,
): readonly CheckedCollection[] {
  const names = new Set(contents.map((files) => factsOf(files).name));
  const others = collectionsOf(installation).filter(({ name }) => !names.has(name));
  const ready: Collection[] = [];
  const checked = contents.map((files) => {
    const one = readCollection(files, { ...tools, installed: [...others, ...ready] });
    if (one.collection) ready.push(one.collection);
    return one;
  });
  return checked.map((one) => {
    const broken = one.collection === null ? [] : checkDependents(one.collection, [...others, ...ready], tools);
    return broken.length === 0 ? one : { ...one, collection: null, problems: [...broken, ...one.problems] };
  });
}

/** A collection that is to be installed, as its author has published it. */
export interface Wanted extends Overlaying {
  readonly origin: Origin;
  readonly signature: CollectionSignature | null;
  /** Those that are not given keep their installed value. */
  readonly parameters: JsonObject;
}

/** A change of what is installed that has been checked, and only has to be committed. */
export interface Prepared {
  readonly installation: Installation;
  /** In the order of the request; none when something is uninstalled. */
  readonly installed: readonly InstalledCollection[];
  /** By collection. */
  readonly warnings: ReadonlyMap<string, readonly FileProblem[]>;
  /** With this installation's changes, in the order of the request; also of what is uninstalled. */
  readonly overlaid: readonly Overlaid[];
  readonly changes: readonly Change[];
  /** Closes the connections that were opened for it; not after it was committed. */
  discard(): Promise<void>;
}

/**
 * Prepares the installation of collections in one commit, those first that others require. Everything that can fail is done here:
 * nothing has changed, and what it has opened is closed again when it throws.
 *
 * @param activate Names of flows that are switched on with it.
 * @throws COLLECTION_INVALID (details.problems), COLLECTION_REQUIREMENT_MISSING, PARAMETERS_INVALID (details.problems),
 *   CONNECTOR_UNKNOWN, FLOW_UNKNOWN, OVERLAY_FORBIDDEN
 */
export async function prepareInstallation(
  wanted: readonly Wanted[],
  { before, activate = [] }: { readonly before: Installation; readonly activate?: readonly string[] },
  tools: InstallerTools,
): Promise<Prepared> {
  const changed: Overlaid[] = [];
  for (const one of wanted) changed.push(await overlaid(one, tools));
  const effective = changed.map(({ laid }) => laid.files);
  const checked = checkTogether(effective, before, tools);
  const collections = checked.map((one, index) =>
    requireCollection(one, wanted[index]?.edit ? undefined : changed[index]),
  );
  const opened = new Map<string, Opened>();
  const discard = async (): Promise<void> => {
    for (const { connection } of opened.values()) await connection.close();
  };
  try {
    const installed: InstalledCollection[] = [];
    for (const [index, collection] of collections.entries()) {
      const { parameters: given = {}, origin } = wanted[index] ?? {};
      const parameters = mergeParameters(collection, given, knownParameters(collection, before, tools));
      const opening = { collection: collection.name, parameters, ...tools };
      for (const [name, one] of await openConnections(collection.connections, opening)) opened.set(name, one);
      installed.push(toInstalled(collection, parameters, { before, tools, integrity: origin?.integrity ?? null }));
    }
    const installation = compileInstallation(replaced(before, { installed, opened, activate }), tools);
    const warnings = new Map(collections.map(({ name }, index) => [name, warningsOf(checked[index])]));
    const dropped = await Promise.all(
      installed.map(({ collection, integrity }) => droppedVersions(collection, integrity ?? "", tools.store)),
    );
    const changes = [
      ...installed.map((one): Change => ({ kind: "collection-installed", installed: one })),
      ...wanted.map((one, index): Change => versionKept(one, installed[index])),
      ...dropped.flat(),
      ...changed.flatMap(overlayChanges),
      ...activate.flatMap((flow) => switchOn(flow, { before, installation, at: tools.now() })),
      ...keptVersions(installation),
      ...installed.flatMap(wokenBy),
    ];
    return { installation, installed, warnings, overlaid: changed, changes, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

/**
 * Stores what was prepared, all or nothing; what it has opened is closed again when that fails.
 * @throws OVERLAY_CONFLICT; DEFINITIONS_CHANGED when another process has installed or switched something meanwhile
 */
export async function commitPrepared(prepared: Prepared, stamp: string, tools: InstallerTools): Promise<Prepared> {
  try {
    requireSettled(prepared.overlaid);
    const guard: Change = { kind: "definitions-changed", from: stamp, name: tools.randomToken() };
    await tools.store.commit([guard, ...prepared.changes]);
    return prepared;
  } catch (error) {
    await prepared.discard();
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

function versionKept({ files, origin, signature }: Wanted, installed: InstalledCollection | undefined): Change {
  if (installed === undefined) throw new Error("what is wanted is installed");
  const { collection, installedAt } = installed;
  const { name, version } = collection;
  return { kind: "collection-version-kept", version: { name, version, files, origin, signature, installedAt } };
}

function switchOn(
  flow: string,
  {
    before,
    installation,
    at,
  }: { readonly before: Installation; readonly installation: Installation; readonly at: Date },
): readonly Change[] {
  const known = installation.catalog.flow(flow);
  if (known !== null) return switchedOn(known.version, { before, at });
  throw new PatchbayError("FLOW_UNKNOWN", `The flow ${flow} cannot be switched on: none of these collections has it`, {
    flow,
  });
}

function warningsOf(checked: CheckedCollection | undefined): readonly FileProblem[] {
  return (checked?.problems ?? []).filter(({ severity }) => severity === "warning");
}

function requireCollection(
  { collection, problems, missing }: CheckedCollection,
  changed: Overlaid | undefined,
): Collection {
  if (collection) return collection;
  const errors = problems.filter(({ severity }) => severity === "error");
  if (missing.length === 0 || errors.length > missing.length) {
    throw collectionInvalid("The collection", changed === undefined ? problems : pointOut(problems, changed));
  }
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
  { before, tools, integrity }: { before: Installation; tools: InstallerTools; integrity: string | null },
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
    integrity,
    installedAt: tools.now(),
  };
}

function replaced(
  before: Installation,
  {
    installed,
    opened,
    activate,
  }: {
    readonly installed: readonly InstalledCollection[];
    readonly opened: ReadonlyMap<string, Opened>;
    readonly activate: readonly string[];
  },
): Inventory {
  const names = new Set(installed.map(({ collection }) => collection.name));
  const others = [...before.connections].filter(([connection]) => !names.has(connection.split("/")[0] ?? ""));
  return {
    installed: new Map([...before.installed, ...installed.map((one) => [one.collection.name, one] as const)]),
    active: new Set([...before.active, ...activate]),
    off: before.off,
    localChanges: before.localChanges,
    connections: new Map([...others, ...opened]),
  };
}
