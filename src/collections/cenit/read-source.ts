import { PatchbayError } from "../../core/errors.js";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { nestsDeeperThan } from "../nesting.js";
import { pointerPart } from "../problem-list.js";
import { sameName } from "./names.js";
import type { CenitNotes } from "./notes.js";

/** How much of it is read; the largest shared collections have a few megabytes. */
export const cenitLimits = Object.freeze({ files: 2_000, fileBytes: 4_194_304, totalBytes: 8_388_608, depth: 64 });

const MAX_MEMBERS = 5_000;
const forbidden = ["__proto__", "constructor", "prototype"];

/** What a folder or a bundle has lists of. */
export type CenitList = (typeof lists)[number];
const lists = [
  "connections",
  "connection_roles",
  "webhooks",
  "translators",
  "events",
  "flows",
  "data_types",
  "snippets",
  "authorizations",
] as const;

/** Known, and there is nothing here that it could become. */
const others = [
  "algorithms",
  "applications",
  "custom_validators",
  "resources",
  "operations",
  "oauth_providers",
  "oauth_clients",
  "generic_clients",
  "notification_flows",
  "email_channels",
  "smtp_providers",
  "oauth2_scopes",
];

/** One object, and where it stands. */
export interface CenitMember {
  readonly value: JsonObject;
  readonly place: string;
}

/** A schema's file. */
export interface CenitSchema {
  /** Library or namespace. */
  readonly library: string;
  /** `sms.json`, or the name of a data type. */
  readonly uri: string;
  readonly document: Json;
  readonly place: string;
  /** Other names it goes by. */
  readonly names: readonly string[];
}

/** Everything that was read, sorted by what it is. */
export interface CenitSource {
  readonly index: JsonObject;
  readonly members: Readonly<Record<CenitList, readonly CenitMember[]>>;
  readonly schemas: readonly CenitSchema[];
  /** Records by the name of their model. */
  readonly samples: readonly CenitMember[];
  /** Finds what a `{_reference, namespace, name}` means. */
  find(list: CenitList, reference: Json | undefined): CenitMember | null;
}

/** Makes the error of what cannot be imported. */
export function cenitInvalid(source: string, reason: string): PatchbayError {
  return new PatchbayError("CENIT_SOURCE_INVALID", `${source} cannot be imported: ${reason}`, { document: source });
}

interface Gathering {
  index: JsonObject;
  readonly members: Record<CenitList, CenitMember[]>;
  readonly schemas: CenitSchema[];
  readonly samples: CenitMember[];
  readonly libraries: Map<string, string>;
  readonly notes: CenitNotes;
  count: number;
}

/**
 * Reads the files of a seed-era folder, or the one file of a collection that was exported.
 * @throws CENIT_SOURCE_INVALID
 */
export function readCenitSource(
  files: Readonly<Record<string, string>>,
  source: string,
  notes: CenitNotes,
): CenitSource {
  refuseTooMuch(files, source);
  const members = Object.fromEntries(lists.map((list) => [list, []])) as unknown as Gathering["members"]; // one for each
  const gathering: Gathering = { index: {}, members, schemas: [], samples: [], libraries: new Map(), notes, count: 0 };
  const paths = Object.keys(files).sort();
  const indexes = paths.filter((path) => path.endsWith("index.json"));
  for (const path of [...indexes, ...paths.filter((one) => !indexes.includes(one))]) {
    takeFile(path, parseCenitJson(files[path] ?? "", path), gathering);
    if (gathering.count > MAX_MEMBERS) throw cenitInvalid(source, `it has more than ${MAX_MEMBERS} objects`);
  }
  if (gathering.count === 0 && gathering.schemas.length === 0) {
    const reason =
      "there is nothing of a Cenit collection in it: neither folders such as connections/, flows/ and libraries/, nor lists with these names";
    throw cenitInvalid(source, reason);
  }
  const { index, schemas, samples } = gathering;
  return { index, members, schemas, samples, find: (list, reference) => find(members[list], reference) };
}

function refuseTooMuch(files: Readonly<Record<string, string>>, source: string): void {
  const sizes = Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.byteLength(text) }));
  if (sizes.length > cenitLimits.files) {
    throw cenitInvalid(source, `it has ${sizes.length} files, and ${cenitLimits.files} can be read`);
  }
  const large = sizes.find(({ bytes }) => bytes > cenitLimits.fileBytes);
  if (large) throw cenitInvalid(large.path, `it has ${large.bytes} bytes, and ${cenitLimits.fileBytes} can be read`);
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > cenitLimits.totalBytes) {
    throw cenitInvalid(source, `it has ${total} bytes, and ${cenitLimits.totalBytes} can be read`);
  }
}

