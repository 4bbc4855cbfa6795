import type { Change } from "../core/change.js";
import { PatchbayError } from "../core/errors.js";
import type { Overlay } from "../core/overlay.js";
import { collectionInvalid } from "./collection-problems.js";
import type { LocalFlowEdit } from "./draft.js";
import { contentHash } from "./flow-version.js";
import { keptVersions } from "./install.js";
import {
  collectionsOf,
  compileInstallation,
  type Installation,
  type InstallerTools,
  localFilesOf,
  type Seen,
} from "./installation.js";
import { checkLocalFlows } from "./local-flows.js";
import { LOCAL } from "./surroundings.js";

/** Names a text of a flow, so that a change of another one is noticed. */
export function textHash(text: string): string {
  return contentHash({ text }).slice(0, 32);
}

/** The file of a local flow: the one that is there, or the one that it would be in. */
export function localFileOf(name: string, files: Readonly<Record<string, string>>): string {
  const json = `${name}.flow.json`;
  return Object.hasOwn(files, json) ? json : `${name}.flow.yaml`;
}

/**
 * Changes or adds a local flow, in the store, so that every process has it; what the flows folder has stays as it is.
 *
 * @throws FLOW_UNKNOWN, FLOW_CHANGED, COLLECTION_INVALID (details.problems), DEFINITIONS_CHANGED
 */
export async function editLocalFlow(
  edit: LocalFlowEdit,
  { before, stamp }: Seen,
  tools: InstallerTools,
): Promise<{ readonly installation: Installation }> {
  const files = localFilesOf(before, tools);
  const file = localFileOf(edit.name, files);
  requireUnchanged(edit, files[file] ?? null);
  const localChanges = changed(
    before.localChanges,
    { file, text: edit.text, published: tools.localFiles[file] ?? null },
    tools,
  );
  if (edit.text !== null) requireSound(file, { ...before, localChanges }, tools);
  const compiled = compileInstallation({ ...before, localChanges }, tools);
  const gone = [...before.active].filter(
    (flow) => flow === `${LOCAL}/${edit.name}` && edit.text === null && compiled.catalog.flow(flow) === null,
  );
  const active = new Set([...before.active].filter((flow) => !gone.includes(flow)));
  const installation = gone.length === 0 ? compiled : compileInstallation({ ...before, localChanges, active }, tools);
  const kept = localChanges.find((one) => one.file === file);
  await tools.store.commit([
    { kind: "definitions-changed", from: stamp, name: tools.randomToken() },
    kept === undefined ? { kind: "overlay-removed", collection: LOCAL, file } : { kind: "overlay-set", overlay: kept },
    ...gone.map((flow): Change => ({ kind: "flow-activated", flow, active: false, at: tools.now() })),
    ...keptVersions(installation),
  ]);
  return { installation };
}

/** Somebody else's change is not overwritten by one that has not seen it. */
function requireUnchanged({ name, text, basedOn }: LocalFlowEdit, current: string | null): void {
  const flow = `${LOCAL}/${name}`;
  if (text === null && current === null)
    throw new PatchbayError("FLOW_UNKNOWN", `There is no flow ${flow.slice(0, 200)}`);
  if (basedOn === undefined || basedOn === (current === null ? null : textHash(current))) return;
  const what = basedOn === null ? "is there already" : "was changed since you began";
  throw new PatchbayError("FLOW_CHANGED", `The flow ${flow.slice(0, 200)} ${what}`, { flow });
}

function changed(
  changes: readonly Overlay[],
  { file, text, published }: { readonly file: string; readonly text: string | null; readonly published: string | null },
  { now }: Pick<InstallerTools, "now">,
): readonly Overlay[] {
  const others = changes.filter((one) => one.file !== file);
  if (text === null || text === published) return others;
  return [...others, { collection: LOCAL, file, base: published, mine: text, changedAt: now() }];
}

/** What only waits for a collection may be kept. @throws COLLECTION_INVALID */
function requireSound(file: string, inventory: Installation, tools: InstallerTools): void {
  const { problems } = checkLocalFlows(localFilesOf(inventory, tools), collectionsOf(inventory), tools);
  const own = problems.filter((one) => one.file === file);
  if (own.some(({ severity }) => severity === "error")) throw collectionInvalid("The flow", own);
}
