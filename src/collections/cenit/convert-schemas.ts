import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { pointerPart } from "../problem-list.js";
import { compilePattern } from "../schema-compiler.js";
import { createNames, pascal, sameName } from "./names.js";
import type { CenitNotes } from "./notes.js";
import type { CenitSchema, CenitSource } from "./read-source.js";

/** A data type that a schema became. */
export interface ConvertedType {
  /** Without namespace. */
  readonly name: string;
  readonly schema: JsonObject;
  readonly origin: CenitSchema;
}

/** A data type that ships with Patchbay. */
export interface ShippedType {
  /** `ecommerce/Order`. */
  readonly name: string;
  readonly version: string;
  readonly schema: JsonObject;
}

/** What data types there are, and what a name means. */
export interface Types {
  readonly own: readonly ConvertedType[];
  /** Gives `namespace/Type` of what a collection calls `Order`, `order.json` or a reference; null when nobody has it. */
  named(reference: Json | undefined): string | null;
  schemaOf(name: string): JsonObject | null;
}

interface Conversion {
  readonly namespace: string;
  readonly notes: CenitNotes;
  readonly resolve: (reference: Json | undefined, library: string) => string | null;
  /** Names of data types that others have inside. */
  readonly embedded: Set<string>;
}

const formats = new Set(
  "date-time date time duration uri uri-reference email hostname ipv4 ipv6 uuid json-pointer byte int32 int64 float double".split(
    " ",
  ),
);
const types = ["string", "number", "integer", "boolean", "object", "array", "null"];
const values =
  `title description enum const default multipleOf maximum minimum maxLength minLength maxItems minItems uniqueItems
  maxProperties minProperties`.split(/\s+/);
const lists = ["allOf", "anyOf", "oneOf"];
const single = ["not", "if", "then", "else", "contains", "propertyNames"];
/** Say how Cenit shows or stores something, which is of no use here. */
const silent = [
  "id",
  "$id",
  "$schema",
  "visible",
  "group",
  "edi",
  "xml",
  "exclusive",
  "export_embedded",
  "auto",
  "virtual",
  "x-key",
];

/** Makes data types of schemas; what was guessed is said. */
export function convertSchemas(
  source: CenitSource,
  {
    namespace,
    shipped,
    notes,
  }: { readonly namespace: string; readonly shipped: readonly ShippedType[]; readonly notes: CenitNotes },
): Types {
  const free = createNames();
  const named = source.schemas.map((origin) => ({ origin, name: free(pascal(origin.uri)).replaceAll("-", "V") }));
  const resolve = (reference: Json | undefined, library: string): string | null => {
    const { name, library: wanted } = referenceName(reference);
    if (name === null) return null;
    const same = named.filter((one) => [one.name, ...one.origin.names].some((own) => sameName(own) === sameName(name)));
    const from = sameName(wanted ?? library);
    const found = same.find(({ origin }) => sameName(origin.library) === from) ?? same[0];
    if (found !== undefined) return `${namespace}/${found.name}`;
    const known = shipped.filter((type) => sameName(type.name.split("/")[1] ?? "") === sameName(name));
    return (known.find((type) => sameName(type.name.split("/")[0] ?? "") === from) ?? known[0])?.name ?? null;
  };
  const conversion: Conversion = { namespace, notes, resolve, embedded: new Set() };
  const raw = named.map((one) => ({ ...one, schema: convertRoot(one.origin, conversion) }));
  const sound = withoutCircles(raw, conversion);
  const own = sound.map((one) => ({ ...one, schema: withMarkers(one, conversion) }));
  const schemas = new Map<string, JsonObject>([
    ...shipped.map(({ name, schema }): [string, JsonObject] => [name, schema]),
    ...own.map(({ name, schema }): [string, JsonObject] => [`${namespace}/${name}`, schema]),
  ]);
  return { own, named: (reference) => resolve(reference, ""), schemaOf: (name) => schemas.get(name) ?? null };
}

