import type { Installer, InstallRequest, JustInstalled, Undertaking } from "../../src/collections/installer.js";
import { layOverlays } from "../../src/collections/overlay/lay-overlays.js";
import type { Plan } from "../../src/collections/plan/plan.js";
import type { CollectionVersion, InstalledCollection } from "../../src/core/collection.js";
import { PatchbayError } from "../../src/core/errors.js";
import type { Overlay } from "../../src/core/overlay.js";

/** The hash that every plan of the test installer has. */
export const PLAN_HASH = "a".repeat(64);

/** What the planning part of the test installer works with. */
interface Scripted {
  readonly installed: InstalledCollection[];
  readonly install: (request: InstallRequest) => Promise<JustInstalled>;
  /** Everything that was planned or applied, in order. */
  readonly undertaken: Undertaking[];
}

/** Plans everything in the same way, installs what is installed, and keeps the last version of each collection. */
export function scriptedPlans({
  installed,
  install,
  undertaken,
}: Scripted): Pick<
  Installer,
  "plan" | "apply" | "versions" | "keptVersion" | "editCollection" | "overlays" | "running"
> {
  const versionsOf = (name: string): CollectionVersion[] =>
    installed
      .filter(({ collection }) => collection.name === name)
      .map(({ collection: { version }, installedAt, integrity }) => ({
        ...{ name, version, installedAt, files: { "collection.yaml": `name: ${name}` }, signature: null },
        origin: { source: name, resolved: name, integrity: integrity ?? "", version, publisher: null },
      }));
  const overlays = new Map<string, Overlay>();
  const keptVersion = async (name: string): Promise<CollectionVersion> => {
    const [found] = versionsOf(name);
    if (found !== undefined) return found;
    throw new PatchbayError("COLLECTION_UNKNOWN", `${name} is not installed`);
  };
  return {
    editCollection: async (name, { file, text }) => {
      if (text === null) overlays.delete(file);
      else overlays.set(file, { collection: name, file, base: null, mine: text, changedAt: new Date(0) });
      return { ...(await install({ name, parameters: {} })) };
    },
    overlays: async () => [...overlays.values()],
    running: async (name) => {
      const { version, files: published } = await keptVersion(name);
      return { version, published, ...layOverlays(published, [...overlays.values()]) };
    },
    plan: async (undertaking): Promise<Plan> => {
      undertaken.push(undertaking);
      const starts = [{ flow: null, change: "beware" as const, message: "Something begins" }];
      return { hash: PLAN_HASH, collections: [], starts, connectors: [], hosts: [], compatibility: [] };
    },
    apply: async (undertaking, planHash) => {
      undertaken.push(undertaking);
      if (planHash !== PLAN_HASH) throw new PatchbayError("PLAN_CHANGED", "It is another plan now");
      if (undertaking.kind === "uninstall") return { installed: [], uninstalled: undertaking.name };
      const [content] = undertaking.kind === "install" ? undertaking.contents : [];
      const request = content ?? { name: undertaking.kind === "install" ? "" : undertaking.name };
      return {
        installed: [
          await install({ ...request, parameters: "parameters" in undertaking ? (undertaking.parameters ?? {}) : {} }),
        ],
        uninstalled: null,
      };
    },
    versions: async (name) => versionsOf(name),
    keptVersion,
  };
}
