import type { InstalledCollection } from "../core/collection.js";
import { PatchbayError, toPatchbayError } from "../core/errors.js";
import { keptVersions } from "./install.js";
import type { Installation, InstallerTools, Seen } from "./installation.js";
import type { LeftOut } from "./installer.js";
import { brokenConnection } from "./kept-connection.js";
import { compileLoadable } from "./loadable.js";
import { type Opened, openConnection } from "./open-connections.js";
import { installedParameters } from "./parameters.js";
import { LOCAL } from "./surroundings.js";
import { offNow } from "./switching.js";

/** How often a change is tried that meets those of other processes. */
const MAX_TRIES = 5;

/** What is installed, and what of it cannot be used. */
interface Loaded {
  readonly installation: Installation;
  readonly leftOut: readonly LeftOut[];
}

/** What this process knows of what is installed, and how it changes. */
export interface CurrentInstallation {
  now(): Installation;
  leftOut(): readonly LeftOut[];
  /** Reads everything anew when another process has changed something. */
  follow(): Promise<void>;
  /** Takes over what a change has made, and lets connections go that it has replaced. */
  become(after: Installation): void;
  /** What is there now, for a change that is planned. */
  look(): Promise<Seen>;
  /** Changes what is there now; when another process was first, what it has left is looked at and changed. */
  change<T extends { readonly installation: Installation }>(work: (seen: Seen) => Promise<T>): Promise<T>;
}

/** Loads what is installed. @throws STORE_UNAVAILABLE */
export async function openCurrentInstallation(tools: InstallerTools): Promise<CurrentInstallation> {
  const { store } = tools;
  let stamp = await store.definitionsStamp();
  let { installation: now, leftOut } = await load(tools);

  function become(after: Installation): void {
    const before = now;
    now = after;
    retireReplaced(before, after);
  }

  async function follow(): Promise<void> {
    // Alone on the store, nobody else changes anything.
    if (store.exclusive) return;
    const newest = await store.definitionsStamp();
    if (newest === stamp) return;
    const loaded = await load(tools);
    become(loaded.installation);
    leftOut = loaded.leftOut;
    stamp = newest;
  }

  async function look(): Promise<Seen> {
    await follow();
    if (store.exclusive) stamp = await store.definitionsStamp();
    return { before: now, stamp };
  }

  return {
    now: () => now,
    leftOut: () => leftOut,
    follow,
    become,
    look,
    change: (work) =>
      whileOthersChange(async () => {
        const done = await work(await look());
        become(done.installation);
        return done;
      }),
  };
}

/** Does the same again when another process has installed or switched something meanwhile. */
async function whileOthersChange<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (thrown) {
      const again = thrown instanceof PatchbayError && thrown.code === "DEFINITIONS_CHANGED";
      if (!again || tries >= MAX_TRIES) throw thrown;
    }
  }
}

async function load(tools: InstallerTools): Promise<Loaded> {
  const stored = await tools.store.collections.list();
  const connections = new Map<string, Opened>();
  for (const one of stored) {
    for (const [name, opened] of await openInstalled(one, tools)) connections.set(name, opened);
  }
  const inventory = {
    installed: new Map(stored.map((one) => [one.collection.name, one])),
    active: await tools.store.flows.active(),
    off: offNow(await tools.store.connections.switches()),
    localChanges: await tools.store.collections.overlays(LOCAL),
    connections,
  };
  const loaded = compileLoadable(inventory, tools);
  const kept = keptVersions(loaded.installation);
  if (kept.length > 0) await tools.store.commit(kept);
  return loaded;
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
