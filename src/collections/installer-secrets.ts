import type { Change } from "../core/change.js";
import type { InstalledCollection } from "../core/collection.js";
import { PatchbayError } from "../core/errors.js";
import { isJsonObject } from "../core/json.js";
import type { InstallerSecrets, SealedSecrets } from "./collection-secrets.js";
import type { CurrentInstallation } from "./current-installation.js";
import { commitPrepared, prepareInstallation } from "./install.js";
import type { Installation, InstallerTools, Seen } from "./installation.js";
import { keptVersion } from "./kept-version.js";

export function installerSecrets(
  tools: InstallerTools,
  current: Pick<CurrentInstallation, "look" | "change">,
  inTurn: <T>(work: () => Promise<T>) => Promise<T>,
): InstallerSecrets {
  const { store, sealer } = tools;
  const list = async (): Promise<readonly SealedSecrets[]> =>
    (await store.collections.list()).map(({ collection, sealedSecrets }) => ({
      collection: collection.name,
      parameters: secretParameters(collection.parameters),
      sealedBy: sealedSecrets === null ? null : sealer.sealedBy(sealedSecrets),
    }));
  return {
    secrets: list,
    setSecret: (name, parameter, value) =>
      inTurn(async () => {
        await current.change(async ({ before, stamp }) => {
          requireSecret(name, parameter, before);
          const { files, origin, signature } = await keptVersion(name, null, { installed: before.installed, store });
          const wanted = { files, origin, signature, parameters: { [parameter]: value } };
          return commitPrepared(await prepareInstallation([wanted], { before }, tools), stamp, tools);
        });
      }),
    reseal: async () => {
      const all = await list();
      const stale = all.filter(({ sealedBy }) => sealedBy === "previous").map(({ collection }) => collection);
      for (const name of stale) await inTurn(() => current.change((seen) => resealOne(name, seen, tools)));
      const unreadable = all.filter(({ sealedBy }) => sealedBy === "unknown").map(({ collection }) => collection);
      return { resealed: stale, unreadable };
    },
  };
}

/** Nothing but the seal changes: connections stay open, and other processes read it when they next read anything. */
async function resealOne(
  name: string,
  { before, stamp }: Seen,
  { store, sealer, randomToken }: InstallerTools,
): Promise<{ readonly installation: Installation }> {
  const stored = (await store.collections.list()).find(({ collection }) => collection.name === name);
  if (stored === undefined || stored.sealedSecrets === null) return { installation: before };
  const fresh: InstalledCollection = { ...stored, sealedSecrets: sealer.seal(sealer.open(stored.sealedSecrets)) };
  const guard: Change = { kind: "definitions-changed", from: stamp, name: randomToken() };
  await store.commit([guard, { kind: "collection-installed", installed: fresh }]);
  // One that was left out stays so.
  const installed = before.installed.has(name) ? new Map(before.installed).set(name, fresh) : before.installed;
  return { installation: { ...before, installed } };
}

function secretParameters({ properties }: InstalledCollection["collection"]["parameters"]): readonly string[] {
  if (!isJsonObject(properties)) return [];
  return Object.entries(properties).flatMap(([name, schema]) =>
    isJsonObject(schema) && schema.writeOnly === true ? [name] : [],
  );
}

function requireSecret(name: string, parameter: string, { installed }: Installation): void {
  const found = installed.get(name);
  if (found === undefined) throw new PatchbayError("COLLECTION_UNKNOWN", `${name.slice(0, 100)} is not installed`);
  const secrets = secretParameters(found.collection.parameters);
  if (secrets.includes(parameter)) return;
  const those = secrets.length === 0 ? "it has none" : `those are ${secrets.join(", ")}`;
  const message = `is no secret parameter of ${name}; ${those}`;
  throw new PatchbayError("PARAMETERS_INVALID", `Parameters of ${name}: /${parameter.slice(0, 100)} ${message}`, {
    problems: [{ path: `/${parameter.slice(0, 100)}`, message }],
  });
}
