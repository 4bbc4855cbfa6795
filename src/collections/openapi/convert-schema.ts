import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { pointerPart } from "../problem-list.js";
import { isLinear } from "../schema-compiler.js";
import { type ApiDocument, invalid } from "./api-document.js";
import type { Notes } from "./notes.js";

/** Turns schemas of an API document into plain JSON Schema; what they refer to is gathered on the way. */
export interface SchemaConverter {
  convert(schema: Json | undefined, place: string): JsonObject;
  /** Every schema that a converted one refers to, by the name in `#/$defs/<name>`. */
  definitions(): Record<string, JsonObject>;
}

/** More are not the schemas of an API but an attempt on the memory of this process. */
const MAX_SCHEMAS = 100_000;
const MAX_DESCRIPTION = 300;
/** Schemas that are made of schemas, one inside the other. */
const MOST_LAYERS = 200;

const formats = new Set(
  `date-time date time duration iso-time iso-date-time uri uri-reference uri-template url email hostname ipv4 ipv6 uuid
   json-pointer relative-json-pointer byte int32 int64 float double password binary`.split(/\s+/),
);
const single = ["not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties"];
const lists = ["allOf", "anyOf", "oneOf", "prefixItems"];
const maps = ["properties", "patternProperties", "dependentSchemas"];
const values =
  `type title enum const default multipleOf maximum minimum exclusiveMaximum exclusiveMinimum maxLength minLength
  maxItems minItems uniqueItems maxContains minContains maxProperties minProperties required dependentRequired deprecated
  readOnly writeOnly contentEncoding contentMediaType`.split(/\s+/);
/** Say nothing about what is valid. */
const annotations = ["example", "examples", "xml", "externalDocs", "discriminator", "$comment", "$schema"];

interface Conversion {
  readonly document: ApiDocument;
  readonly notes: Notes;
  /** Place in the document to the name of its definition. */
  readonly names: Map<string, string>;
  readonly definitions: Map<string, JsonObject>;
  /** Definitions that are named and not converted yet: one after the other, however long a chain they make. */
  readonly waiting: { readonly name: string; readonly value: Json; readonly place: string }[];
  count: number;
}

/** Starts with no definition. @throws API_DOCUMENT_INVALID from `convert` when there are too many schemas */
export function createSchemaConverter(document: ApiDocument, notes: Notes): SchemaConverter {
  const conversion: Conversion = { document, notes, names: new Map(), definitions: new Map(), waiting: [], count: 0 };
  return {
    convert: (schema, place) => {
      const converted = convert(schema ?? {}, place, conversion);
      for (let next = conversion.waiting.pop(); next !== undefined; next = conversion.waiting.pop()) {
        conversion.definitions.set(next.name, convert(next.value, next.place, conversion));
      }
      return converted;
    },
    definitions: () => withoutCircles(conversion),
  };
}

function convert(schema: Json, place: string, conversion: Conversion): JsonObject {
  conversion.count += 1;
  if (conversion.count > MAX_SCHEMAS) throw invalid("The document", `it has more than ${MAX_SCHEMAS} schemas`);
  if (schema === true) return {};
  if (schema === false) return { not: {} };
  if (!isJsonObject(schema)) {
    conversion.notes.lose(place, "what is no schema is taken as one that allows everything");
    return {};
  }
  if (typeof schema.$ref === "string") return convertReference(schema, place, conversion);
  const converted = convertKeywords(schema, place, conversion);
  return conversion.document.version === "3.0" ? withoutOldForms(converted, schema) : converted;
}

function convertReference(
  { $ref: reference, ...beside }: JsonObject,
  place: string,
  conversion: Conversion,
): JsonObject {
  const { document, notes } = conversion;
  const isOld = document.version === "3.0";
  if (isOld && Object.keys(beside).some((name) => name !== "description" && name !== "summary")) {
    notes.lose(place, "what stands beside a $ref is ignored, as OpenAPI 3.0 says");
  }
  const name = nameOf(String(reference), place, conversion);
  const own = isOld ? {} : convertKeywords(beside, place, conversion);
  return name === null ? own : { $ref: `#/$defs/${name}`, ...own };
}

/** Names the definition that a reference leads to, which is converted when it is met for the first time. */
function nameOf(reference: string, place: string, conversion: Conversion): string | null {
  const { document, notes, names, definitions, waiting } = conversion;
  const resolved = document.resolve({ $ref: reference }, place);
  if ("problem" in resolved) {
    notes.lose(place, `a schema is taken as one that allows everything: ${resolved.problem}`);
    return null;
  }
  const known = names.get(resolved.place);
  if (known !== undefined) return known;
  const last = resolved.place.split("/").at(-1) ?? "";
  const base = last.replace(/%[0-9A-Fa-f]{2}|~[01]|[^A-Za-z0-9_.-]/g, "-").slice(0, 80) || "schema";
  let name = base;
  for (let number = 2; definitions.has(name); number++) name = `${base}-${number}`;
  names.set(resolved.place, name);
  definitions.set(name, {});
  waiting.push({ name, value: resolved.value, place: resolved.place });
  return name;
}

function convertKeywords(schema: JsonObject, place: string, conversion: Conversion): JsonObject {
  const converted: JsonObject = {};
  for (const [keyword, value] of Object.entries(schema)) {
    const at = place + pointerPart(keyword);
    if (values.includes(keyword)) converted[keyword] = value;
    else if (keyword === "description") converted.description = shortened(value);
    else Object.assign(converted, convertInner(keyword, value, { at, conversion }));
  }
  return withoutReadOnly(converted);
}

