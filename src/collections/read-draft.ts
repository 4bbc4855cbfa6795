import type { Collection, ConnectionDefinition, DataTypeDefinition, Sample } from "../core/collection.js";
import type { FlowDefinition, TranslatorDefinition } from "../core/flow.js";
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../core/json.js";
import type { Grammar } from "./grammar.js";
import type { CollectionFiles } from "./installer.js";
import { parseText } from "./parse-text.js";
import type { ProblemList } from "./problem-list.js";
import { qualified } from "./qualified-name.js";
import { type ConnectionEndpoints, readEndpoints, withEndpoints } from "./read-endpoints.js";
import { readFlow } from "./read-flow.js";
import { readTranslator } from "./read-translator.js";

/** A definition and the file it came from. */
export interface Located<T> {
  readonly file: string;
  readonly value: T;
}

/** What `collection.yaml` says about the collection itself. */
export type Manifest = Pick<
  Collection,
  "name" | "version" | "title" | "summary" | "licence" | "requires" | "parameters" | "connections"
>;

/** A test's file as it was parsed. */
export interface UnreadTest {
  /** The file's name without its ending. */
  readonly stem: string;
  readonly document: Json;
}

/** A collection whose files have been read one by one; how they fit together is not checked yet. */
export interface Draft {
  /** Null when `collection.yaml` is missing or not acceptable. */
  readonly manifest: Manifest | null;
  readonly dataTypes: readonly Located<DataTypeDefinition>[];
  readonly translators: readonly Located<TranslatorDefinition>[];
  readonly flows: readonly Located<FlowDefinition>[];
  readonly samples: readonly Located<Sample>[];
  /** The endpoints that connections have of their own; they are with the connections in the manifest, too. */
  readonly endpoints: readonly Located<ConnectionEndpoints>[];
  /** Parsed, but not read: they may name samples of other collections. */
  readonly tests: readonly Located<UnreadTest>[];
  /** Names that files claim, also files with problems: referring to them is not another problem. */
  readonly claimed: ReadonlySet<string>;
}

export const MANIFEST_FILE = "collection.yaml";

const kinds = {
  "schemas/": /\/([a-z0-9-]+)\.schema\.(json|yaml)$/,
  "translators/": /\/([a-z][a-z0-9-]*)\.jsonata$/,
  "flows/": /\/([a-z][a-z0-9-]*)\.flow\.(json|yaml)$/,
  "samples/": /\/([a-z0-9-]+)\.(json|yaml)$/,
  "connections/": /\/([a-z][a-z0-9-]*)\.endpoints\.(json|yaml)$/,
  "tests/": /\/([a-z0-9-]+)\.test\.(json|yaml)$/,
} as const;

/** What files are read with. */
export interface Reading {
  readonly grammar: Grammar;
  readonly problems: ProblemList;
  readonly namespace: string;
}

/** Reads every file of a collection by itself; problems go to the list. */
export function readDraft(files: CollectionFiles, grammar: Grammar, problems: ProblemList): Draft {
  const read = readManifest(files, grammar, problems);
  const reading = { grammar, problems, namespace: read?.name ?? "unnamed" };
  const claimed = new Set<string>(read?.connections.map(({ name }) => name));
  const claim = (name: string): void => void claimed.add(name);
  const sorted = sortFiles(files, problems);
  const endpoints = sorted["connections/"].flatMap((file) => readEndpoints(file, reading));
  return {
    manifest: read && withEndpoints(read, endpoints),
    endpoints,
    dataTypes: sorted["schemas/"].flatMap((file) => readDataType(file, reading, claim)),
    translators: sorted["translators/"].flatMap(({ path, stem, text }) => {
      const name = qualified(stem, reading.namespace);
      claim(name);
      const value = readTranslator(text, { ...reading, file: path, name });
      return value ? [{ file: path, value }] : [];
    }),
    flows: sorted["flows/"].flatMap((file) => {
      claim(qualified(file.stem, reading.namespace));
      return readFlowFile(file, reading);
    }),
    samples: sorted["samples/"].flatMap((file) => readSample(file, reading)),
    tests: sorted["tests/"].flatMap(({ path, stem, text }) => {
      const document = parseText(path, text, problems);
      return document === undefined ? [] : [{ file: path, value: { stem, document } }];
    }),
    claimed,
  };
}

interface SortedFile {
  readonly path: string;
  /** The file's name without its ending. */
  readonly stem: string;
  readonly text: string;
}

type SortedFiles = Record<keyof typeof kinds, SortedFile[]>;

function sortFiles(files: CollectionFiles, problems: ProblemList): SortedFiles {
  const sorted: SortedFiles = {
    "schemas/": [],
    "translators/": [],
    "flows/": [],
    "samples/": [],
    "connections/": [],
    "tests/": [],
  };
  for (const path of Object.keys(files).sort()) {
    if (path === MANIFEST_FILE || /^[^/]+\.md$/.test(path) || /^(LICEN[CS]E|NOTICE)[^/]*$/.test(path)) continue;
    const folder = (Object.keys(kinds) as (keyof typeof kinds)[]).find((prefix) => path.startsWith(prefix));
    const stem = folder && path.split("/").length === 2 ? kinds[folder].exec(path)?.[1] : undefined;
    if (folder && stem) sorted[folder].push({ path, stem, text: files[path] ?? "" });
    else
      problems.warning({ file: path, path: "" }, "is not used", "Remove it, or name it as docs/collections.md says.");
  }
  return sorted;
}