/** A data type is called by its name, by the file of its schema, or by an object with either. */
function referenceName(reference: Json | undefined): { readonly name: string | null; readonly library?: string } {
  if (typeof reference === "string") return { name: reference.replace(/^.*[/\\]/, "").replace(/#.*$/, "") };
  if (!isJsonObject(reference)) return { name: null };
  const schema = isJsonObject(reference.schema) ? reference.schema : {};
  const library = isJsonObject(schema.library) ? schema.library.name : reference.namespace;
  const name = reference.name ?? schema.uri ?? reference.uri;
  return {
    name: typeof name === "string" ? name : null,
    ...(typeof library === "string" && { library }),
  };
}

type Unmarked = Omit<ConvertedType, never>;

function convertRoot(origin: CenitSchema, conversion: Conversion): JsonObject {
  const { document, place } = origin;
  if (!isJsonObject(document)) {
    conversion.notes.person(place, "is no schema; the data type takes any object");
    return { type: "object" };
  }
  if (document.type !== undefined && document.type !== "object") {
    conversion.notes.person(place, `a data type is an object here, not ${JSON.stringify(document.type).slice(0, 40)}`);
  }
  const { type: _type, ...rest } = convert(document, place, { origin, conversion });
  return { type: "object", ...rest };
}

interface Within {
  readonly origin: CenitSchema;
  readonly conversion: Conversion;
}

function convert(schema: Json, place: string, within: Within): JsonObject {
  const { notes } = within.conversion;
  if (schema === true) return {};
  if (!isJsonObject(schema)) {
    notes.person(place, "what is no schema is taken as one that allows everything");
    return {};
  }
  if (schema.$ref !== undefined) return convertReference(schema, place, within);
  const converted: JsonObject = {};
  for (const [keyword, value] of Object.entries(schema)) {
    Object.assign(converted, convertKeyword(keyword, value, { at: place + pointerPart(keyword), schema, within }));
  }
  const required = requiredOf(schema);
  if (required.length > 0) converted.required = required;
  return converted;
}

interface KeywordPlace {
  readonly at: string;
  readonly schema: JsonObject;
  readonly within: Within;
}

function convertKeyword(keyword: string, value: Json, { at, schema, within }: KeywordPlace): JsonObject {
  const { notes } = within.conversion;
  if (values.includes(keyword)) return { [keyword]: value };
  if (keyword === "type") return convertType(value, at, notes);
  if (keyword === "properties" && isJsonObject(value)) {
    return { properties: mapped(value, (member, name) => convertProperty(member, at + pointerPart(name), within)) };
  }
  if (keyword === "definitions" || keyword === "$defs") {
    return isJsonObject(value)
      ? { $defs: mapped(value, (one, name) => convert(one, at + pointerPart(name), within)) }
      : {};
  }
  if (keyword === "items" && Array.isArray(value)) {
    return { prefixItems: value.map((item, index) => convert(item, `${at}/${index}`, within)) };
  }
  if (keyword === "items" || single.includes(keyword)) return { [keyword]: convert(value, at, within) };
  if (keyword === "additionalProperties") {
    return { [keyword]: typeof value === "boolean" ? value : convert(value, at, within) };
  }
  if (lists.includes(keyword) && Array.isArray(value) && value.length > 0) {
    return { [keyword]: value.map((one, index) => convert(one, `${at}/${index}`, within)) };
  }
  return convertOld(keyword, value, { at, schema, within });
}

/** What drafts of that time, or Cenit alone, say in their own way. */
function convertOld(keyword: string, value: Json, { at, schema, within }: KeywordPlace): JsonObject {
  const { conversion, origin } = within;
  const { notes } = conversion;
  if (keyword === "divisibleBy") return { multipleOf: value };
  if (keyword === "exclusiveMinimum" || keyword === "exclusiveMaximum") {
    const limit = keyword === "exclusiveMinimum" ? "minimum" : "maximum";
    return value === true ? { [keyword]: schema[limit] ?? 0 } : typeof value === "number" ? { [keyword]: value } : {};
  }
  if (keyword === "extends") {
    const base = conversion.resolve(value, origin.library);
    if (base !== null) return { allOf: [{ $ref: base }] };
    notes.person(at, "the schema that this one extends is not there");
    return {};
  }
  if (keyword === "format" && typeof value === "string") {
    if (formats.has(value)) return { format: value };
    notes.say(at, `the format ${value.slice(0, 60)} is not checked`);
    return {};
  }
  if (keyword === "pattern" && typeof value === "string") {
    if (isLinear(value)) return { pattern: value };
    notes.person(at, "a pattern is not checked: it is not one of linear time (RE2)");
    return {};
  }
  if (keyword === "protected") return value === true ? { "x-secret": true } : {};
  if (keyword === "examples" || keyword === "example" || keyword === "$comment") return {};
  if (
    ["required", "unique", "referenced", "referenced_by", "primary_field", "primary_fields", ...silent].includes(
      keyword,
    )
  )
    return {};
  notes.person(at, `the keyword ${keyword.slice(0, 60)} is not known and is left out`);
  return {};
}

function convertType(value: Json, at: string, notes: CenitNotes): JsonObject {
  const given = [value].flat();
  if (given.includes("any")) return {};
  const known = given.filter((type): type is string => typeof type === "string" && types.includes(type));
  if (known.length < given.length)
    notes.person(at, `the type ${JSON.stringify(value).slice(0, 60)} is not one of JSON Schema`);
  if (known.length === 0) return {};
  return { type: known.length === 1 ? (known[0] ?? "string") : [...new Set(known)] };
}

function convertProperty(member: Json, place: string, within: Within): JsonObject {
  const converted = convert(member, place, within);
  if (isJsonObject(member) && member.referenced === true) {
    within.conversion.notes.person(place, "was a link to a record of its own; here the record is inside");
  }
  return converted;
}

/** Draft 3 says it at each member. */
function requiredOf({ required, properties }: JsonObject): string[] {
  const listed = Array.isArray(required) ? required.filter((name) => typeof name === "string") : [];
  const marked = Object.entries(isJsonObject(properties) ? properties : {}).flatMap(([name, member]) =>
    isJsonObject(member) && member.required === true ? [name] : [],
  );
  return [...new Set([...listed, ...marked])];
}

function convertReference(schema: JsonObject, place: string, { origin, conversion }: Within): JsonObject {
  const { $ref: reference, title, description } = schema;
  const beside = {
    ...(typeof title === "string" && { title }),
    ...(typeof description === "string" && { description }),
  };
  if (typeof reference === "string" && reference.startsWith("#/")) {
    const pointer = reference.replace(/^#\/definitions\//, "#/$defs/");
    if (pointsInto(origin.document, reference)) return { $ref: pointer, ...beside };
  } else if (reference !== "#") {
    const name = conversion.resolve(reference, origin.library);
    if (name !== null) {
      conversion.embedded.add(name);
      return { $ref: name, ...beside };
    }
  }
  const shown = JSON.stringify(reference ?? null).slice(0, 100);
  conversion.notes.person(place, `refers to ${shown}, which is not there; it allows everything`);
  return beside;
}

function pointsInto(document: Json, reference: string): boolean {
  let value: Json | undefined = document;
  for (const part of reference.slice(2).split("/")) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return isJsonObject(value) && !("$ref" in value);
}

function isLinear(pattern: string): boolean {
  try {
    compilePattern(pattern);
    return true;
  } catch {
    return false;
  }
}

function mapped(members: JsonObject, convertOne: (value: Json, name: string) => JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, convertOne(value, name)]));
}

