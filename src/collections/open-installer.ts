import type { Catalog } from "../core/catalog.js";
import type { InstalledCollection } from "../core/collection.js";
import { PatchbayError, type Problem, toPatchbayError } from "../core/errors.js";
import type { FlowVersion } from "../core/flow.js";
import type { ConnectionSwitch } from "../core/inspection.js";
import { isJsonObject, type Json } from "../core/json.js";
import type { Change } from "../core/store.js";
import { topics } from "../core/topic.js";
import { readGrammar } from "./grammar.js";
import { checkCollection, install, keptVersions } from "./install.js";
import { compileInstallation, type Installation, type InstallerParts, type InstallerTools } from "./installation.js";
import type { Installer } from "./installer.js";
import { brokenConnection } from "./kept-connection.js";
import { readLocalFiles } from "./local-flows.js";
import { type Opened, openConnection } from "./open-connections.js";
import { findOverlaps, type Overlap } from "./overlap.js";
import { installedParameters } from "./parameters.js";
import { readShipped } from "./shipped.js";
import { LOCAL } from "./surroundings.js";

/**
 * Opens the installer: loads what is installed and the local flows, and opens the connections.
 *
 * A connection that cannot be opened (its secret is unreadable, its connector is gone) does not keep the server from
 * starting: every use of it fails with the reason. Local flows with problems are left out, see `localProblems`.
 *
 * @throws STORE_UNAVAILABLE; COLLECTION_INVALID when an installed collection cannot be compiled any more.
 */
export async function openInstaller(parts: InstallerParts): Promise<Installer> {
  const tools: InstallerTools = {
    ...parts,
    grammar: await readGrammar(parts.schemasFolder),
    localFiles: await readLocalFiles(parts.flowsFolder),
  };
  const { store } = tools;
  let stamp = await store.definitionsStamp();
  let now = await load(tools);
  /** They come with this version, so they are read once. */
  let shipped: ReturnType<typeof readShipped> | null = null;
  const inTurn = createTurns();

  function become(after: Installation): void {
    const before = now;
    now = after;
    retireReplaced(before, after);
  }

  /** Alone on the store, nobody else changes anything. */
  async function follow(): Promise<void> {
    if (store.exclusive) return;
    const newest = await store.definitionsStamp();
    if (newest === stamp) return;
    become(await load(tools));
    stamp = newest;
  }

  const installer: Installer = {
    catalog: () => now.catalog,
    shipped: () => {
      shipped ??= readShipped(tools.shippedFolder, tools);
      return shipped;
    },
    installed: async () => [...now.installed.values()],
    check: (files) => {
      const { collection, problems } = checkCollection(files, now, tools);
      return { collection, problems };
    },
    install: (request) =>
      inTurn(async () => {
        await follow();
        const { installation, collection } = await install(request, now, tools);
        become(installation);
        return collection;
      }),
    activate: (flow, active) =>
      inTurn(async () => {
        await follow();
        const { installation, warnings } = await activate({ flow, active }, now, tools);
        become(installation);
        return warnings;
      }),
    switchConnection: (switched, alongside) =>
      inTurn(async () => {
        await follow();
        become(await switchConnection(switched, alongside, { before: now, tools }));
      }),
    tryTranslator: (name, input) => tryTranslator({ name, input }, now.catalog, tools),
    localProblems: () => now.local.problems,
    refresh: () => inTurn(follow),
    close: () =>
      inTurn(async () => {
        for (const { connection } of now.connections.values()) await connection.close();
      }),
  };
  return Object.freeze(installer);
}

