import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import type { CenitNotes } from "./notes.js";
import type { CenitSchema } from "./read-source.js";

const personal = /phone|mobile|e?_?mail|first_?name|last_?name|full_?name|^address_?\d?$|street|zip|postal|birth/i;
const searchable = /phone|mobile|e_?mail|status/i;

/** A data type that a schema became. */
export interface ConvertedType {
  /** Without namespace. */
  readonly name: string;
  readonly schema: JsonObject;
  readonly origin: CenitSchema;
}

/** What is known of a data type besides its schema. */
interface Surroundings {
  readonly namespace: string;
  readonly notes: CenitNotes;
  /** Whether other data types have it inside. */
  readonly isInside: boolean;
}

/** Guesses key, indexes and what is personal, and says so. */
export function withMarkers({ name, schema, origin }: ConvertedType, around: Surroundings): JsonObject {
  const { namespace, notes, isInside } = around;
  const document = isJsonObject(origin.document) ? origin.document : {};
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const texts = Object.keys(properties).filter((field) => typeOf(properties[field]) === "string");
  const key = keyOf(document, properties);
  const pii = texts.filter((field) => personal.test(field));
  const indexed = texts.filter((field) => searchable.test(field) || isUnique(document, field)).slice(0, 16);
  if (pii.length > 0) notes.guessed(origin.place, `${pii.join(", ")}: personal (x-pii)`);
  const marked = Object.entries(properties).map(([field, member]): [string, Json] => [
    field,
    pii.includes(field) && isJsonObject(member) ? { ...member, "x-pii": true } : member,
  ]);
  const about = {
    $id: `${namespace}/${name}`,
    title: typeof schema.title === "string" && schema.title !== "" ? schema.title.slice(0, 120) : name,
  };
  const whole = { ...about, ...schema, ...about, ...(marked.length > 0 && { properties: Object.fromEntries(marked) }) };
  if (key.length === 0 && isInside) return whole;
  const found = indexed.filter((field) => !key.includes(field));
  if (found.length > 0) notes.guessed(origin.place, `${found.join(", ")}: searchable (x-index)`);
  return {
    ...whole,
    ...keyed(key, { schema, place: origin.place, notes }),
    ...(found.length > 0 && { "x-index": found }),
    properties: { ...(key.length === 0 && { id: { type: "string" } }), ...Object.fromEntries(marked) },
  };
}

interface Keying {
  readonly schema: JsonObject;
  readonly place: string;
  readonly notes: CenitNotes;
}

function keyed(key: readonly string[], { schema, place, notes }: Keying): JsonObject {
  if (key.length === 0) {
    notes.guessed(place, "has no key: records are given an id");
    return { "x-key": ["id"], "x-key-auto": true };
  }
  const [first = ""] = key;
  const isRequired = Array.isArray(schema.required) && schema.required.includes(first);
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const isAuto = key.length === 1 && !isRequired && typeOf(properties[first]) === "string";
  notes.guessed(place, `the key is ${key.join(", ")}${isAuto ? ", made up where it is missing" : ""}`);
  return { "x-key": [...key], ...(isAuto && { "x-key-auto": true }) };
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

function isUnique({ properties }: JsonObject, field: string): boolean {
  const member = isJsonObject(properties) ? properties[field] : undefined;
  return isJsonObject(member) && member.unique === true;
}
