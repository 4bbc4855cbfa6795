import type { FlowDefinition, FlowVersion, TranslatorDefinition } from "../core/flow.js";
import type { Store } from "../core/store.js";
import type { CheckedDraft, Definition, DefinitionFile } from "./draft.js";
import { toFlowVersion } from "./flow-version.js";
import { checkCollection } from "./install.js";
import { collectionsOf, type Installation, type InstallerTools, localFilesOf } from "./installation.js";
import type { CollectionFiles } from "./installer.js";
import { checkLocal } from "./local-definitions.js";
import { localFileOf, textHash } from "./local-edit.js";
import { locator } from "./locate.js";
import { running } from "./overlay/running.js";
import { LOCAL } from "./surroundings.js";

interface Drafting {
  readonly installation: Installation;
  readonly tools: InstallerTools;
}

/**
 * Gives the file of a definition; what is not there yet has no text.
 * @throws COLLECTION_UNKNOWN; COLLECTION_VERSION_UNKNOWN when its files are not kept
 */
export async function definitionFile(definition: Definition, drafting: Drafting): Promise<DefinitionFile> {
  const { files, published, changedAt, file, collection } = await filesAround(definition, drafting);
  const text = files[file] ?? null;
  const hash = text === null ? null : textHash(text);
  return { file, collection, text, hash, published: published[file] ?? null, changedAt };
}

/**
 * Checks a text in place of a definition's file, with everything around it; nothing is kept.
 * @throws COLLECTION_UNKNOWN; COLLECTION_VERSION_UNKNOWN when its files are not kept
 */
export async function checkDefinition(definition: Definition, text: string, drafting: Drafting): Promise<CheckedDraft> {
  const around = await filesAround(definition, drafting);
  const files = { ...around.files, [around.file]: text };
  const { problems, flow } =
    around.collection === null ? checkHere(definition, files, drafting) : checkInside(definition, files, drafting);
  const known = around.collection === null ? problems.filter(({ file }) => file === around.file) : problems;
  const place = locator(around.file, text);
  return {
    problems: known.map((one) => ({ ...one, range: one.file === around.file ? place(one) : null })),
    flow: known.some(({ severity }) => severity === "error") ? null : flow,
  };
}

interface FilesAround extends Pick<DefinitionFile, "file" | "collection" | "changedAt"> {
  readonly files: CollectionFiles;
  readonly published: CollectionFiles;
}

async function filesAround({ kind, name }: Definition, { installation, tools }: Drafting): Promise<FilesAround> {
  const [namespace = "", stem = ""] = name.split("/");
  if (namespace === LOCAL) {
    const files = localFilesOf(installation, tools);
    const file = localFileOf({ kind, name: stem }, files);
    const changed = installation.localChanges.find((one) => one.file === file);
    return { file, collection: null, files, published: tools.localFiles, changedAt: changed?.changedAt ?? null };
  }
  const store: { readonly collections: Pick<Store["collections"], "version" | "overlays"> } = tools.store;
  const { files, published, overlays } = await running(namespace, { installed: installation.installed, store });
  const file = kind === "translator" ? `translators/${stem}.jsonata` : flowFileOf(stem, files);
  const changed = overlays.find((one) => one.file === file);
  return { file, collection: namespace, files, published, changedAt: changed?.changedAt ?? null };
}

function flowFileOf(stem: string, files: CollectionFiles): string {
  const json = `flows/${stem}.flow.json`;
  return Object.hasOwn(files, json) ? json : `flows/${stem}.flow.yaml`;
}

function checkHere({ kind, name }: Definition, files: CollectionFiles, { installation, tools }: Drafting) {
  const { flows, problems } = checkLocal(files, collectionsOf(installation), tools);
  const flow = kind === "translator" ? undefined : flows.find((one) => one.name === name);
  return { problems, flow: versionOf(flow, null, installation) };
}

function checkInside({ kind, name }: Definition, files: CollectionFiles, { installation, tools }: Drafting) {
  const { collection, problems } = checkCollection(files, installation, tools);
  if (kind === "translator" || collection === null) return { problems, flow: null };
  const flow = collection.flows.find((one) => one.name === name);
  return { problems, flow: versionOf(flow, collection, installation) };
}

function versionOf(
  flow: FlowDefinition | undefined,
  collection: { readonly name: string; readonly translators: readonly TranslatorDefinition[] } | null,
  { catalog }: Installation,
): FlowVersion | null {
  if (flow === undefined) return null;
  const all = [...catalog.translators(), ...(collection?.translators ?? [])];
  return toFlowVersion(flow, collection?.name ?? null, new Map(all.map((one) => [one.name, one])));
}
