import { stringify } from "yaml";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { fileLimits } from "../check-files.js";
import type { CollectionFiles } from "../installer.js";
import { schemaLine } from "../schema-line.js";
import { type ApiDocument, invalid, readApiDocument } from "./api-document.js";
import { createSchemaConverter } from "./convert-schema.js";
import { type Access, importSecurity, importServer } from "./import-access.js";
import { type ImportedEndpoint, importEndpoints } from "./import-endpoints.js";
import { createNotes, type Note } from "./notes.js";
import { toReadme } from "./readme.js";

/** What is to be made of a document. */
export interface ImportWish {
  /** Name of the document, for messages. */
  readonly source: string;
  /** Where it was read from, for servers that are relative to it; null for a file. */
  readonly url: string | null;
  /** Name of the collection; made from the document's title when null. */
  readonly name: string | null;
  /** Which operations: ids, `GET /path`, tags, or `/path/*`; all when there are none. */
  readonly only: readonly string[];
  /** Security scheme; the API's first when null. */
  readonly auth: string | null;
}

/** A collection made of a document. */
export interface ImportedApi {
  readonly name: string;
  readonly files: CollectionFiles;
  readonly endpoints: readonly ImportedEndpoint[];
  /** What was not taken over as it was. */
  readonly notes: readonly Note[];
}

/**
 * Makes a collection of an OpenAPI document (3.0 or 3.1): a connection of the connector `http` with an endpoint for each
 * operation. Pure: nothing is fetched, nothing written.
 *
 * @throws API_DOCUMENT_INVALID when it cannot be read, nothing in it can be called, or it is too large for a collection
 */
export function importOpenApi(text: string, wish: ImportWish): ImportedApi {
  const document = readApiDocument(text, wish.source);
  const notes = createNotes();
  const importing = { document, notes, schemas: createSchemaConverter(document, notes) };
  const endpoints = importEndpoints(importing, wish.only);
  const security = importSecurity(importing, wish.auth);
  if (typeof security === "string") throw invalid(wish.source, security);
  const server = importServer(importing, wish.url);
  sayWhatIsNotHeeded(document, importing);
  const found = notes.all();
  if (endpoints.length === 0) {
    const reasons = found
      .map(({ message }) => message)
      .slice(0, 5)
      .join("; ");
    throw invalid(
      wish.source,
      `there is no operation in it that can be called${reasons === "" ? "" : ` (${reasons})`}`,
    );
  }
  const name = wish.name ?? nameOf(document);
  const declared = `connections/${CONNECTION}.endpoints.yaml`;
  const files = {
    "collection.yaml": schemaLine("collection", "collection.yaml") + toManifest(name, document, [server, security]),
    [declared]:
      schemaLine("endpoints", declared) + toEndpointsFile(endpoints, importing.schemas.definitions(), document),
    "README.md": toReadme({ name, document, endpoints, parameters: { ...server.parameters, ...security.parameters } }),
  };
  refuseTooLarge(files, endpoints.length, wish.source);
  return { name, files, endpoints, notes: notes.all() };
}

/** What the connection is called, whatever the API is. */
const CONNECTION = "api";

function sayWhatIsNotHeeded(
  { root }: ApiDocument,
  { notes }: { readonly notes: ReturnType<typeof createNotes> },
): void {
  if (root.webhooks !== undefined) notes.lose("/webhooks", "webhooks are left out");
  if (root.jsonSchemaDialect !== undefined) notes.lose("/jsonSchemaDialect", "schemas are read as JSON Schema 2020-12");
  notes.say("/paths", "what the API answers is not checked: steps read it as $steps.<id>.body");
}

function infoOf({ root }: ApiDocument): { readonly title: string; readonly version: string; readonly about: string } {
  const info = isJsonObject(root.info) ? root.info : {};
  const line = (value: Json | undefined, most: number): string =>
    typeof value === "string" ? value.trim().replace(/\s+/g, " ").slice(0, most) : "";
  return { title: line(info.title, 100) || "API", version: line(info.version, 50), about: line(info.description, 200) };
}

function nameOf(document: ApiDocument): string {
  const words = infoOf(document)
    .title.toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  const name = (/^[a-z]/.test(words) ? words : `api-${words}`).slice(0, 40).replace(/-+$/, "");
  return name === "local" ? "local-api" : name;
}

function toManifest(name: string, document: ApiDocument, parts: readonly Access[]): string {
  const { title, version, about } = infoOf(document);
  const required = parts.flatMap((part) => part.required);
  const properties: JsonObject = Object.assign({}, ...parts.map(({ parameters }) => parameters));
  const settings: JsonObject = Object.assign({}, ...parts.map((part) => part.settings));
  return write({
    name,
    version: "1.0.0",
    title,
    summary: `Calls ${title}${version === "" ? "" : ` ${version}`}.${about === "" ? "" : ` ${about}`}`,
    parameters: { type: "object", ...(required.length > 0 && { required }), properties },
    connections: [{ name: CONNECTION, title, connector: "http", settings }],
  });
}

function toEndpointsFile(
  endpoints: readonly ImportedEndpoint[],
  $defs: Record<string, JsonObject>,
  document: ApiDocument,
): string {
  const { title, version } = infoOf(document);
  const declared: unknown = Object.fromEntries(endpoints.map(({ name, endpoint }) => [name, endpoint]));
  return write({
    source: `${title} ${version} (OpenAPI ${document.version})`,
    endpoints: declared as JsonObject, // made of JSON
    ...(Object.keys($defs).length > 0 && { $defs }),
  });
}

function write(document: JsonObject): string {
  return stringify(document, { aliasDuplicateObjects: false, lineWidth: 120 });
}

function refuseTooLarge(files: CollectionFiles, count: number, source: string): void {
  for (const [file, text] of Object.entries(files)) {
    const bytes = Buffer.byteLength(text);
    if (bytes <= fileLimits.fileBytes) continue;
    const reason = `its ${count} endpoints make ${file} ${bytes} bytes long, and ${fileLimits.fileBytes} are allowed; choose some with --only`;
    throw invalid(source, reason);
  }
}
