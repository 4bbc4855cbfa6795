import type { Change } from "../core/change.js";
import { PatchbayError } from "../core/errors.js";
import { keptVersions, type Prepared } from "./install.js";
import { compileInstallation, type Installation, type InstallerTools } from "./installation.js";
import { layOverlays } from "./overlay/lay-overlays.js";
import { overlayChanges } from "./overlay/overlaid.js";

/** Unfinished runs that are counted at most. */
const MOST_RUNS = 10_000;
/** Broadcasts that are under way at a time, at most. */
const MOST_BROADCASTS = 200;

/**
 * Prepares that a collection is taken away. Records, runs, messages and events stay, and so do its kept versions; its flows are
 * switched off, so that they do not begin by themselves when it is installed again.
 *
 * @throws COLLECTION_UNKNOWN; COLLECTION_IN_USE while others require it, or runs or broadcasts of its flows are unfinished
 */
export async function prepareRemoval(name: string, before: Installation, tools: InstallerTools): Promise<Prepared> {
  requireInstalled(name, before);
  requireNobody(name, before);
  await requireAtRest(name, tools);
  const own = (one: string): boolean => one.startsWith(`${name}/`);
  const installation = compileInstallation(
    {
      installed: new Map([...before.installed].filter(([one]) => one !== name)),
      active: new Set([...before.active].filter((flow) => !own(flow))),
      off: before.off,
      localChanges: before.localChanges,
      connections: new Map([...before.connections].filter(([connection]) => !own(connection))),
    },
    tools,
  );
  const at = tools.now();
  const gone = { collection: name, before: await tools.store.collections.overlays(name), laid: layOverlays({}, []) };
  const changes: readonly Change[] = [
    { kind: "collection-uninstalled", name },
    ...[...before.active].filter(own).map((flow): Change => ({ kind: "flow-activated", flow, active: false, at })),
    ...overlayChanges(gone),
    ...keptVersions(installation),
  ];
  return {
    installation,
    installed: [],
    warnings: new Map(),
    overlaid: [gone],
    changes,
    discard: async () => undefined,
  };
}

/** @throws COLLECTION_UNKNOWN */
export function requireInstalled(name: string, { installed }: Pick<Installation, "installed">): void {
  if (installed.has(name)) return;
  throw new PatchbayError("COLLECTION_UNKNOWN", `The collection ${name.slice(0, 100)} is not installed`, {
    remedy: "Look at what is installed with patchbay collection list.",
  });
}

function requireNobody(name: string, { installed }: Installation): void {
  const dependents = [...installed.values()].filter(({ collection }) => Object.hasOwn(collection.requires, name));
  if (dependents.length === 0) return;
  const names = dependents.map(({ collection }) => collection.name);
  throw new PatchbayError(
    "COLLECTION_IN_USE",
    `${names.join(" and ")} ${names.length === 1 ? "requires" : "require"} ${name}`,
    {
      remedy: `Uninstall first: patchbay collection uninstall ${names.join(", ")}.`,
    },
  );
}

/** What is unfinished would go on with connections and data types that are not there any more. */
async function requireAtRest(name: string, { store }: InstallerTools): Promise<void> {
  const open = await store.runs.openOfCollection(name, MOST_RUNS);
  if (open > 0) {
    const many = open >= MOST_RUNS ? `${MOST_RUNS} or more runs` : `${open} ${open === 1 ? "run" : "runs"}`;
    throw new PatchbayError(
      "COLLECTION_IN_USE",
      `${many} of flows of ${name} ${open === 1 ? "is" : "are"} not finished`,
      {
        remedy:
          "Switch its flows off (patchbay flow deactivate), then let the runs end or cancel them: patchbay runs list, patchbay runs cancel <id>.",
      },
    );
  }
  for (const state of ["running", "paused"] as const) {
    const { items } = await store.broadcasts.list({ state }, { limit: MOST_BROADCASTS });
    const found = items.find(({ flow }) => flow.startsWith(`${name}/`));
    if (found === undefined) continue;
    const message = `The broadcast ${found.id} (${found.name}) starts ${found.flow} and is ${state}`;
    throw new PatchbayError("COLLECTION_IN_USE", message, { remedy: `Stop it: patchbay broadcast stop ${found.id}.` });
  }
}
