import { isJsonObject, type Json, type JsonObject } from "../../../core/json.js";

/** What a form shows for a part of a schema. */
export type FieldShape =
  | { readonly kind: "text" | "number" | "integer" | "flag" | "date" | "instant" | "json" }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "object"; readonly fields: readonly Field[] }
  | { readonly kind: "list"; readonly item: JsonObject };

export interface Field {
  readonly name: string;
  readonly title: string;
  readonly about: string | null;
  readonly required: boolean;
  readonly schema: JsonObject;
}

/** Schemas of data types, by name: what `$ref` names. */
export type Schemas = ReadonlyMap<string, JsonObject>;

const plain = { string: "text", number: "number", integer: "integer", boolean: "flag" } as const;

/** Gives what to show for a schema; `json` for what has no form of its own (any type, several types, maps). */
export function shapeOf(schema: JsonObject, schemas: Schemas): FieldShape {
  const resolved = resolve(schema, schemas);
  const type = typeOf(resolved);
  if (Array.isArray(resolved.enum) && resolved.enum.every((word) => typeof word === "string")) {
    return { kind: "choice", choices: resolved.enum };
  }
  if (type === "string" && resolved.format === "date") return { kind: "date" };
  if (type === "string" && resolved.format === "date-time") return { kind: "instant" };
  if (type === "array") return isJsonObject(resolved.items) ? { kind: "list", item: resolved.items } : { kind: "json" };
  if (type === "object") {
    const fields = fieldsOf(resolved);
    return fields.length === 0 ? { kind: "json" } : { kind: "object", fields };
  }
  return { kind: type !== null && Object.hasOwn(plain, type) ? plain[type as keyof typeof plain] : "json" };
}

function fieldsOf({ properties, required }: JsonObject): Field[] {
  if (!isJsonObject(properties)) return [];
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(properties).flatMap(([name, schema]) => {
    if (!isJsonObject(schema)) return [];
    const about = typeof schema.description === "string" ? schema.description : null;
    const title = typeof schema.title === "string" ? schema.title : name;
    return [{ name, title, about, required: needed.includes(name), schema }];
  });
}

/** `null` beside one other type is that type: an empty field. */
function typeOf({ type }: JsonObject): string | null {
  const types = (Array.isArray(type) ? type : [type]).filter((each) => each !== "null");
  return types.length === 1 && typeof types[0] === "string" ? types[0] : null;
}

function resolve(schema: JsonObject, schemas: Schemas): JsonObject {
  const { $ref } = schema;
  if (typeof $ref !== "string") return schema;
  return schemas.get($ref) ?? {};
}

/** Gives what a new value begins with. */
export function emptyOf(shape: FieldShape): Json {
  if (shape.kind === "object") return {};
  if (shape.kind === "list") return [];
  if (shape.kind === "number" || shape.kind === "integer") return 0;
  return shape.kind === "flag" ? false : "";
}
