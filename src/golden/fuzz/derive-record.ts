import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../../core/json.js";
import { type Random, randomOf, seedAt } from "./random.js";
import { textFor } from "./texts.js";

/** How one record is derived from the schema of its data type. */
export interface Derivation {
  readonly seed: number;
  /** Gives the schema of a data type (`namespace/Type`). */
  readonly schemaOf: (dataType: string) => JsonSchema | null;
  /** Whether an optional member is there; its place is a JSON pointer. */
  readonly keep: (path: string) => boolean;
  /** Whether texts and numbers may be strange ones. */
  readonly strange: boolean;
}

interface Place {
  readonly path: string;
  /** The member's name. */
  readonly name: string;
  /** The document that `#/…` is in. */
  readonly root: JsonSchema;
  readonly depth: number;
}

/** Nothing is made deeper than this, as far as the schema lets it. */
const MAX_DEPTH = 6;

/** Derives a record. Not every schema can be met (patterns, conditions): whoever uses it checks it. */
export function deriveRecord(schema: JsonSchema, derivation: Derivation): JsonObject {
  const record = derive(schema, { path: "", name: "", root: schema, depth: 0 }, derivation);
  return isJsonObject(record) ? record : {};
}

function derive(schema: JsonSchema, place: Place, derivation: Derivation): Json {
  const random = randomOf(seedAt(derivation.seed, place.path));
  if (typeof schema.$ref === "string") return followed(schema.$ref, place, derivation);
  if (schema.const !== undefined) return schema.const as Json; // a schema is JSON
  if (Array.isArray(schema.enum)) return (pick(schema.enum, random) ?? null) as Json;
  const [alternative] = [schema.oneOf, schema.anyOf].filter(Array.isArray);
  const parts = [
    ...(Array.isArray(schema.allOf) ? schema.allOf : []),
    ...(alternative === undefined ? [] : [pick(alternative, random)]),
  ].filter(isJsonObject);
  if (parts.length > 0) {
    const { allOf: _all, oneOf: _one, anyOf: _any, ...rest } = schema;
    const made = [...(Object.keys(rest).length > 0 ? [rest] : []), ...parts].map((part) =>
      derive(part, place, derivation),
    );
    return made.every(isJsonObject) ? Object.assign({}, ...made) : (made.at(-1) ?? null);
  }
  return deriveType(schema, place, { derivation, random });
}

function followed(reference: string, place: Place, derivation: Derivation): Json {
  if (place.depth > MAX_DEPTH) return {};
  const [dataType = "", pointer = ""] = reference.split("#");
  const root = dataType === "" ? place.root : derivation.schemaOf(dataType);
  const found = pointer
    .split("/")
    .slice(1)
    .reduce((part: unknown, name) => (isJsonObject(part) ? part[unescaped(name)] : undefined), root);
  if (root === null || !isJsonObject(found)) return {};
  return derive(found, { ...place, root, depth: place.depth + 1 }, derivation);
}

function unescaped(name: string): string {
  return decodeURIComponent(name).replaceAll("~1", "/").replaceAll("~0", "~");
}

interface Making {
  readonly derivation: Derivation;
  readonly random: Random;
}

function deriveType(schema: JsonSchema, place: Place, { derivation, random }: Making): Json {
  const mayBeNull = [schema.type].flat().includes("null");
  if (mayBeNull && derivation.strange && random() < 0.5) return null;
  const types = [schema.type].flat().filter((type) => typeof type === "string" && type !== "null");
  switch (types[0] ?? (schema.properties === undefined ? "string" : "object")) {
    case "object":
      return deriveObject(schema, place, derivation);
    case "array":
      return deriveArray(schema, place, { derivation, random });
    case "integer":
      return Math.round(numberFor(schema, 1, { derivation, random }));
    case "number":
      return numberFor(schema, 0.01, { derivation, random });
    case "boolean":
      return random() < 0.5;
    default:
      return textFor(schema, place.name, { strange: derivation.strange, random });
  }
}

function deriveObject({ properties, required }: JsonSchema, place: Place, derivation: Derivation): JsonObject {
  const needed = new Set(Array.isArray(required) ? required : []);
  const members = Object.entries(isJsonObject(properties) ? properties : {}).flatMap(([name, schema]) => {
    const path = `${place.path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (!isJsonObject(schema)) return [];
    const isThere = needed.has(name) || (place.depth < MAX_DEPTH && derivation.keep(path));
    return isThere
      ? [[name, derive(schema, { ...place, path, name, depth: place.depth + 1 }, derivation)] as const]
      : [];
  });
  return Object.fromEntries(members);
}

function deriveArray({ items, minItems, maxItems }: JsonSchema, place: Place, { derivation, random }: Making): Json[] {
  const least = typeof minItems === "number" ? minItems : 0;
  const most = Math.min(typeof maxItems === "number" ? maxItems : 3, least + 2);
  const length = derivation.strange
    ? least + Math.floor(random() * (most - least + 1))
    : Math.max(least, Math.min(1, most));
  if (!isJsonObject(items)) return [];
  return Array.from({ length }, (_, index) => derive(items, { ...place, path: `${place.path}/${index}` }, derivation));
}

function numberFor(schema: JsonSchema, unit: number, { derivation, random }: Making): number {
  const bound = (name: string): number | null => (typeof schema[name] === "number" ? schema[name] : null);
  const above = bound("exclusiveMinimum");
  const below = bound("exclusiveMaximum");
  const least = bound("minimum") ?? (above === null ? (derivation.strange ? -1_000 : 1) : above + unit);
  const most = bound("maximum") ?? (below === null ? Math.max(least, 1_000) : below - unit);
  const number = least + random() * (most - least);
  const step = bound("multipleOf") ?? unit;
  return Math.min(most, Math.max(least, Math.round(number / step) * step));
}

function pick<T>(items: readonly T[], random: Random): T | undefined {
  return items[Math.floor(random() * items.length)];
}
