import type { Change } from "../core/change.js";
import { PatchbayError } from "../core/errors.js";
import type { Overlay } from "../core/overlay.js";
import { collectionInvalid } from "./collection-problems.js";
import type { LocalEdit } from "./draft.js";
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
import { checkLocal } from "./local-definitions.js";
import { LOCAL } from "./surroundings.js";

/** Names a text of a definition, so that a change of another one is noticed. */
export function textHash(text: string): string {
  return contentHash({ text }).slice(0, 32);
}

/** The file of a local definition: the one that is there, or the one that it would be in. */
export function localFileOf(
  { kind, name }: Pick<LocalEdit, "kind" | "name">,
  files: Readonly<Record<string, string>>,
): string {
  if (kind === "translator") return `${name}.jsonata`;
  const json = `${name}.flow.json`;
  return Object.hasOwn(files, json) ? json : `${name}.flow.yaml`;
}

/**
 * Changes or adds a local flow or translator, in the store, so that every process has it; what the flows folder has stays as it is.
 *
 * @throws REQUEST_INVALID for what is no name; FLOW_UNKNOWN, TRANSLATOR_UNKNOWN, FLOW_CHANGED, COLLECTION_INVALID (details.problems),
 *   DEFINITIONS_CHANGED
 */
export async function editLocal(
  edit: LocalEdit,
  { before, stamp }: Seen,
  tools: InstallerTools,
): Promise<{ readonly installation: Installation }> {
  const files = localFilesOf(before, tools);
  const file = localFileOf(edit, files);
  requireName(edit);
  requireUnchanged(edit, files[file] ?? null);
  const localChanges = changed(
    before.localChanges,
    { file, text: edit.text, published: tools.localFiles[file] ?? null },
    tools,
  );
  if (edit.text !== null) requireSound({ file, kind: edit.kind }, { ...before, localChanges }, tools);
  const compiled = compileInstallation({ ...before, localChanges }, tools);
  if (edit.kind === "translator") requireUsers(before, compiled);
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

/** @throws REQUEST_INVALID */
function requireName({ kind, name }: LocalEdit): void {
  if (/^[a-z][a-z0-9-]{0,62}$/.test(name)) return;
  throw new PatchbayError("REQUEST_INVALID", `${name.slice(0, 100)} is no name of a ${kind}`, {
    remedy: "Use small letters, digits and hyphens, beginning with a letter: greet-customers.",
  });
}

/** Somebody else's change is not overwritten by one that has not seen it. */
function requireUnchanged({ kind, name, text, basedOn }: LocalEdit, current: string | null): void {
  const whole = `${LOCAL}/${name}`;
  if (text === null && current === null) {
    const code = kind === "flow" ? "FLOW_UNKNOWN" : "TRANSLATOR_UNKNOWN";
    throw new PatchbayError(code, `There is no ${kind} ${whole}`);
  }
  if (basedOn === undefined || basedOn === (current === null ? null : textHash(current))) return;
  const what = basedOn === null ? "is there already" : "was changed since you began";
  throw new PatchbayError("FLOW_CHANGED", `The ${kind} ${whole} ${what}`, { [kind]: whole });
}

/** A change of a translator leaves no flow behind that cannot be used any more. @throws COLLECTION_INVALID */
function requireUsers(before: Installation, after: Installation): void {
  const still = new Set(after.local.flows.map(({ name }) => name));
  const lost = before.local.flows
    .filter(({ name }) => !still.has(name))
    .map(({ name }) => name.slice(LOCAL.length + 1));
  const broken = after.local.problems.filter(({ file }) => lost.some((name) => file.startsWith(`${name}.flow.`)));
  const errors = broken.map((one) => ({ ...one, severity: "error" }) as const);
  if (errors.length > 0) throw collectionInvalid("What uses the translator", errors);
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
function requireSound(
  { file, kind }: Pick<LocalEdit, "kind"> & { readonly file: string },
  inventory: Installation,
  tools: InstallerTools,
): void {
  const { problems } = checkLocal(localFilesOf(inventory, tools), collectionsOf(inventory), tools);
  const own = problems.filter((one) => one.file === file);
  if (own.some(({ severity }) => severity === "error")) throw collectionInvalid(`The ${kind}`, own);
}
