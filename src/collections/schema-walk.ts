import { isJsonObject, type JsonObject } from "../core/json.js";
import { pointerPart } from "./problem-list.js";

/** A schema inside a schema, with its JSON pointer. */
export interface Subschema {
  readonly path: string;
  readonly schema: JsonObject;
}

const single = [
  "additionalProperties",
  "contains",
  "contentSchema",
  "else",
  "if",
  "items",
  "not",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
];
const lists = ["allOf", "anyOf", "oneOf", "prefixItems"];
const maps = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];

/** Gives a schema and every schema in it, outermost first. Values of `const`, `default`, … are not schemas. */
export function subschemas(schema: JsonObject, path = ""): Subschema[] {
  const found: Subschema[] = [{ path, schema }];
  for (const [keyword, value] of Object.entries(schema)) {
    const here = path + pointerPart(keyword);
    if (single.includes(keyword) && isJsonObject(value)) found.push(...subschemas(value, here));
    if (lists.includes(keyword) && Array.isArray(value)) found.push(...inside(value.entries(), here));
    if (maps.includes(keyword) && isJsonObject(value)) found.push(...inside(Object.entries(value), here));
  }
  return found;
}

function inside(members: Iterable<[string | number, unknown]>, path: string): Subschema[] {
  return [...members].flatMap(([name, value]) =>
    isJsonObject(value) ? subschemas(value, path + pointerPart(name)) : [],
  );
}
