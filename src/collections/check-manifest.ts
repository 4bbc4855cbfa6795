import semver from "semver";
import type { Collection } from "../core/collection.js";
import { isJsonObject, type JsonObject, type JsonSchema } from "../core/json.js";
import type { SchemaInspector } from "./inspect-schema.js";
import { type Place, type ProblemList, pointerPart } from "./problem-list.js";
import { MANIFEST_FILE, type Manifest } from "./read-draft.js";
import { compileSchemaCheck } from "./schema-compiler.js";
import { BUILT_IN, LOCAL } from "./surroundings.js";

/** What a collection requires and does not find. */
export interface Requirement {
  readonly name: string;
  readonly range: string;
  /** The version that is installed; null when none is. */
  readonly installed: string | null;
}

/** What a manifest is checked with. */
export interface ManifestChecking {
  readonly installed: readonly Pick<Collection, "name" | "version">[];
  readonly inspect: SchemaInspector;
  readonly problems: ProblemList;
}

/**
 * Reports a version, ranges, parameters and a name that cannot be right.
 *
 * @returns Requirements that are not satisfied by what is installed; they are in the list, too.
 */
export function checkManifest(manifest: Manifest, { installed, inspect, problems }: ManifestChecking): Requirement[] {
  const at = (path: string) => ({ file: MANIFEST_FILE, path });
  if (manifest.name === LOCAL) {
    problems.error(at("/name"), `${LOCAL} is the namespace of flows without a collection`, "Choose another name.");
  }
  if (manifest.name === BUILT_IN) {
    problems.error(at("/name"), `${BUILT_IN} is the namespace of what Patchbay has itself`, "Choose another name.");
  }
  if (manifest.version !== "" && semver.valid(manifest.version) !== manifest.version) {
    problems.error(at("/version"), `"${manifest.version}" is not a semantic version`, "Write it as 1.0.0.");
  }
  checkParameters(manifest, inspect, problems);
  return Object.entries(manifest.requires).flatMap(([name, range]) => {
    const place = at(`/requires${pointerPart(name)}`);
    if (name === manifest.name) problems.error(place, "a collection cannot require itself", "Remove the line.");
    if (semver.validRange(range) === null) {
      problems.error(place, `"${range}" is not a range of versions`, "Write it as ^1.0.0.");
      return [];
    }
    const version = installed.find((collection) => collection.name === name)?.version ?? null;
    if (version !== null && semver.satisfies(version, range)) return [];
    const requirement = { name, range, installed: version };
    problems.error(place, describeRequirement(requirement), `Install a version of ${name} that is in ${range}.`);
    return [requirement];
  });
}

/** Says which requirement is not satisfied: `ecommerce ^1.0.0 is required, but it is not installed`. */
export function describeRequirement({ name, range, installed }: Requirement): string {
  return `${name} ${range} is required, but ${installed === null ? "it is not" : `${installed} is`} installed`;
}

function checkParameters({ parameters }: Manifest, inspect: SchemaInspector, problems: ProblemList): void {
  const place = { file: MANIFEST_FILE, path: "/parameters" };
  const remedy = "Correct the JSON Schema of the parameters.";
  const { problems: found, references } = inspect(parameters as JsonObject); // it was read from JSON
  problems.errors(place, found, remedy);
  for (const { path } of references) {
    problems.error(
      { ...place, path: place.path + path },
      "parameters cannot refer to data types",
      "Write the schema here.",
    );
  }
  const sound = found.length === 0 && references.length === 0 && compiles(parameters, place, problems);
  checkDefaults(parameters, { sound, problems });
}

function compiles(parameters: JsonSchema, place: Place, problems: ProblemList): boolean {
  try {
    compileSchemaCheck(parameters);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.error(place, `cannot be compiled: ${reason}`, "Correct the JSON Schema of the parameters.");
    return false;
  }
}

function checkDefaults(
  { properties }: JsonSchema,
  { sound, problems }: { sound: boolean; problems: ProblemList },
): void {
  for (const [name, schema] of Object.entries(isJsonObject(properties) ? properties : {})) {
    if (!isJsonObject(schema) || schema.default === undefined) continue;
    const place = { file: MANIFEST_FILE, path: `/parameters/properties${pointerPart(name)}/default` };
    const { $ref: reference } = schema;
    if (schema.writeOnly === true) {
      problems.error(place, "a secret cannot have a default", "Remove the default: everybody could read it.");
    } else if (sound && reference === undefined) {
      problems.errors(place, compileSchemaCheck(schema)(schema.default), "Correct the default.");
    }
  }
}