/** Reads one flow file; its name is the file's name. */
export function readFlowFile({ path: file, stem, text }: SortedFile, reading: Reading): Located<FlowDefinition>[] {
  const document = parseText(file, text, reading.problems);
  if (document === undefined) return [];
  const value = readFlow(document, { ...reading, file });
  if (isJsonObject(document) && typeof document.name === "string" && document.name !== stem) {
    reading.problems.error({ file, path: "/name" }, `must be ${stem}, as the file is called`, "Rename one of them.");
  }
  return value ? [{ file, value }] : [];
}

function readDataType(
  { path: file, text }: SortedFile,
  { grammar, problems, namespace }: Reading,
  claim: (name: string) => void,
): Located<DataTypeDefinition>[] {
  const schema = parseText(file, text, problems);
  if (schema === undefined) return [];
  const remedy = "See docs/collections.md for what a data type may have.";
  const { $schema: _dialect, ...checked } = isJsonObject(schema) ? schema : {};
  problems.errors({ file, path: "" }, grammar.check("data-type", isJsonObject(schema) ? checked : schema), remedy);
  if (!isJsonObject(schema) || typeof schema.$id !== "string") return [];
  const name = schema.$id;
  claim(name);
  if (namespace !== "unnamed" && !name.startsWith(`${namespace}/`)) {
    problems.error({ file, path: "/$id" }, `must begin with ${namespace}/`, "Name the data type <collection>/<Type>.");
  }
  // Also a schema with problems goes on, so that what is wrong with its references and patterns is reported, too.
  return [{ file, value: { name, schema } }];
}

function readSample(
  { path: file, stem, text }: SortedFile,
  { grammar, problems, namespace }: Reading,
): Located<Sample>[] {
  const document = parseText(file, text, problems);
  if (document === undefined) return [];
  const remedy = 'Write { "dataType": "namespace/Type", "documents": [ … ] }.';
  problems.errors({ file, path: "" }, grammar.check("sample", document), remedy);
  if (problems.failed(file) || !isJsonObject(document)) return [];
  const documents = document.documents as JsonObject[]; // the grammar has just checked the shape
  return [{ file, value: { name: stem, dataType: qualified(String(document.dataType), namespace), documents } }];
}

function readManifest(files: CollectionFiles, grammar: Grammar, problems: ProblemList): Manifest | null {
  const text = files[MANIFEST_FILE];
  const place = { file: MANIFEST_FILE, path: "" };
  if (text === undefined) {
    problems.error(place, "is missing", "Add a collection.yaml with name, version, title and summary.");
    return null;
  }
  const document = parseText(MANIFEST_FILE, text, problems);
  if (document === undefined) return null;
  problems.errors(place, grammar.check("collection", document), "See docs/collections.md for what it may have.");
  return isJsonObject(document) ? toManifest(document) : null;
}

/** Takes what is usable, also when the grammar refused something else: the other files are checked against it. */
function toManifest(document: JsonObject): Manifest | null {
  const { name, version, title, summary, licence, requires, parameters, connections } = document;
  if (typeof name !== "string" || !/^[a-z][a-z0-9-]{0,62}$/.test(name)) return null;
  return {
    name,
    version: String(version ?? ""),
    title: String(title ?? name),
    summary: String(summary ?? ""),
    licence: typeof licence === "string" ? licence : null,
    requires: textMembers(requires),
    parameters: isJsonObject(parameters) ? parameters : ({ type: "object", properties: {} } satisfies JsonSchema),
    connections: (Array.isArray(connections) ? connections : []).flatMap((connection) => {
      if (!isJsonObject(connection) || typeof connection.name !== "string") return [];
      const settings = isJsonObject(connection.settings) ? connection.settings : {};
      return [
        {
          name: qualified(connection.name, name),
          title: String(connection.title ?? connection.name),
          connector: String(connection.connector ?? ""),
          settings,
          maxPerSecond: toMaxPerSecond(connection.maxPerSecond),
          ...toQuietHoursTemplate(connection.quietHours),
        },
      ];
    }),
  };
}

/** The grammar has refused what is neither a number nor an expression. */
function toMaxPerSecond(value: Json | undefined): number | string | null {
  return typeof value === "number" || typeof value === "string" ? value : null;
}

function toQuietHoursTemplate(value: Json | undefined): Partial<Pick<ConnectionDefinition, "quietHours">> {
  return typeof value === "string" || isJsonObject(value) ? { quietHours: value } : {};
}

function textMembers(value: Json | undefined): Record<string, string> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, String(member)]));
}
