import type { Ajv2020, ErrorObject } from "ajv/dist/2020.js";
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../core/json.js";
import { toProblems } from "./plain-words.js";
import { below, type Place, type ProblemList } from "./problem-list.js";
import { createSchemaCompiler } from "./schema-compiler.js";

/** What a template is compared with. */
export interface PayloadChecking {
  /** `http/create-order`, for messages. */
  readonly endpoint: string;
  readonly schema: JsonSchema;
  readonly problems: ProblemList;
}

/**
 * Reports what a template gives that the schema does not take, as far as that can be said before any expression is evaluated:
 * members that are missing, known to nobody or of the wrong kind. What is under an expression is left alone.
 */
export function checkPayload(template: JsonObject, place: Place, checking: PayloadChecking): void {
  const { endpoint, schema, problems } = checking;
  for (const problem of toProblems(literalErrors(template, schema))) {
    const at = { file: place.file, path: place.path + problem.path };
    problems.error(at, `${problem.message} (${endpoint})`, "Correct with; the endpoint's schema says what it takes.");
  }
  warnOfStrangers(template, { place, schema, checking });
}

function literalErrors(template: JsonObject, schema: JsonSchema): ErrorObject[] {
  const validate = compile(schema);
  if (validate === null || validate(template)) return [];
  const errors = validate.errors ?? [];
  // A choice that holds an expression anywhere may be right with what the expression gives.
  const open = errors.filter(
    ({ keyword, instancePath }) =>
      (keyword === "anyOf" || keyword === "oneOf" || keyword === "not" || keyword === "if") &&
      hasExpression(at(template, instancePath)),
  );
  return errors.filter(
    (error) =>
      !isUnderExpression(template, error.instancePath) &&
      !open.some(({ schemaPath, keyword }) => error.schemaPath === schemaPath || isBranch(error, schemaPath, keyword)),
  );
}

function isBranch({ schemaPath }: ErrorObject, choice: string, keyword: string): boolean {
  return schemaPath.startsWith(`${choice}/`) || (keyword === "if" && schemaPath.startsWith(choice.replace(/if$/, "")));
}

function compile(schema: JsonSchema): ReturnType<Ajv2020["compile"]> | null {
  try {
    return createSchemaCompiler({ validateSchema: false }).compile({ ...schema });
  } catch {
    // What is wrong with the schema is reported where it stands.
    return null;
  }
}

function isExpression(value: Json | undefined): boolean {
  return typeof value === "string" && value.startsWith("=") && !value.startsWith("==");
}

function hasExpression(value: Json | undefined): boolean {
  if (isExpression(value)) return true;
  if (Array.isArray(value)) return value.some(hasExpression);
  return isJsonObject(value) && Object.values(value).some(hasExpression);
}

function isUnderExpression(template: Json, pointer: string): boolean {
  return isExpression(at(template, pointer));
}

function at(value: Json | undefined, pointer: string): Json | undefined {
  return pointer
    .split("/")
    .slice(1)
    .reduce<Json | undefined>((here, part) => {
      const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
      if (Array.isArray(here)) return here[Number(name)];
      return isJsonObject(here) && Object.hasOwn(here, name) ? here[name] : undefined;
    }, value);
}

interface Walk {
  readonly place: Place;
  readonly schema: JsonSchema;
  readonly checking: PayloadChecking;
}

/** Members that an open schema does not name are allowed, but as a rule misspelt. */
function warnOfStrangers(template: Json, { place, schema, checking }: Walk): void {
  const resolved = resolve(schema, checking.schema);
  if (Array.isArray(template)) {
    const { items } = resolved;
    if (!isJsonObject(items)) return;
    for (const [index, item] of template.entries()) {
      warnOfStrangers(item, { place: below(place, index), schema: items, checking });
    }
    return;
  }
  const { properties } = resolved;
  if (!isJsonObject(template) || !isJsonObject(properties)) return;
  for (const [name, value] of Object.entries(template)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const where = below(place, name);
    if (isJsonObject(known)) warnOfStrangers(value, { place: where, schema: known, checking });
    if (known !== undefined || !isPlain(resolved)) continue;
    const names = Object.keys(properties).slice(0, 30).join(", ");
    checking.problems.warning(where, `is not known to ${checking.endpoint}`, `It knows ${names}.`);
  }
}

/** Whether all members that a schema has a word for are in its `properties`, and others are not refused anyway. */
function isPlain(schema: JsonSchema): boolean {
  const others = ["allOf", "anyOf", "oneOf", "if", "patternProperties", "additionalProperties", "dependentSchemas"];
  return !others.some((keyword) => schema[keyword] !== undefined && schema[keyword] !== true);
}

function resolve(schema: JsonSchema, root: JsonSchema, hops = 0): JsonSchema {
  const { $ref: reference } = schema;
  const name = typeof reference === "string" ? /^#\/\$defs\/([^/]+)$/.exec(reference)?.[1] : undefined;
  const { $defs } = root;
  const found = name !== undefined && isJsonObject($defs) && Object.hasOwn($defs, name) ? $defs[name] : undefined;
  return isJsonObject(found) && hops < 20 ? resolve(found, root, hops + 1) : schema;
}