/** Converts a keyword that has schemas in it. */
function convertInner(
  keyword: string,
  value: Json,
  { at, conversion }: { readonly at: string; readonly conversion: Conversion },
): JsonObject {
  if (single.includes(keyword)) return { [keyword]: convert(value, at, conversion) };
  if (keyword === "items") return convertItems(value, at, conversion);
  if (keyword === "additionalProperties") {
    return { [keyword]: typeof value === "boolean" ? value : convert(value, at, conversion) };
  }
  if (lists.includes(keyword) && Array.isArray(value)) {
    return { [keyword]: value.map((item, index) => convert(item, at + pointerPart(index), conversion)) };
  }
  if (maps.includes(keyword) && isJsonObject(value)) return { [keyword]: convertMembers(value, at, conversion) };
  return convertSpecial(keyword, value, { at, notes: conversion.notes });
}

function convertSpecial(keyword: string, value: Json, { at, notes }: { at: string; notes: Notes }): JsonObject {
  if (keyword === "format" && typeof value === "string") {
    if (formats.has(value)) return { format: value };
    notes.lose(at, `the format ${value.slice(0, 60)} is not checked`);
    return {};
  }
  if (keyword === "pattern" && typeof value === "string") {
    if (isLinear(value)) return { pattern: value };
    notes.lose(at, "a pattern is not checked: it is not one of linear time (RE2: no look-around, no back references)");
    return {};
  }
  if (annotations.includes(keyword)) notes.say(at, "examples, discriminators and what XML looks like are left out");
  else if (keyword === "nullable" || keyword === "$defs" || keyword.startsWith("x-")) return {};
  else notes.lose(at, `the keyword ${keyword.slice(0, 60)} of a schema is not known and is left out`);
  return {};
}

function convertItems(value: Json, at: string, conversion: Conversion): JsonObject {
  if (typeof value === "boolean") return value ? {} : { maxItems: 0 };
  if (!Array.isArray(value)) return { items: convert(value, at, conversion) };
  return { prefixItems: value.map((item, index) => convert(item, at + pointerPart(index), conversion)) };
}

function convertMembers(members: JsonObject, at: string, conversion: Conversion): JsonObject {
  const isPatterns = at.endsWith("/patternProperties");
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, member]) => {
      const place = at + pointerPart(name);
      if (isPatterns && !isLinear(name)) {
        conversion.notes.lose(place, "members by a pattern that is not one of linear time are not checked");
        return [];
      }
      return [[name, convert(member, place, conversion)]];
    }),
  );
}

/** What only the API writes is not asked of whoever calls it. */
function withoutReadOnly(schema: JsonObject): JsonObject {
  const { required, properties } = schema;
  if (!Array.isArray(required)) return schema;
  const asked = required.filter((name) => {
    const property = isJsonObject(properties) ? properties[String(name)] : undefined;
    return !(isJsonObject(property) && property.readOnly === true);
  });
  const { required: _all, ...rest } = schema;
  return asked.length === 0 ? rest : { ...rest, required: asked };
}

/** Writes what OpenAPI 3.0 says in its own way as JSON Schema says it. */
function withoutOldForms(converted: JsonObject, { nullable }: JsonObject): JsonObject {
  const schema = { ...converted };
  for (const [exclusive, limit] of [
    ["exclusiveMinimum", "minimum"] as const,
    ["exclusiveMaximum", "maximum"] as const,
  ]) {
    if (typeof schema[exclusive] !== "boolean") continue;
    const bound = schema[limit];
    const isExclusive = schema[exclusive] === true;
    delete schema[exclusive];
    if (!isExclusive || bound === undefined) continue;
    schema[exclusive] = bound;
    delete schema[limit];
  }
  if (nullable !== true) return schema;
  if (typeof schema.type !== "string") return { anyOf: [schema, { type: "null" }] };
  const { type, enum: options } = schema;
  return {
    ...schema,
    type: [type, "null"],
    ...(Array.isArray(options) && !options.includes(null) && { enum: [...options, null] }),
  };
}

function shortened(value: Json): string {
  const text = String(value).trim();
  return text.length > MAX_DESCRIPTION ? `${text.slice(0, MAX_DESCRIPTION - 1)}…` : text;
}

/**
 * Gives the definitions without those that are made of themselves: checking anything against them would not end. Those whose
 * members are of their own kind (a tree) stay as they are.
 */
function withoutCircles({ definitions, names, notes }: Conversion): Record<string, JsonObject> {
  const sound = new Set<string>();
  const under = new Set<string>();
  const isSound = (name: string): boolean => {
    if (sound.has(name)) return true;
    if (under.has(name) || under.size > MOST_LAYERS) return false;
    under.add(name);
    const good = madeOf(definitions.get(name) ?? {}).every(isSound);
    under.delete(name);
    if (good) sound.add(name);
    return good;
  };
  const places = new Map([...names].map(([place, name]) => [name, place]));
  for (const name of definitions.keys()) {
    if (isSound(name)) continue;
    notes.lose(places.get(name) ?? "", "a schema that is made of itself is taken as one that allows everything");
    definitions.set(name, {});
  }
  return Object.fromEntries(definitions);
}

/** Names of the definitions that hold for the very same value. */
function madeOf(schema: Json | undefined): string[] {
  if (!isJsonObject(schema)) return [];
  const name = typeof schema.$ref === "string" ? schema.$ref.slice("#/$defs/".length) : null;
  const parts = ["allOf", "anyOf", "oneOf"].flatMap((keyword) => schema[keyword] ?? []);
  const others = ["not", "if", "then", "else"].map((keyword) => schema[keyword]);
  return [...(name === null ? [] : [name]), ...[...parts, ...others].flatMap(madeOf)];
}
