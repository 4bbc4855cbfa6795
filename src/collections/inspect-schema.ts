import type { Ajv2020 } from "ajv/dist/2020.js";
import type { Problem } from "../core/errors.js";
import { isJsonObject, type JsonObject } from "../core/json.js";
import { toProblems } from "./plain-words.js";
import { pointerPart } from "./problem-list.js";
import { compilePattern, createSchemaCompiler } from "./schema-compiler.js";
import { type Subschema, subschemas } from "./schema-walk.js";

/** A `$ref` to a data type: where it stands and the data type it names. */
export interface SchemaReference {
  readonly path: string;
  /** `namespace/Type`. */
  readonly dataType: string;
}

/** What is wrong with a schema by itself, and which data types it refers to. */
export interface SchemaInspection {
  readonly problems: readonly Problem[];
  readonly references: readonly SchemaReference[];
}

const DIALECT = "https://json-schema.org/draft/2020-12/schema";
const dataTypeReference = /^([a-z][a-z0-9-]*\/[A-Z][A-Za-z0-9]*)(#.*)?$/;

/** Inspects one schema: its grammar, keywords, formats, patterns and references. */
export type SchemaInspector = (schema: JsonObject) => SchemaInspection;

/** Makes an inspector. Its first use compiles the grammar of JSON Schema (about 40 ms), so one serves for all. */
export function createSchemaInspector(): SchemaInspector {
  const ajv = createSchemaCompiler();
  return (schema) => inspect(ajv, schema);
}

function inspect(ajv: Ajv2020, schema: JsonObject): SchemaInspection {
  const problems: Problem[] = [];
  const references: SchemaReference[] = [];
  const { $schema: dialect, $id: _name, ...rest } = schema;
  if (dialect !== undefined && dialect !== DIALECT) {
    problems.push({ path: "/$schema", message: `must be ${DIALECT}` });
  }
  if (!ajv.validateSchema(rest)) problems.push(...toProblems(ajv.errors ?? []));
  for (const subschema of subschemas(rest)) {
    problems.push(...keywordProblems(ajv, subschema), ...patternProblems(subschema));
    const { $ref: reference } = subschema.schema;
    if (typeof reference !== "string" || reference.startsWith("#")) continue;
    const dataType = dataTypeReference.exec(reference)?.[1];
    const path = `${subschema.path}/$ref`;
    if (dataType) references.push({ path, dataType });
    else
      problems.push({
        path,
        message: `"${reference}" is neither a data type (namespace/Type) nor a place in this file (#/…)`,
      });
  }
  return { problems, references };
}

function keywordProblems(ajv: Ajv2020, { path, schema }: Subschema): Problem[] {
  const problems: Problem[] = [];
  for (const keyword of Object.keys(schema)) {
    if (keyword === "$id") problems.push({ path: `${path}/$id`, message: "is allowed only at the top of the file" });
    else if (!ajv.RULES.keywords[keyword]) {
      problems.push({ path: path + pointerPart(keyword), message: "is not a keyword of JSON Schema 2020-12" });
    }
  }
  const { format } = schema;
  if (typeof format === "string" && !Object.hasOwn(ajv.formats, format)) {
    problems.push({ path: `${path}/format`, message: `"${format}" is not a known format` });
  }
  return problems;
}

function patternProblems({ path, schema }: Subschema): Problem[] {
  const { pattern, patternProperties } = schema;
  const patterns: [string, string][] = typeof pattern === "string" ? [[`${path}/pattern`, pattern]] : [];
  if (isJsonObject(patternProperties)) {
    for (const name of Object.keys(patternProperties)) {
      patterns.push([`${path}/patternProperties${pointerPart(name)}`, name]);
    }
  }
  return patterns.flatMap(([where, text]) => {
    try {
      compilePattern(text);
      return [];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return [{ path: where, message: `is not a pattern of linear time (RE2 syntax): ${reason}` }];
    }
  });
}
