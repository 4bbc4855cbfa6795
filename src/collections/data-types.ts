import type { Ajv2020 } from "ajv/dist/2020.js";
import type { DataTypeDefinition } from "../core/collection.js";
import type { DataType } from "../core/data-type.js";
import type { Problem } from "../core/errors.js";
import type { JsonObject, JsonSchema } from "../core/json.js";
import { pointerPart } from "./problem-list.js";
import { createSchemaCompiler, toCheck } from "./schema-compiler.js";
import { subschemas } from "./schema-walk.js";

/** Data types that refer to each other, compiled together. */
export interface CompiledDataTypes {
  readonly dataTypes: ReadonlyMap<string, DataType>;
  /** What could not be compiled, by the name of the data type, and why. */
  readonly failures: ReadonlyMap<string, string>;
}

/** Never fetched: only a base that makes `namespace/Type` an absolute name. */
const BASE = "https://data-types.invalid/";

/** Sets of data types that are kept compiled: what is installed, and what is being checked against it. */
const MOST_KEPT = 8;
/** By the definitions as text, the one used last at the end. */
const kept = new Map<string, CompiledDataTypes>();

/**
 * Compiles data types that were inspected before; `$ref: "namespace/Type"` finds the others.
 *
 * The same definitions come again and again: when a collection is checked, when it is installed, and whenever a flow is switched.
 * Compiling those of `ecommerce` takes 50 ms in which nothing else is done, finding them here less than one.
 */
export function compileDataTypes(definitions: readonly DataTypeDefinition[]): CompiledDataTypes {
  const text = JSON.stringify(definitions);
  const compiled = kept.get(text) ?? compile(definitions);
  kept.delete(text);
  kept.set(text, compiled);
  for (const [oldest] of kept) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(oldest);
  }
  return compiled;
}

function compile(definitions: readonly DataTypeDefinition[]): CompiledDataTypes {
  const ajv = createSchemaCompiler({ validateSchema: false });
  const dataTypes = new Map<string, DataType>();
  const failures = new Map<string, string>();
  const attempt = (name: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      failures.set(name, error instanceof Error ? error.message.replaceAll(BASE, "") : String(error));
    }
  };
  for (const { name, schema } of definitions) attempt(name, () => ajv.addSchema(absolute(schema, name)));
  for (const definition of definitions) {
    if (failures.has(definition.name)) continue;
    attempt(definition.name, () => dataTypes.set(definition.name, toDataType(ajv, definition)));
  }
  return { dataTypes, failures };
}

function toDataType(ajv: Ajv2020, { name, schema }: DataTypeDefinition): DataType {
  const validate = ajv.getSchema(BASE + name);
  if (!validate) throw new Error(`${name} was not added`);
  const check = toCheck(validate);
  const key = strings(schema["x-key"]);
  const keyAuto = schema["x-key-auto"] === true;
  return Object.freeze({
    name,
    title: typeof schema.title === "string" ? schema.title : (name.split("/")[1] ?? name),
    schema,
    key: Object.freeze(key),
    keyAuto,
    quarantine: schema["x-quarantine"] === true,
    indexed: Object.freeze(strings(schema["x-index"])),
    validate: (record: JsonObject) => {
      const problems = check(record);
      if (problems.length === 0) return keyProblems({ key, keyAuto }, record);
      const reported = new Set(problems.map(({ path }) => path));
      return [...problems, ...keyProblems({ key, keyAuto }, record).filter(({ path }) => !reported.has(path))];
    },
  });
}

/** A record without a key cannot be kept, whatever the schema requires. */
function keyProblems({ key, keyAuto }: Pick<DataType, "key" | "keyAuto">, record: JsonObject): Problem[] {
  return key.flatMap((field) => {
    const path = pointerPart(field);
    if (record[field] === "") return [{ path, message: "must not be empty: it is the key" }];
    if (record[field] === undefined && !keyAuto) return [{ path, message: "is required: it is the key" }];
    return [];
  });
}

/** Gives the schema with every name of a data type, its own and those of `$ref`, made absolute. */
function absolute(schema: JsonSchema, name: string): JsonSchema {
  const { $schema: _dialect, $id: _id, ...rest } = structuredClone(schema) as JsonObject;
  for (const { schema: part } of subschemas(rest)) {
    if (typeof part.$ref === "string" && !part.$ref.startsWith("#")) part.$ref = BASE + part.$ref;
  }
  return { ...rest, $id: BASE + name };
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
