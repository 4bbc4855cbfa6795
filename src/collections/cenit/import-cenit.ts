import { stringify } from "yaml";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { fileLimits } from "../check-files.js";
import { compileDataTypes } from "../data-types.js";
import type { CollectionFiles } from "../installer.js";
import { schemaLine } from "../schema-line.js";
import { type Connections, convertConnections } from "./convert-connections.js";
import { type ConvertedFlow, convertFlows } from "./convert-flows.js";
import { convertSchemas, type ShippedType, type Types } from "./convert-schemas.js";
import { createTranslators } from "./convert-translators.js";
import { createEndpoints, type Endpoints } from "./convert-webhooks.js";
import { createNames, kebab, sameName } from "./names.js";
import { type CenitNote, type CenitNotes, createCenitNotes } from "./notes.js";
import { type CenitMember, type CenitSource, cenitInvalid, parseCenitJson, readCenitSource } from "./read-source.js";

/** What is to be made. */
export interface CenitWish {
  /** What was read, for messages. */
  readonly source: string;
  /** Name of the collection; made of the one it had when null. */
  readonly name: string | null;
  /** Data types that ship with Patchbay: a flow on `Ecommerce | Order` gets `ecommerce/Order`. */
  readonly shipped: readonly ShippedType[];
}

/** A collection made of a Cenit collection. */
export interface ImportedCenit {
  readonly name: string;
  readonly files: CollectionFiles;
  readonly flows: readonly ConvertedFlow[];
  /** Records to try it with, by data type. */
  readonly samples: ReadonlyMap<string, CenitSample>;
  /** Parameters that have to be given. */
  readonly required: readonly string[];
  readonly notes: readonly CenitNote[];
}

/** Records of one data type. */
export interface CenitSample {
  readonly name: string;
  readonly documents: readonly JsonObject[];
}

/**
 * Makes a collection of the files of a Cenit collection: a seed-era folder, or one exported JSON. Pure: nothing is fetched,
 * nothing of the other side's code is run, nothing written.
 *
 * @throws CENIT_SOURCE_INVALID when it cannot be read or is too large for a collection
 */
export function importCenit(files: Readonly<Record<string, string>>, wish: CenitWish): ImportedCenit {
  const notes = createCenitNotes();
  const source = withDataTypes(readCenitSource(files, wish.source, notes), notes);
  const { name, title } = namesOf(source, wish);
  const types = convertSchemas(source, { namespace: name, shipped: wish.shipped, notes });
  const connections = convertConnections(source, notes);
  const endpoints = createEndpoints(connections, notes);
  const translators = createTranslators({ source, types, parameters: connections.parameters.known, notes });
  const flows = convertFlows({ source, types, connections, endpoints, translators, notes });
  for (const member of source.members.translators) {
    const isUsed = source.members.flows.some(({ value }) => source.find("translators", value.translator) === member);
    if (!isUsed) translators.convert(member, { dataType: null, toTwilio: false });
  }
  const samples = convertSamples(source, { types, name, shipped: wish.shipped, notes });
  const texts = { ...toFiles({ name, title, source, types, connections, endpoints, flows, samples }, wish) };
  for (const translator of translators.all()) texts[`translators/${translator.name}.jsonata`] = translator.text;
  const requires = requiredOf(texts, { name, shipped: wish.shipped });
  const { properties, required } = connections.parameters;
  texts["collection.yaml"] = toManifest({ name, title, source, requires, connections });
  texts["README.md"] = toReadme({ name: title, notes: notes.all(), flows });
  refuseTooLarge(texts, wish.source);
  const needed = [...required].filter((one) => Object.hasOwn(properties, one));
  return { name, files: texts, flows, samples, required: needed, notes: notes.all() };
}

function namesOf({ index }: CenitSource, wish: CenitWish): { readonly name: string; readonly title: string } {
  const title =
    String(index.title ?? index.name ?? "")
      .trim()
      .slice(0, 120) || "Cenit collection";
  const given = kebab(String(index.name ?? title), "cenit");
  return { title, name: wish.name ?? (given === "local" ? "local-cenit" : given) };
}

