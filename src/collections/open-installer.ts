import { openCurrentInstallation } from "./current-installation.js";
import { readGrammar } from "./grammar.js";
import { checkCollection, commitPrepared, prepareInstallation } from "./install.js";
import type { Installation, InstallerParts, InstallerTools } from "./installation.js";
import type { ContentRequest, Installer, InstallRequest, JustInstalled } from "./installer.js";
import { installerDrafts } from "./installer-drafts.js";
import { installerPlans } from "./installer-plans.js";
import { installerSecrets } from "./installer-secrets.js";
import { installerSources } from "./installer-sources.js";
import { keptVersion } from "./kept-version.js";
import { readLocalFiles } from "./local-definitions.js";
import { editLocal } from "./local-edit.js";
import { running } from "./overlay/running.js";
import { requestedContent, requireTrust } from "./requested-content.js";
import { createShippedReader } from "./shipped.js";
import type { SourceContent } from "./source/read-source.js";
import { activate, switchConnection } from "./switching.js";
import { requireSameContent } from "./version-guard.js";

/**
 * Opens the installer: loads what is installed and the local definitions, and opens the connections.
 *
 * A connection that cannot be opened (its secret is unreadable, its connector is gone) does not keep the server from
 * starting: every use of it fails with the reason. Neither does a collection that does not fit the others, which is left out,
 * see `leftOut`. Local definitions with problems are left out too, see `localProblems`.
 *
 * @throws STORE_UNAVAILABLE
 */
export async function openInstaller(parts: InstallerParts): Promise<Installer> {
  const tools: InstallerTools = {
    ...parts,
    grammar: await readGrammar(parts.schemasFolder),
    localFiles: await readLocalFiles(parts.flowsFolder),
  };
  const { store } = tools;
  const current = await openCurrentInstallation(tools);
  const { now, follow, become, change } = current;
  const shipped = createShippedReader(tools.shippedFolder, tools);
  const inTurn = createTurns();

  async function trustedContent(request: ContentRequest): Promise<SourceContent> {
    const content = await requestedContent(request, tools);
    requireTrust(content, request, await store.publishers.list());
    return content;
  }

  async function install(request: InstallRequest): Promise<JustInstalled> {
    // Outside the turn: nobody waits for an address that is slow to answer.
    const fetched = request.source === undefined ? null : await trustedContent(request);
    return inTurn(async () => {
      const { files, origin, signature } = fetched ?? (await trustedContent(request));
      const wanted = { files, origin, signature, parameters: request.parameters };
      if (request.force !== true) await requireSameContent(wanted, tools);
      const { installed } = await change(async ({ before, stamp }) =>
        commitPrepared(await prepareInstallation([wanted], { before }, tools), stamp, tools),
      );
      const [done] = installed;
      if (done === undefined) throw new Error("one collection was installed");
      return { ...done, origin };
    });
  }

  const installer: Installer = {
    catalog: () => now().catalog,
    shipped,
    installed: async () => [...now().installed.values()],
    check: (files) => {
      const { collection, problems } = checkCollection(files, now(), tools);
      return { collection, problems };
    },
    ...installerSources(tools, now, shipped),
    install,
    ...installerPlans(tools, current, inTurn),
    ...keptHere(store, now),
    ...installerSecrets(tools, current, inTurn),
    activate: (flow, active) =>
      inTurn(async () => {
        const { warnings } = await change((seen) => activate({ flow, active }, seen, tools));
        return warnings;
      }),
    switchConnection: (switched, alongside) =>
      inTurn(async () => {
        await follow();
        become(await switchConnection(switched, alongside, { before: now(), tools }));
      }),
    ...installerDrafts(tools, now),
    editLocal: (edit) =>
      inTurn(async () => {
        await change((seen) => editLocal(edit, seen, tools));
      }),
    localProblems: () => now().local.problems,
    leftOut: () => current.leftOut().filter(({ collection }) => !now().installed.has(collection)),
    refresh: () => inTurn(follow),
    close: () =>
      inTurn(async () => {
        for (const { connection } of now().connections.values()) await connection.close();
      }),
  };
  return Object.freeze(installer);
}

/** Makes the part of an installer that reads what the store keeps of collections. */
function keptHere(
  store: InstallerTools["store"],
  now: () => Installation,
): Pick<Installer, "versions" | "keptVersion" | "overlays" | "running"> {
  return {
    versions: (name) => store.collections.versions(name),
    keptVersion: (name, integrity) => keptVersion(name, integrity, { installed: now().installed, store }),
    overlays: (name) => store.collections.overlays(name),
    running: (name) => running(name, { installed: now().installed, store }),
  };
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
