import { stat } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type { CollectionView } from "../../api/contract/collection.js";
import type { FlowView } from "../../api/contract/definitions.js";
import { readCollectionFolder } from "../../collections/read-folder.js";
import { isJsonObject, type JsonObject } from "../../core/json.js";
import type { CommandContext } from "../context.js";
import type { Terminal } from "../terminal.js";
import { askParameters } from "./ask-parameters.js";
import { givenParameters, type ParameterSources } from "./given-parameters.js";
import { missingNames, type ParameterField, parameterFields } from "./parameter-form.js";

/** What is to be installed, and what is known about it before. */
interface Subject {
  /** The body of the request without its parameters. */
  readonly source: JsonObject;
  /** JSON Schema of the parameters. */
  readonly schema: JsonObject;
  readonly installed: CollectionView["installed"];
}

const manyCollections = 1_000;

/**
 * Installs a collection that the server ships, or the files of a folder; asks a person for required parameters that
 * are missing. Without a person the server says which ones are.
 */
export async function installCollection(
  { name, ...sources }: ParameterSources & { name: string },
  context: CommandContext,
): Promise<void> {
  const { client, terminal } = context;
  const subject = await findSubject(name, context);
  const fields = parameterFields(subject.schema);
  const given = await givenParameters(sources, fields, context);
  const asked = terminal.interactive && !terminal.json ? await askMissing(subject, { given, fields, terminal }) : {};
  const parameters = { ...given, ...asked };
  const view = await client.post<CollectionView>("/api/v1/collections/install", { ...subject.source, parameters });
  terminal.printJson(view);
  terminal.print(`${view.name} ${view.installed?.version ?? ""} is installed.`);
  printWebhooks(view, terminal);
  await printInactiveFlows(view, context);
}

async function findSubject(name: string, { client }: CommandContext): Promise<Subject> {
  const known = await client.list<CollectionView>("/api/v1/collections", { limit: manyCollections });
  const shipped = known.find((view) => view.name === name && view.shippedVersion !== null);
  if (shipped) return { source: { name }, schema: shipped.parameters, installed: shipped.installed };
  if (!(await hasManifest(name)) && !/[/\\.]/.test(name)) return { source: { name }, schema: {}, installed: null };
  const files = await readCollectionFolder(name);
  const manifest = readManifest(files["collection.yaml"] ?? "");
  const same = known.find((view) => view.name === manifest.name);
  const schema = isJsonObject(manifest.parameters) ? manifest.parameters : {};
  return { source: { files: { ...files } }, schema, installed: same?.installed ?? null };
}

async function hasManifest(folder: string): Promise<boolean> {
  const facts = await stat(join(folder, "collection.yaml")).catch(() => null);
  return facts !== null;
}

/** Only for the questions: what is wrong with a manifest, the server says when it gets the files. */
function readManifest(text: string): JsonObject {
  try {
    const value: unknown = parse(text, { logLevel: "error" });
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** An installed collection keeps what is not given; its secrets are never shown, so they are taken to be there. */
function askMissing(
  { schema, installed }: Subject,
  { given, fields, terminal }: { given: JsonObject; fields: readonly ParameterField[]; terminal: Terminal },
): Promise<JsonObject> {
  const kept = installed === null ? [] : fields.filter(({ name, secret }) => secret || name in installed.parameters);
  const known = new Set([...Object.keys(given), ...kept.map(({ name }) => name)]);
  const missing = missingNames(schema, known);
  return askParameters(
    fields.filter(({ name }) => missing.includes(name)),
    terminal,
  );
}

/** What the vendor has to be told, so that what customers write arrives. */
function printWebhooks({ installed }: CollectionView, terminal: Terminal): void {
  const webhooks = installed?.webhooks ?? [];
  if (terminal.json || webhooks.length === 0) return;
  terminal.print("", "To receive, enter these addresses at the vendor:");
  for (const { title, enteredAs, url } of webhooks) {
    const shown = url ?? "(set PUBLIC_URL first; `patchbay doctor` shows the address then)";
    terminal.print(`  ${title}: ${shown}`, `    ${enteredAs}`);
  }
}

async function printInactiveFlows({ flows }: CollectionView, { client, terminal }: CommandContext): Promise<void> {
  if (terminal.json || flows.length === 0) return;
  const all = await client.list<FlowView>("/api/v1/flows", { limit: manyCollections });
  const inactive = all.filter(({ name, active }) => !active && flows.includes(name));
  if (inactive.length === 0) return;
  terminal.print("", "Its flows are switched off until you switch them on:");
  for (const { name, title } of inactive) terminal.print(`  patchbay flow activate ${name}   # ${title}`);
}