/** Changes are made one after the other: each one sees what the one before it left. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    last = turn;
    return turn;
  };
}

async function load(tools: InstallerTools): Promise<Installation> {
  const stored = await tools.store.collections.list();
  const connections = new Map<string, Opened>();
  for (const one of stored) {
    for (const [name, opened] of await openInstalled(one, tools)) connections.set(name, opened);
  }
  const inventory = {
    installed: new Map(stored.map((one) => [one.collection.name, one])),
    active: await tools.store.flows.active(),
    off: offNow(await tools.store.connections.switches()),
    connections,
  };
  const installation = compileInstallation(inventory, tools);
  const kept = keptVersions(installation);
  if (kept.length > 0) await tools.store.commit(kept);
  return installation;
}

async function openInstalled(one: InstalledCollection, tools: InstallerTools): Promise<[string, Opened][]> {
  const opened: [string, Opened][] = [];
  for (const definition of one.collection.connections) {
    try {
      const parameters = installedParameters(one, tools.sealer);
      const opening = { collection: one.collection.name, parameters, ...tools };
      opened.push([definition.name, await openConnection(definition, opening)]);
    } catch (error) {
      const connector = tools.connectors.find(({ key }) => key === definition.connector);
      if (connector)
        opened.push([
          definition.name,
          { connector, connection: brokenConnection(toPatchbayError(error)), maxPerSecond: null },
        ]);
    }
  }
  return opened;
}

function retireReplaced(before: Installation, after: Installation): void {
  for (const [name, { connection }] of before.connections) {
    if (after.connections.get(name)?.connection !== connection) connection.retire();
  }
}

async function activate(
  { flow, active }: { flow: string; active: boolean },
  before: Installation,
  tools: InstallerTools,
): Promise<{ installation: Installation; warnings: readonly string[] }> {
  const known = before.catalog.flow(flow);
  if (!known) throw flowUnknown(flow, before);
  const names = new Set(before.active);
  if (active) names.add(flow);
  else names.delete(flow);
  const installation = compileInstallation({ ...before, active: names }, tools);
  const at = tools.now();
  const changes: Change[] = [
    { kind: "flow-version-kept", version: known.version },
    { kind: "flow-activated", flow, active, at },
  ];
  // What was missed while it was switched off is not made up for, even if nobody who leads sees it being switched on.
  if (active && !before.active.has(flow) && isTimed(known.version)) {
    changes.push({ kind: "schedule-advanced", flow, slotAt: at });
  }
  await tools.store.commit(changes);
  const reported = new Set(overlapsOf(before).map(describeOverlap));
  const warnings = overlapsOf(installation).map(describeOverlap);
  return { installation, warnings: warnings.filter((warning) => !reported.has(warning)) };
}

function offNow(switches: readonly ConnectionSwitch[]): ReadonlyMap<string, ConnectionSwitch> {
  return new Map(switches.filter(({ active }) => !active).map((switched) => [switched.connection, switched]));
}

async function switchConnection(
  switched: ConnectionSwitch,
  alongside: readonly Change[],
  { before, tools }: { before: Installation; tools: InstallerTools },
): Promise<Installation> {
  const { connection, active, at } = switched;
  if (before.catalog.connection(connection) === null) {
    throw new PatchbayError("CONNECTION_UNKNOWN", `There is no connection ${connection.slice(0, 200)}`);
  }
  const others = [...before.off.values()].filter((one) => one.connection !== connection);
  const installation = compileInstallation({ ...before, off: offNow([...others, switched]) }, tools);
  const woken: Change[] = active ? [{ kind: "runs-woken", topics: [topics.connection(connection)], at }] : [];
  await tools.store.commit([{ kind: "connection-switched", switched }, ...woken, ...alongside]);
  return installation;
}

function isTimed({ flow: { on } }: FlowVersion): boolean {
  return on.kind === "schedule" || on.kind === "silence";
}

function flowUnknown(flow: string, { local }: Installation): PatchbayError {
  const [namespace, name] = flow.split("/");
  const problem = namespace === LOCAL ? local.problems.find(({ file }) => file.startsWith(`${name}.flow.`)) : undefined;
  const reason = problem
    ? `it has problems: ${problem.file}#${problem.path} ${problem.message}`
    : "it is not installed";
  return new PatchbayError("FLOW_UNKNOWN", `The flow ${flow} cannot be switched: ${reason}`, { flow });
}

function overlapsOf({ catalog }: Installation): Overlap[] {
  const active = catalog.flows().filter((flow) => flow.active);
  return findOverlaps(
    active.map(({ version }) => version.flow),
    catalog.flows().map(({ version }) => version.flow),
  );
}

function describeOverlap({ flows, dataType }: Overlap): string {
  const [first, second] = flows;
  return `${first} and ${second} both text the customer for the same ${dataType}: switch one of them off, or give them conditions that exclude each other`;
}

async function tryTranslator(
  { name, input }: { name: string; input: Json },
  catalog: Catalog,
  { translation }: InstallerTools,
): Promise<{ output: Json; problems: readonly Problem[] }> {
  const translator = catalog.translator(name);
  if (!translator) throw new PatchbayError("TRANSLATOR_UNKNOWN", `There is no translator ${name}`, { name });
  const params = catalog.parameters(name.split("/")[0] ?? null);
  const bindings = { params, record: input, steps: {} };
  const output = await translation.evaluate(`=${translator.source}`, { input, bindings });
  if (output === undefined) {
    throw new PatchbayError("TRANSLATOR_OUTPUT_MISSING", `The translator ${name} returned nothing for this document`);
  }
  const target = translator.to === null ? null : catalog.dataType(translator.to);
  if (!target) return { output, problems: [] };
  return {
    output,
    problems: isJsonObject(output) ? target.validate(output) : [{ path: "", message: "must be an object" }],
  };
}
