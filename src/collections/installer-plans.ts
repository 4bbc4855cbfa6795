import type { CurrentInstallation } from "./current-installation.js";
import { type Gathered, gatherContents, gatherEdit } from "./gather-contents.js";
import { commitPrepared, type Prepared, prepareInstallation } from "./install.js";
import type { Installation, InstallerTools, Seen } from "./installation.js";
import type { Applied, Installer, Undertaking } from "./installer.js";
import type { Plan } from "./plan/plan.js";
import { planHash } from "./plan/plan-hash.js";
import { requireTrust } from "./requested-content.js";
import { requirePlan, settledBy } from "./undertaking.js";
import { prepareRemoval } from "./uninstall.js";
import { requireSameContent } from "./version-guard.js";

type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** Makes the part of an installer that plans changes, and makes the changes that were planned. */
export function installerPlans(
  tools: InstallerTools,
  current: Pick<CurrentInstallation, "look" | "change">,
  inTurn: Turns,
): Pick<Installer, "plan" | "apply" | "editCollection"> {
  return {
    plan: async (undertaking) => {
      const seen = await inTurn(() => current.look());
      return plan(undertaking, seen, tools);
    },
    apply: async (undertaking, wanted) => {
      // Outside the turn: nobody waits for an address that is slow to answer.
      const { before } = await inTurn(() => current.look());
      const gathered = await gather(undertaking, before, tools);
      await requireAllTrusted(undertaking, gathered, tools);
      return inTurn(async () => {
        const { installed } = await current.change((seen) => apply(undertaking, { gathered, wanted, seen }, tools));
        return toApplied(undertaking, gathered, installed);
      });
    },
    editCollection: (name, edit) =>
      inTurn(async () => {
        const undertaking = { kind: "edit", name, ...edit } as const;
        const { installed, origin } = await current.change(async ({ before, stamp }) => {
          const gathered = await gatherEdit(undertaking, before, tools);
          const prepared = await prepare(undertaking, { gathered, before }, tools);
          return { ...(await commitPrepared(prepared, stamp, tools)), origin: gathered[0]?.origin };
        });
        const [done] = installed;
        if (done === undefined || origin === undefined) throw new Error("one collection was changed");
        return { ...done, origin };
      }),
  };
}

async function plan(undertaking: Undertaking, seen: Seen, tools: InstallerTools): Promise<Plan> {
  const gathered = await gather(undertaking, seen.before, tools);
  const prepared = await prepare(undertaking, { gathered, before: seen.before }, tools);
  try {
    const hash = hashOf(undertaking, { gathered, prepared, seen });
    const { describePlan } = await import("./describe-plan.js");
    return await describePlan({ hash, seen, prepared, gathered, uninstalled: uninstalledBy(undertaking) }, tools);
  } finally {
    await prepared.discard();
  }
}

interface Applying {
  readonly gathered: readonly Gathered[];
  readonly wanted: string;
  readonly seen: Seen;
}

async function apply(undertaking: Undertaking, applying: Applying, tools: InstallerTools): Promise<Prepared> {
  const { gathered, wanted, seen } = applying;
  const prepared = await prepare(undertaking, { gathered, before: seen.before }, tools);
  try {
    requirePlan(wanted, hashOf(undertaking, { gathered, prepared, seen }));
  } catch (error) {
    await prepared.discard();
    throw error;
  }
  return commitPrepared(prepared, seen.stamp, tools);
}

function gather(undertaking: Undertaking, before: Installation, tools: InstallerTools): Promise<readonly Gathered[]> {
  if (undertaking.kind === "uninstall") return Promise.resolve([]);
  if (undertaking.kind === "edit") return gatherEdit(undertaking, before, tools);
  return gatherContents(undertaking, before, tools);
}

async function prepare(
  undertaking: Undertaking,
  { gathered, before }: { readonly gathered: readonly Gathered[]; readonly before: Installation },
  tools: InstallerTools,
): Promise<Prepared> {
  if (undertaking.kind === "uninstall") return prepareRemoval(undertaking.name, before, tools);
  const { activate, force } = settledBy(undertaking);
  const isKept = undertaking.kind === "rollback" || undertaking.kind === "edit";
  if (!force && !isKept) for (const one of gathered) await requireSameContent(one, tools);
  return prepareInstallation(gathered, { before, activate }, tools);
}

function hashOf(
  undertaking: Undertaking,
  {
    gathered,
    prepared,
    seen,
  }: { readonly gathered: readonly Gathered[]; readonly prepared: Prepared; readonly seen: Seen },
): string {
  const { activate, settlements } = settledBy(undertaking);
  return planHash({
    ...{ stamp: seen.stamp, installed: prepared.installed, uninstalled: uninstalledBy(undertaking) },
    ...{ activate, settlements },
    overlays: prepared.overlaid.flatMap(({ laid }) => laid.overlays),
    given: Object.fromEntries(gathered.map(({ name, parameters }) => [name, parameters])),
  });
}

function uninstalledBy(undertaking: Undertaking): string | null {
  return undertaking.kind === "uninstall" ? undertaking.name : null;
}

/** @throws COLLECTION_UNSIGNED */
async function requireAllTrusted(
  undertaking: Undertaking,
  gathered: readonly Gathered[],
  { store }: InstallerTools,
): Promise<void> {
  const acceptUnsigned = acceptsUnsigned(undertaking);
  const trusted = await store.publishers.list();
  for (const { files, origin, needsTrust } of gathered) {
    requireTrust({ files, origin, signature: null, own: !needsTrust }, { acceptUnsigned }, trusted);
  }
}

function acceptsUnsigned(undertaking: Undertaking): boolean {
  if (undertaking.kind === "install") return undertaking.contents.some((one) => one.acceptUnsigned === true);
  if (undertaking.kind !== "upgrade") return false;
  return undertaking.acceptUnsigned === true || undertaking.content?.acceptUnsigned === true;
}

function toApplied(undertaking: Undertaking, gathered: readonly Gathered[], installed: Prepared["installed"]): Applied {
  const origins = new Map(gathered.map(({ name, origin }) => [name, origin]));
  return {
    uninstalled: uninstalledBy(undertaking),
    installed: installed.flatMap((one) => {
      const origin = origins.get(one.collection.name);
      return origin === undefined ? [] : [{ ...one, origin }];
    }),
  };
}
