import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";

/** One parameter of a collection, as its JSON Schema describes it. */
export interface ParameterField {
  readonly name: string;
  readonly title: string;
  readonly description: string | null;
  readonly type: string;
  readonly secret: boolean;
  readonly standard: Json | undefined;
  readonly choices: readonly Json[] | null;
  /** What a value has to fit by itself. */
  readonly schema: JsonObject;
}

/** Reads the fields of a parameter schema; a schema without properties has none. */
export function parameterFields(schema: JsonObject): readonly ParameterField[] {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  return Object.entries(properties).flatMap(([name, property]) => {
    if (!isJsonObject(property)) return [];
    const { title, description, type, writeOnly, default: standard } = property;
    return [
      {
        name,
        title: typeof title === "string" ? title : name,
        description: typeof description === "string" ? description : null,
        type: typeof type === "string" ? type : "string",
        secret: writeOnly === true,
        standard,
        choices: Array.isArray(property.enum) ? property.enum : null,
        schema: isJsonObject(schema.$defs) ? { ...property, $defs: schema.$defs } : property,
      },
    ];
  });
}

/** Gives what a person wrote as the type that the field wants; text that does not fit stays text, for the server to refuse. */
export function toParameterValue(text: string, type: string): Json {
  if (type === "string") return text;
  try {
    const value = JSON.parse(text) as Json;
    return fits(value, type) ? value : text;
  } catch {
    return text;
  }
}

function fits(value: Json, type: string): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return isJsonObject(value);
    default:
      return typeof value === type;
  }
}

/**
 * Gives the names of the fields that must have a value and are not among the known ones. Where the schema offers
 * alternatives (`anyOf` or `oneOf` with `required`) and none is met, the first one counts.
 */
export function missingNames(schema: JsonObject, known: ReadonlySet<string>): readonly string[] {
  const missing = requiredBy(schema).filter((name) => !known.has(name));
  for (const keyword of ["anyOf", "oneOf"]) {
    const branches = schema[keyword];
    const alternatives = Array.isArray(branches) ? branches.map(requiredBy) : [];
    if (alternatives.length === 0 || alternatives.some((names) => names.every((name) => known.has(name)))) continue;
    missing.push(...(alternatives[0] ?? []).filter((name) => !known.has(name)));
  }
  return [...new Set(missing)];
}

function requiredBy(schema: Json): string[] {
  const names = isJsonObject(schema) && Array.isArray(schema.required) ? schema.required : [];
  return names.filter((name) => typeof name === "string");
}
