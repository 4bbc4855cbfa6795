import { readFile, stat } from "node:fs/promises";
import { MAX_DOCUMENT_BYTES } from "../../collections/openapi/api-document.js";
import { type ImportedApi, importOpenApi } from "../../collections/openapi/import-openapi.js";
import type { Note } from "../../collections/openapi/notes.js";
import { decodeText } from "../../collections/source/decode-text.js";
import { fetchWeb } from "../../collections/source/fetch-web.js";
import type { Config } from "../../config/config.js";
import { PatchbayError } from "../../core/errors.js";
import { openSourceAccess } from "../../open-source-access.js";
import { checkWithRequired } from "../../workshop/check-with-required.js";
import type { CommandContext } from "../context.js";
import { count, plain } from "../plain.js";
import { printProblems } from "../print-problems.js";
import { requireEmptyFolder, writeCollection } from "./write-folder.js";

/** What `collection from-openapi` is told. */
export interface FromOpenApiFlags {
  readonly document: string;
  readonly folder: string;
  readonly name?: string | undefined;
  readonly only: readonly string[];
  readonly auth?: string | undefined;
}

/** Makes a collection of an OpenAPI document, says what was not taken over, and checks it as `collection check` does. */
export async function collectionFromOpenApi(flags: FromOpenApiFlags, context: CommandContext): Promise<void> {
  const { document, folder, name = null, only, auth = null } = flags;
  const { terminal, config } = context;
  await requireEmptyFolder(folder, "Name a folder that is empty or not there.");
  const isWeb = /^https?:\/\//i.test(document);
  const text = isWeb ? await fetchText(document, config) : await readText(document);
  const imported = importOpenApi(text, { source: document, url: isWeb ? document : null, name, only, auth });
  await writeCollection(folder, imported.files);
  const { problems } = await checkWithRequired(imported.files, config);
  terminal.printJson({
    name: imported.name,
    folder,
    endpoints: imported.endpoints.map(({ name: endpoint, operationId }) => ({
      endpoint: `http/${endpoint}`,
      operationId,
    })),
    notes: imported.notes,
    problems,
  });
  terminal.print(`${imported.name}: ${count(imported.endpoints.length, "endpoint")} in ${folder}`);
  printEndpoints(imported, context);
  for (const note of imported.notes) printNote(note, context);
  printProblems(folder, { problems, files: Object.keys(imported.files).length }, context);
  terminal.print(
    `Next: write flows that call the endpoints (docs/http.md), then patchbay collection install ${pathTo(folder)}.`,
  );
}

/** A bare name would be looked up in the indexes. */
function pathTo(folder: string): string {
  return plain(folder.includes("/") ? folder : `./${folder}`);
}

const MOST_PRINTED = 20;

function printEndpoints({ endpoints }: ImportedApi, { terminal }: CommandContext): void {
  for (const { name, endpoint } of endpoints.slice(0, MOST_PRINTED)) {
    terminal.print(`  http/${name}  ${endpoint.method} ${plain(endpoint.path)}`);
  }
  const rest = endpoints.length - MOST_PRINTED;
  if (rest > 0) terminal.print(`  and ${rest} more; README.md lists all of them`);
}

function printNote({ lost, message, places }: Note, { terminal }: CommandContext): void {
  const mark = lost ? terminal.paint("careful", "not taken over") : terminal.paint("faint", "note");
  const shown = places.slice(0, 3).filter((place) => place !== "");
  const more = places.length > 3 ? ` and ${places.length - 3} more` : "";
  terminal.print(`${mark} ${plain(message)}${shown.length === 0 ? "" : ` (${plain(shown.join(", "))}${more})`}`);
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_DOCUMENT_BYTES) throw tooLarge(path, size);
    return decodeText(await readFile(path), path);
  } catch (cause) {
    if (cause instanceof PatchbayError) throw cause;
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw new PatchbayError("FILE_UNREADABLE", `${path} cannot be read: ${reason}`, { cause });
  }
}

async function fetchText(url: string, config: Config): Promise<string> {
  const access = openSourceAccess(config);
  try {
    const { bytes } = await fetchWeb(url, access);
    if (bytes.byteLength > MAX_DOCUMENT_BYTES) throw tooLarge(url, bytes.byteLength);
    return decodeText(bytes, url);
  } finally {
    await access.close();
  }
}

function tooLarge(document: string, bytes: number): PatchbayError {
  const message = `${document} cannot be imported: it has ${bytes} bytes, and ${MAX_DOCUMENT_BYTES} can be read`;
  return new PatchbayError("API_DOCUMENT_INVALID", message);
}