const wholes = ["allOf", "anyOf", "oneOf", "not", "if", "then", "else"];

/** A data type that is made of itself could never be checked to an end. */
function withoutCircles(all: readonly Unmarked[], { namespace, notes }: Conversion): Unmarked[] {
  const madeOf = new Map(
    all.map(({ name, schema }) => [`${namespace}/${name}`, wholes.flatMap((keyword) => refsOf(schema[keyword], true))]),
  );
  const reaches = (from: string): boolean => {
    const seen = new Set<string>();
    const waiting = [...(madeOf.get(from) ?? [])];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next === from || next.startsWith("#")) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(...(madeOf.get(next) ?? []));
    }
    return false;
  };
  return all.map((one) => {
    if (!reaches(`${namespace}/${one.name}`)) return one;
    notes.person(one.origin.place, "is made of itself; what it takes over from itself is left out");
    return {
      ...one,
      schema: Object.fromEntries(Object.entries(one.schema).filter(([keyword]) => !wholes.includes(keyword))),
    };
  });
}

function refsOf(value: Json | undefined, whole: boolean): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => refsOf(one, whole));
  if (!isJsonObject(value)) return [];
  const own = typeof value.$ref === "string" ? [value.$ref] : [];
  return [...own, ...wholes.flatMap((keyword) => refsOf(value[keyword], whole))];
}

