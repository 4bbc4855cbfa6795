import semver from "semver";
import type { InstalledCollection } from "../core/collection.js";
import { allSteps } from "../core/flow.js";
import type { JsonObject } from "../core/json.js";
import type { Gathered } from "./gather-contents.js";
import type { Prepared } from "./install.js";
import type { InstallerTools, Seen } from "./installation.js";
import type { CollectionFiles } from "./installer.js";
import { layOverlays } from "./overlay/lay-overlays.js";
import type { Overlaid } from "./overlay/overlaid.js";
import { plannedOverlays } from "./overlay/planned-overlays.js";
import { type CanonicalObject, objectsOfDefinitions, objectsOfFiles } from "./plan/canonical-objects.js";
import { CHANGELOG_FILE, changelogBetween } from "./plan/changelog.js";
import { orphanedRecords, unfitRecords } from "./plan/check-records.js";
import { compareObjects } from "./plan/compare-objects.js";
import { dataTypeChanges, identityChanges } from "./plan/data-type-changes.js";
import { hostsOf } from "./plan/hosts.js";
import { localLost } from "./plan/local-lost.js";
import { parameterNames, parameterObjects } from "./plan/parameter-objects.js";
import type { CollectionAction, Incompatibility, Plan, PlannedCollection, PlannedObject } from "./plan/plan.js";
import { type Prospect, startsOf } from "./plan/starts.js";

/** What a plan is described from. */
export interface PlanParts {
  readonly hash: string;
  readonly seen: Seen;
  readonly prepared: Prepared;
  readonly gathered: readonly Gathered[];
  readonly uninstalled: string | null;
}

/** Describes what was prepared. Reads kept files and stored records; changes nothing. */
export async function describePlan(parts: PlanParts, tools: InstallerTools): Promise<Plan> {
  const { seen, prepared, gathered, uninstalled, hash } = parts;
  const planned = new Set([...gathered.map(({ name }) => name), ...(uninstalled === null ? [] : [uninstalled])]);
  const prospect = { before: seen.before, after: prepared.installation, planned };
  const collections: PlannedCollection[] = [];
  for (const one of gathered) collections.push(await plannedCollection(one, parts, tools));
  if (uninstalled !== null) collections.push(await plannedRemoval(uninstalled, parts, tools));
  return {
    hash,
    collections,
    starts: startsOf(prospect),
    ...reachOf(prepared.installed),
    compatibility: await incompatibilities(prospect, tools),
  };
}

async function plannedCollection(one: Gathered, parts: PlanParts, tools: InstallerTools): Promise<PlannedCollection> {
  const { prepared, seen, gathered } = parts;
  const { name, files, origin, parameters } = one;
  const next = prepared.installed.find(({ collection }) => collection.name === name);
  if (next === undefined) throw new Error("what was gathered was prepared");
  const installed = seen.before.installed.get(name) ?? null;
  const changed = overlaidOf(name, prepared);
  const running = changed.laid.files;
  const objects = await comparedObjects(installed, { next, files: running, given: parameters }, { ...tools, changed });
  const overlays = plannedOverlays(changed);
  const from = installed?.collection.version ?? null;
  const to = next.collection.version;
  const changelog = files[CHANGELOG_FILE];
  const requiring = gathered.filter((other) => {
    const requires = prepared.installed.find(({ collection }) => collection.name === other.name)?.collection.requires;
    return requires !== undefined && Object.hasOwn(requires, name);
  });
  return {
    ...{ name, title: next.collection.title, from, to, origin, needsTrust: one.needsTrust, objects, overlays },
    action: actionOf({ from, to }, sameContent(installed, next, { objects, overlays })),
    requiredBy: one.asked ? [] : requiring.map((other) => other.name),
    changelog: from === null || changelog === undefined ? null : changelogBetween(changelog, { from, to }),
    warnings: prepared.warnings.get(name) ?? [],
  };
}