/** Later collections have data types with the schema beside them, or in a snippet. */
function withDataTypes(source: CenitSource, notes: CenitNotes): CenitSource {
  const schemas = [...source.schemas];
  for (const member of source.members.data_types) {
    const { value, place } = member;
    const known = schemas.findIndex(({ uri }) => isJsonObject(value.schema) && value.schema.uri === uri);
    const found = schemas[known];
    const document = found === undefined ? documentOf(member, source) : null;
    if (found !== undefined) schemas[known] = { ...found, names: [...found.names, String(value.name ?? "")] };
    else if (document === null) notes.person(place, "its schema is not there: the data type is left out");
    else {
      const library = String(value.namespace ?? "");
      schemas.push({ library, uri: String(value.name ?? "Type"), document, place, names: [] });
    }
  }
  return { ...source, schemas };
}

function documentOf({ value, place }: CenitMember, source: CenitSource): JsonObject | null {
  const snippet = source.find("snippets", value.snippet);
  const given = value.schema ?? value.code ?? snippet?.value.code;
  const document = typeof given === "string" ? parseCenitJson(given, snippet?.place ?? place) : given;
  return isJsonObject(document) && document._reference !== true ? document : null;
}

interface Made {
  readonly name: string;
  readonly title: string;
  readonly source: CenitSource;
  readonly types: Types;
  readonly connections: Connections;
  readonly endpoints: Endpoints;
  readonly flows: readonly ConvertedFlow[];
  readonly samples: ReadonlyMap<string, CenitSample>;
}

const yaml = (document: Json): string => stringify(document, { aliasDuplicateObjects: false, lineWidth: 120 });

function toFiles({ name, types, endpoints, flows, samples }: Made, { source }: CenitWish): Record<string, string> {
  const files: Record<string, string> = {};
  const free = createNames();
  for (const { name: type, schema } of types.own) {
    files[`schemas/${free(kebab(type, "type"))}.schema.json`] = `${JSON.stringify(schema, null, 2)}\n`;
  }
  for (const [connection, declared] of endpoints.all()) {
    const about: unknown = { source: `Cenit: ${source.slice(0, 400)}`, endpoints: declared };
    const file = `connections/${connection}.endpoints.yaml`;
    files[file] = schemaLine("endpoints", file) + yaml(about as JsonObject); // made of JSON
  }
  for (const flow of flows) {
    const file = `flows/${flow.name}.flow.yaml`;
    files[file] = schemaLine("flow", file) + yaml(flow.file);
  }
  for (const [dataType, sample] of samples) {
    if (!dataType.startsWith(`${name}/`)) continue;
    files[`samples/${sample.name}.json`] = `${JSON.stringify({ dataType, documents: sample.documents }, null, 2)}\n`;
  }
  return files;
}

interface Sampling {
  readonly types: Types;
  readonly name: string;
  readonly shipped: readonly ShippedType[];
  readonly notes: CenitNotes;
}

/** Samples that fit their data types. */
function convertSamples(
  source: CenitSource,
  { types, name, shipped, notes }: Sampling,
): ReadonlyMap<string, CenitSample> {
  const definitions = [...shipped, ...types.own.map((one) => ({ ...one, name: `${name}/${one.name}` }))];
  const { dataTypes } = compileDataTypes(definitions);
  const samples = new Map<string, CenitSample>();
  const free = createNames();
  const all = source.samples.flatMap(({ value, place }) =>
    Object.entries(value).map(([model, given]) => ({ model, place, records: [given].flat().filter(isJsonObject) })),
  );
  for (const { model, place, records } of all) {
    const type = types.named(model) ?? types.named(model.replace(/s$/, "")) ?? "";
    const dataType = dataTypes.get(type);
    const fitting = records.filter((record) => dataType?.validate(record).length === 0 && dataType.key.length > 0);
    if (fitting.length < records.length) {
      const lost = `${records.length - fitting.length} of ${records.length} samples of ${model.slice(0, 60)}`;
      notes.say(place, `${lost} do not fit ${type === "" ? "a data type" : type} and are left out`);
    }
    if (fitting.length === 0 || samples.has(type)) continue;
    samples.set(type, { name: free(kebab(sameName(model), "sample")), documents: fitting.slice(0, 1_000) });
  }
  return samples;
}