const personal = /phone|mobile|e?_?mail|first_?name|last_?name|full_?name|^address_?\d?$|street|zip|postal|birth/i;
const searchable = /phone|mobile|e_?mail|status/i;

/** Guesses key, indexes and what is personal, and says so. */
function withMarkers({ name, schema, origin }: ConvertedType, { namespace, notes, embedded }: Conversion): JsonObject {
  const document = isJsonObject(origin.document) ? origin.document : {};
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const key = keyOf(document, properties);
  const isPart = key.length === 0 && embedded.has(`${namespace}/${name}`);
  const marked = Object.fromEntries(
    Object.entries(properties).map(([field, member]) => [
      field,
      isJsonObject(member) && personal.test(field) && isText(member) ? { ...member, "x-pii": true } : member,
    ]),
  );
  const pii = Object.keys(marked).filter((field) => isJsonObject(marked[field]) && marked[field]["x-pii"] === true);
  if (pii.length > 0) notes.guessed(origin.place, `${pii.join(", ")}: personal (x-pii)`);
  const indexed = Object.entries(properties)
    .filter(
      ([field, member]) =>
        isJsonObject(member) && isText(member) && (searchable.test(field) || isUnique(document, field)),
    )
    .map(([field]) => field)
    .filter((field) => !key.includes(field))
    .slice(0, 16);
  const about = {
    $id: `${namespace}/${name}`,
    title: typeof schema.title === "string" && schema.title !== "" ? schema.title.slice(0, 120) : name,
  };
  if (isPart) return { ...about, ...schema, ...about, ...(pii.length > 0 && { properties: marked }) };
  const made = key.length === 0 ? ["id"] : key;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const isAuto =
    made.length === 1 && !required.includes(made[0] ?? "") && typeOf(properties[made[0] ?? ""]) !== "integer";
  notes.guessed(
    origin.place,
    key.length === 0
      ? "has no key: records are given an id"
      : `the key is ${made.join(", ")}${isAuto ? ", made up where it is missing" : ""}`,
  );
  if (indexed.length > 0) notes.guessed(origin.place, `${indexed.join(", ")}: searchable (x-index)`);
  return {
    ...about,
    ...schema,
    ...about,
    "x-key": made,
    ...(isAuto && { "x-key-auto": true }),
    ...(indexed.length > 0 && { "x-index": indexed }),
    properties: { ...(key.length === 0 && { id: { type: "string" } }), ...marked },
  };
}

function keyOf(document: JsonObject, properties: JsonObject): string[] {
  const said = [document.primary_fields ?? document.primary_field ?? document.referenced_by ?? []].flat();
  const fits = (field: Json): field is string =>
    typeof field === "string" &&
    Object.hasOwn(properties, field) &&
    ["string", "integer"].includes(typeOf(properties[field]) ?? "");
  const named = said.filter(fits).slice(0, 4);
  if (named.length > 0 && named.length === said.length) return named;
  return ["id", "_id", "number", "code"].filter(fits).slice(0, 1);
}

function typeOf(member: Json | undefined): string | null {
  return isJsonObject(member) && typeof member.type === "string" ? member.type : null;
}

function isText(member: JsonObject): boolean {
  return member.type === "string";
}

function isUnique({ properties }: JsonObject, field: string): boolean {
  const member = isJsonObject(properties) ? properties[field] : undefined;
  return isJsonObject(member) && member.unique === true;
}
