import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { ExaminedView } from "../../api/contract/collection-source.js";
import { readSource } from "../../collections/source/read-source.js";
import { SIGNATURE_FILE } from "../../collections/source/signature.js";
import { parseSource, type Source } from "../../collections/source/source.js";
import { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import { withSources } from "../../workshop/with-sources.js";
import type { CommandContext } from "../context.js";

/** What is to be installed: how a request names it, and what the server has seen of it. */
export interface Subject {
  /** Members of the request. */
  readonly content: JsonObject;
  readonly examined: ExaminedView;
}

/**
 * Finds what a person means: a name and an address are the server's to read; folders, files and repositories of this machine
 * are read here and sent. A folder is found by its bare name too, when nothing else has that name.
 */
export async function findSubject(text: string, context: CommandContext): Promise<Subject> {
  const source = parseSource(text);
  if (isHere(source)) return examine(await contentHere(text, context), context);
  try {
    return await examine({ source: text }, context);
  } catch (error) {
    const unknown = error instanceof PatchbayError && error.code === "COLLECTION_UNKNOWN";
    if (!unknown || source.kind !== "name" || !(await hasManifest(text))) throw error;
    return examine(await contentHere(`./${text}`, context), context);
  }
}

/** Whether it lies on this machine, where the server reads nothing. */
export function isHere(source: Source): boolean {
  return (
    source.kind === "folder" || source.kind === "bundle" || (source.kind === "git" && source.url.startsWith("file:"))
  );
}

async function examine(content: JsonObject, { client }: CommandContext): Promise<Subject> {
  const examined = await client.post<ExaminedView>("/api/v1/collections/examine", content);
  // What is installed is what was looked at, whatever becomes of the source meanwhile.
  return { content: { ...content, integrity: examined.origin.integrity }, examined };
}

/** Reads what lies on this machine, as members of a request. */
export async function contentHere(text: string, { config }: CommandContext): Promise<JsonObject> {
  const { files, signature } = await withSources(config, (reading) => readSource(text, reading));
  const signed = signature === null ? {} : { [SIGNATURE_FILE]: JSON.stringify(signature) };
  return { files: { ...files, ...signed }, from: text };
}

async function hasManifest(folder: string): Promise<boolean> {
  return (await stat(join(folder, "collection.yaml")).catch(() => null)) !== null;
}