/** Parses JSON of strangers. @throws CENIT_SOURCE_INVALID when it is none, too deep, or has forbidden names */
export function parseCenitJson(text: string, place: string): Json {
  if (nestsDeeperThan(text, cenitLimits.depth)) {
    throw cenitInvalid(place, `it is nested more than ${cenitLimits.depth} levels deep`);
  }
  try {
    const value: unknown = JSON.parse(text, (key, member: unknown) => {
      if (forbidden.includes(key)) throw cenitInvalid(place, `it has a member with the forbidden name ${key}`);
      return member;
    });
    return value as Json; // JSON boundary
  } catch (error) {
    if (error instanceof PatchbayError) throw error;
    throw cenitInvalid(place, `it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function takeFile(path: string, value: Json, gathering: Gathering): void {
  const folders = path.split("/").slice(0, -1);
  const file = path.split("/").at(-1) ?? path;
  const last = folders.at(-1) ?? "";
  const library = folders.lastIndexOf("libraries");
  if (library >= 0) takeLibraryFile({ path, file, folder: folders.slice(library + 1).join("/") }, value, gathering);
  else if (last === "sample" || last === "samples") takeSample(path, value, gathering);
  else if (isKnown(last)) takeList(last, value, { at: path, gathering });
  else if (isJsonObject(value)) takeBundle(path, value, gathering);
  else gathering.notes.say(path, "a file that is no part of a collection is left out");
}

function isKnown(name: string): boolean {
  return others.includes(name) || lists.some((list) => list === name);
}

function takeLibraryFile(
  { path, file, folder }: { readonly path: string; readonly file: string; readonly folder: string },
  value: Json,
  { libraries, schemas }: Gathering,
): void {
  if (folder === "" && file === "index.json") {
    for (const one of Array.isArray(value) ? value : []) {
      if (isJsonObject(one) && typeof one.name === "string") libraries.set(String(one.file ?? one.name), one.name);
    }
    return;
  }
  if (file === "index.json") return;
  schemas.push({ library: libraries.get(folder) ?? folder, uri: file, document: value, place: path, names: [] });
}

function takeSample(path: string, value: Json, { samples, notes }: Gathering): void {
  if (isJsonObject(value)) samples.push({ value, place: path });
  else notes.say(path, "a sample is an object with records by the name of their model; this one is left out");
}

/** A bundle has everything in lists, also one level down in `data`. */
function takeBundle(path: string, bundle: JsonObject, gathering: Gathering): void {
  gathering.index = { ...bundle, ...gathering.index };
  const parts: [string, JsonObject][] = [[`${path}#`, bundle]];
  if (isJsonObject(bundle.data)) parts.push([`${path}#/data`, bundle.data]);
  for (const [place, part] of parts) {
    for (const [name, value] of Object.entries(part)) {
      const at = place + pointerPart(name);
      if (!Array.isArray(value) || value.length === 0) continue;
      if (name === "libraries" || name === "schemas") takeSchemas(name, value, { at, gathering });
      else if (isKnown(name)) takeList(name, value, { at, gathering });
    }
  }
}

/** A file of a folder is one object, or several. */
function takeList(name: string, value: Json, { at, gathering }: At): void {
  const list = lists.find((one) => one === name);
  if (list === undefined) {
    gathering.notes.person(at, `${name} have no counterpart here and are not taken over`);
    return;
  }
  if (!Array.isArray(value)) {
    take(list, value, { place: at, gathering });
    return;
  }
  const inside = at.includes("#") ? at : `${at}#`;
  for (const [index, member] of value.entries()) take(list, member, { place: `${inside}/${index}`, gathering });
}

interface At {
  readonly at: string;
  readonly gathering: Gathering;
}

function takeSchemas(name: string, values: readonly Json[], { at, gathering }: At): void {
  for (const [index, value] of values.entries()) {
    if (!isJsonObject(value)) continue;
    const place = `${at}/${index}`;
    if (name === "schemas") takeSchema(value, { place, library: String(value.namespace ?? ""), gathering });
    const inner = Array.isArray(value.schemas) ? value.schemas : [];
    for (const [number, one] of inner.entries()) {
      if (isJsonObject(one)) {
        takeSchema(one, { place: `${place}/schemas/${number}`, library: String(value.name ?? ""), gathering });
      }
    }
  }
}

function takeSchema(
  { uri, schema }: JsonObject,
  { place, library, gathering }: { readonly place: string; readonly library: string; readonly gathering: Gathering },
): void {
  if (typeof schema === "string" && !/^\s*[{[]/.test(schema)) {
    gathering.notes.person(place, "only schemas in JSON are taken over; this one is none");
    return;
  }
  const document = typeof schema === "string" ? parseCenitJson(schema, place) : (schema ?? null);
  gathering.schemas.push({ library, uri: String(uri ?? "schema.json"), document, place, names: [] });
}

function take(list: CenitList, member: Json, { place, gathering }: { place: string; gathering: Gathering }): void {
  if (!isJsonObject(member)) {
    gathering.notes.person(place, "what is no object is left out");
    return;
  }
  gathering.count += 1;
  gathering.members[list].push({ value: member, place });
}

function find(members: readonly CenitMember[], reference: Json | undefined): CenitMember | null {
  const wanted = typeof reference === "string" ? { name: reference } : reference;
  if (!isJsonObject(wanted) || typeof wanted.name !== "string") return null;
  const name = sameName(wanted.name);
  const named = members.filter(({ value }) => sameName(String(value.name ?? "")) === name);
  const { namespace } = wanted;
  return named.find(({ value }) => namespace === undefined || value.namespace === namespace) ?? named[0] ?? null;
}