async function plannedRemoval(
  name: string,
  { seen, prepared }: PlanParts,
  tools: InstallerTools,
): Promise<PlannedCollection> {
  const installed = seen.before.installed.get(name);
  if (installed === undefined) throw new Error("what is uninstalled was installed");
  const changed = overlaidOf(name, prepared);
  const files = await filesOf(installed, { ...tools, changed });
  const { title, version } = installed.collection;
  return {
    ...{ name, title, action: "uninstall", from: version, to: null, requiredBy: [], origin: null, needsTrust: false },
    objects: compareObjects([...objectsOf(installed, files), ...parameterObjects(installed)], []),
    overlays: plannedOverlays(changed),
    ...{ changelog: null, warnings: [] },
  };
}

function actionOf(
  { from, to }: { readonly from: string | null; readonly to: string },
  same: boolean,
): CollectionAction {
  if (from === null) return "install";
  if (semver.gt(to, from)) return "upgrade";
  if (semver.lt(to, from)) return "downgrade";
  return same ? "unchanged" : "replace";
}

function sameContent(
  installed: InstalledCollection | null,
  next: InstalledCollection,
  { objects, overlays }: Pick<PlannedCollection, "objects" | "overlays">,
): boolean {
  const alike = installed?.hash === next.hash && objects.every(({ action }) => action === "unchanged");
  return alike && overlays.every(({ outcome }) => outcome === "kept");
}

async function comparedObjects(
  installed: InstalledCollection | null,
  { next, files, given }: { readonly next: InstalledCollection; files: CollectionFiles; given: JsonObject },
  tools: ComparingTools,
): Promise<readonly PlannedObject[]> {
  const known = installed === null ? new Set<string>() : parameterNames(installed.collection);
  const parameters = parameterObjects(next, { given: new Set(Object.keys(given)), before: known });
  const after = objectsOf(next, files);
  if (installed === null) return compareObjects([], [...after, ...parameters]);
  const oldFiles = await filesOf(installed, tools);
  const before = [...objectsOf(installed, oldFiles), ...parameterObjects(installed)];
  // Two ways of writing are not compared with each other.
  const comparable = oldFiles === null ? objectsOfDefinitions(next.collection) : after;
  return compareObjects(before, [...comparable, ...parameters]);
}

function objectsOf({ collection }: InstalledCollection, files: CollectionFiles | null): readonly CanonicalObject[] {
  return files === null ? objectsOfDefinitions(collection) : objectsOfFiles(collection.name, files);
}

/** What an installed collection is compared with. */
type ComparingTools = Pick<InstallerTools, "store"> & { readonly changed: Overlaid };

/** What runs now, with this installation's changes. Null for what was installed before files were kept. */
async function filesOf(
  { collection, integrity }: InstalledCollection,
  { store, changed }: ComparingTools,
): Promise<CollectionFiles | null> {
  if (integrity === null) return null;
  const kept = await store.collections.version(collection.name, integrity);
  return kept === null ? null : layOverlays(kept.files, changed.before).files;
}

function overlaidOf(name: string, { overlaid }: Prepared): Overlaid {
  const found = overlaid.find(({ collection }) => collection === name);
  if (found === undefined) throw new Error("what is planned was prepared with its overlays");
  return found;
}

/** Connectors and hosts that these collections may call. */
function reachOf(installed: readonly InstalledCollection[]): Pick<Plan, "connectors" | "hosts"> {
  const calls = installed.flatMap(({ collection }) =>
    collection.flows.flatMap(({ steps }) => allSteps(steps).flatMap((step) => (step.kind === "call" ? [step] : []))),
  );
  const connectors = [
    ...calls.map(({ endpoint }) => endpoint.split("/")[0] ?? ""),
    ...installed.flatMap(({ collection }) => collection.connections.map(({ connector }) => connector)),
  ];
  const hosts = installed.flatMap(({ collection, parameters }) =>
    collection.connections.flatMap((connection) => hostsOf(connection, parameters)),
  );
  return { connectors: [...new Set(connectors)].sort(), hosts: [...new Set(hosts)].sort() };
}

async function incompatibilities(prospect: Prospect, { store }: InstallerTools): Promise<readonly Incompatibility[]> {
  const changes = dataTypeChanges(prospect);
  const found: Incompatibility[] = [...localLost(prospect), ...identityChanges(changes, prospect)];
  for (const dataType of changes.changed) found.push(...(await unfitRecords(dataType, store.records)));
  for (const dataType of changes.removed) found.push(...(await orphanedRecords(dataType, store.records)));
  return found;
}