/** Collections whose data types are spoken of. */
function requiredOf(
  files: CollectionFiles,
  { name, shipped }: { readonly name: string; readonly shipped: readonly ShippedType[] },
): Record<string, string> {
  const text = Object.values(files).join("\n");
  const found = shipped.flatMap((type) => {
    const [collection = ""] = type.name.split("/");
    return collection !== name && text.includes(type.name) ? [[collection, `^${type.version}`] as const] : [];
  });
  return Object.fromEntries(found);
}

function toManifest({
  name,
  title,
  source,
  requires,
  connections,
}: Pick<Made, "name" | "title" | "source" | "connections"> & { readonly requires: Record<string, string> }): string {
  const { description, summary, shared_version: version } = source.index;
  const about =
    String(summary ?? description ?? title)
      .trim()
      .replaceAll(/\s+/g, " ")
      .slice(0, 400) || title;
  const { properties, required } = connections.parameters;
  const needed = [...required].filter((one) => Object.hasOwn(properties, one));
  const isVersion = typeof version === "string" && /^(0|[1-9]\d{0,5})(\.(0|[1-9]\d{0,5})){2}$/.test(version);
  return (
    schemaLine("collection", "collection.yaml") +
    yaml({
      name,
      version: isVersion ? version : "1.0.0",
      title,
      summary: `${about}${/[.!?]$/.test(about) ? "" : "."} Imported from Cenit.`,
      ...(Object.keys(requires).length > 0 && { requires }),
      parameters: { type: "object", ...(needed.length > 0 && { required: needed }), properties },
      ...(connections.all.length > 0 && {
        connections: connections.all.map(({ name: connection, title: called, connector, settings }) => ({
          name: connection,
          title: called,
          connector,
          settings,
        })),
      }),
    })
  );
}

function toReadme({
  name,
  notes,
  flows,
}: {
  readonly name: string;
  readonly notes: readonly CenitNote[];
  readonly flows: readonly ConvertedFlow[];
}): string {
  const plain = (text: string): string =>
    text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").replaceAll("<", "&lt;").slice(0, 300);
  const lines = (kind: CenitNote["kind"]): string[] =>
    notes
      .filter((note) => note.kind === kind)
      .slice(0, 500)
      .map(({ place, message }) => `- ${plain(place)}: ${plain(message)}`);
  const part = (title: string, kind: CenitNote["kind"]): string[] => {
    const found = lines(kind);
    return found.length === 0 ? [] : [`## ${title}`, "", ...found, ""];
  };
  return [
    `# ${plain(name)}`,
    "",
    "Imported from Cenit. Every flow is off until you activate it.",
    "",
    ...(flows.length === 0
      ? []
      : [
          "| Flow | |",
          "|---|---|",
          ...flows.map(({ name: flow, file }) => `| \`${flow}\` | ${plain(String(file.title))} |`),
          "",
        ]),
    ...part("To be done by a person", "person"),
    ...part("Guessed", "guessed"),
    ...part("Good to know", "note"),
  ].join("\n");
}

function refuseTooLarge(files: CollectionFiles, source: string): void {
  const entries = Object.entries(files);
  if (entries.length > fileLimits.files - 20) {
    throw cenitInvalid(
      source,
      `it would be a collection of ${entries.length} files, and ${fileLimits.files - 20} are allowed; import a part of it`,
    );
  }
  for (const [file, text] of entries) {
    const bytes = Buffer.byteLength(text);
    if (bytes > fileLimits.fileBytes)
      throw cenitInvalid(source, `${file} would have ${bytes} bytes, and ${fileLimits.fileBytes} are allowed`);
  }
}
