import type { DataTypeDefinition } from "../core/collection.js";
import { isJsonObject, type JsonObject } from "../core/json.js";
import { type CompiledDataTypes, compileDataTypes } from "./data-types.js";
import { type ProblemList, pointerPart } from "./problem-list.js";
import type { Located } from "./read-draft.js";
import { checkReference, type Surroundings } from "./surroundings.js";

const REMEDY = "Correct the schema; docs/collections.md says what a data type may have.";

interface Checking {
  readonly surroundings: Surroundings;
  readonly problems: ProblemList;
}

/**
 * Reports what is wrong with data types: their schemas, references, keys and indexes.
 *
 * @returns Those of the surroundings that could be compiled.
 */
export function checkDataTypes(
  own: readonly Located<DataTypeDefinition>[],
  { surroundings, problems }: Checking,
): CompiledDataTypes {
  const broken = new Set<string>();
  for (const { file, value } of own) {
    const schema = value.schema as JsonObject; // it was read from JSON
    const { problems: found, references } = surroundings.grammar.inspect(schema);
    problems.errors({ file, path: "" }, found, REMEDY);
    let sound = found.length === 0;
    for (const { path, dataType } of references) {
      const reference = { place: { file, path }, noun: "data type", name: dataType, names: surroundings.dataTypes };
      if (!checkReference(reference, surroundings, problems)) sound = false;
    }
    if (!sound) broken.add(value.name);
    checkKey(schema, file, problems);
    checkIndex(schema, file, { surroundings, problems });
  }
  const compiled = compileDataTypes([...surroundings.dataTypes.values()].filter(({ name }) => !broken.has(name)));
  for (const { file, value } of own) {
    const reason = compiled.failures.get(value.name);
    if (reason === undefined || refersToBroken(reason, broken)) continue;
    problems.error({ file, path: "" }, `cannot be compiled: ${reason}`, REMEDY);
  }
  return compiled;
}

/** A data type that only fails because another one does is not reported a second time. */
function refersToBroken(reason: string, broken: ReadonlySet<string>): boolean {
  return [...broken].some((name) => reason.includes(name));
}

function checkKey(schema: JsonObject, file: string, problems: ProblemList): void {
  const key = Array.isArray(schema["x-key"]) ? schema["x-key"] : [];
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  for (const [index, field] of key.entries()) {
    const property = properties[String(field)];
    const place = { file, path: `/x-key${pointerPart(index)}` };
    if (!isJsonObject(property)) problems.error(place, `${field} is not one of the properties`, "Add the property.");
    else if (property.type !== "string" && property.type !== "integer") {
      problems.error(place, `${field} must be a string or an integer`, "Correct the type of the property.");
    }
  }
  if (schema["x-quarantine"] === true && key.length === 0) {
    const remedy = "Remove it, or give the data type an x-key.";
    problems.error({ file, path: "/x-quarantine" }, "needs an x-key: there are no records of it", remedy);
  }
  const first = properties[String(key[0])];
  const single = key.length === 1 && isJsonObject(first) && first.type === "string";
  if (schema["x-key-auto"] !== true || single) return;
  problems.error({ file, path: "/x-key-auto" }, "needs an x-key of one string", "Remove it or correct x-key.");
}

function checkIndex(schema: JsonObject, file: string, { surroundings, problems }: Checking): void {
  const paths = Array.isArray(schema["x-index"]) ? schema["x-index"] : [];
  for (const [index, path] of paths.entries()) {
    const type = typeAt(schema, String(path).split("."), surroundings);
    if (type === undefined || ["string", "integer", "number"].some((known) => type.includes(known))) continue;
    const place = { file, path: `/x-index${pointerPart(index)}` };
    problems.error(place, `${path} is not a string or number of this data type`, "Correct the path, or remove it.");
  }
}

/** The types of the field at a path, through references; undefined when a reference leads nowhere. */
function typeAt(
  schema: JsonObject,
  path: readonly string[],
  surroundings: Surroundings,
): readonly unknown[] | undefined {
  const target = followed(schema, surroundings);
  if (!target) return undefined;
  const [name, ...rest] = path;
  if (name === undefined) return [target.type].flat();
  const member = isJsonObject(target.properties) ? target.properties[name] : undefined;
  return isJsonObject(member) ? typeAt(member, rest, surroundings) : [];
}

function followed(schema: JsonObject, { dataTypes }: Surroundings): JsonObject | undefined {
  if (typeof schema.$ref !== "string") return schema;
  return dataTypes.get(schema.$ref)?.schema as JsonObject | undefined; // definitions are read from JSON
}
