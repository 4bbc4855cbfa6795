import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { pointerPart } from "../problem-list.js";
import { isLinear } from "../schema-compiler.js";
import { type ConvertedType, withMarkers } from "./guess-markers.js";
import { createNames, pascal, sameName } from "./names.js";
import type { CenitNotes } from "./notes.js";
import type { CenitSchema, CenitSource } from "./read-source.js";

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
const silent =
  `id $id $schema $comment example examples visible group edi xml exclusive export_embedded auto virtual x-key required unique
  referenced referenced_by primary_field primary_fields`.split(/\s+/);

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
  const own = sound.map((one) => ({
    ...one,
    schema: withMarkers(one, { namespace, notes, isInside: conversion.embedded.has(`${namespace}/${one.name}`) }),
  }));
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

function convertKeyword(keyword: string, value: Json, place: KeywordPlace): JsonObject {
  const { at, within } = place;
  if (values.includes(keyword)) return { [keyword]: value };
  if (keyword === "type") return convertType(value, at, within.conversion.notes);
  if (maps.has(keyword) && isJsonObject(value)) return convertMap(keyword, value, place);
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
  return convertOld(keyword, value, place);
}

const maps = new Map([
  ["properties", "properties"],
  ["definitions", "$defs"],
  ["$defs", "$defs"],
]);

function convertMap(keyword: string, members: JsonObject, { at, within }: KeywordPlace): JsonObject {
  const convertOne = keyword === "properties" ? convertProperty : convert;
  return {
    [maps.get(keyword) ?? keyword]: mapped(members, (one, name) => convertOne(one, at + pointerPart(name), within)),
  };
}

/** What drafts of that time, or Cenit alone, say in their own way. */
function convertOld(keyword: string, value: Json, { at, schema, within }: KeywordPlace): JsonObject {
  if (silent.includes(keyword)) return {};
  if (keyword === "divisibleBy") return { multipleOf: value };
  if (keyword === "protected") return value === true ? { "x-secret": true } : {};
  if (keyword === "exclusiveMinimum") return convertLimit(keyword, value, schema.minimum);
  if (keyword === "exclusiveMaximum") return convertLimit(keyword, value, schema.maximum);
  if (keyword === "extends") return convertExtends(value, at, within);
  if (typeof value === "string" && (keyword === "format" || keyword === "pattern")) {
    return convertText(keyword, value, { at, notes: within.conversion.notes });
  }
  within.conversion.notes.person(at, `the keyword ${keyword.slice(0, 60)} is not known and is left out`);
  return {};
}

function convertLimit(keyword: string, value: Json, limit: Json | undefined): JsonObject {
  if (value === true) return limit === undefined ? {} : { [keyword]: limit };
  return typeof value === "number" ? { [keyword]: value } : {};
}

function convertExtends(value: Json, at: string, { conversion, origin }: Within): JsonObject {
  const base = conversion.resolve(value, origin.library);
  if (base !== null) return { allOf: [{ $ref: base }] };
  conversion.notes.person(at, "the schema that this one extends is not there");
  return {};
}

function convertText(
  keyword: "format" | "pattern",
  value: string,
  { at, notes }: { readonly at: string; readonly notes: CenitNotes },
): JsonObject {
  if (keyword === "format" ? formats.has(value) : isLinear(value)) return { [keyword]: value };
  if (keyword === "format") notes.say(at, `the format ${value.slice(0, 60)} is not checked`);
  else notes.person(at, "a pattern is not checked: it is not one of linear time (RE2)");
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

function mapped(members: JsonObject, convertOne: (value: Json, name: string) => JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, convertOne(value, name)]));
}

const wholes = ["allOf", "anyOf", "oneOf", "not", "if", "then", "else"];

/** A data type that is made of itself could never be checked to an end. */
function withoutCircles(all: readonly ConvertedType[], { namespace, notes }: Conversion): ConvertedType[] {
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
