import type { Collection, InstalledCollection } from "../core/collection.js";
import { describeProblems, PatchbayError, type Problem } from "../core/errors.js";
import { isJsonObject, type JsonObject } from "../core/json.js";
import type { Sealer } from "../secrets/sealer.js";
import { nearestName } from "./nearest-name.js";
import { pointerPart } from "./problem-list.js";
import { compileSchemaCheck } from "./schema-compiler.js";

/** A collection's parameters, secrets apart. */
export interface SplitParameters {
  readonly open: JsonObject;
  readonly secret: JsonObject;
}

/**
 * Puts parameters together: the given ones, else the installed ones, else the defaults. A given `null` forgets the
 * installed value. Installed values whose parameter no longer exists are dropped.
 *
 * @throws PARAMETERS_INVALID (details.problems) naming every parameter that is missing, wrong or unknown.
 */
export function mergeParameters(
  collection: Collection,
  given: JsonObject,
  installed: SplitParameters,
): SplitParameters {
  const known = parameterSchemas(collection);
  const before: JsonObject = { ...installed.open, ...installed.secret };
  const merged: JsonObject = {};
  for (const [name, schema] of Object.entries(known)) {
    const value = Object.hasOwn(given, name) ? given[name] : before[name];
    const chosen = value ?? schema.default;
    if (chosen !== undefined && chosen !== null) merged[name] = chosen;
  }
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(known, name));
  const problems = [
    ...unknown.map((name) => ({ path: pointerPart(name), message: unknownParameter(name, collection) })),
    ...compileSchemaCheck(collection.parameters)(merged),
  ];
  if (problems.length > 0) throw parametersInvalid(collection.name, problems);
  return split(merged, known);
}

/** Longer lists are looked up. */
const MOST_NAMED = 8;

/** Says what may have been meant, or else what there is. */
function unknownParameter(written: string, collection: Collection): string {
  const names = Object.keys(parameterSchemas(collection));
  const nearest = nearestName(written, names);
  const message = `is not a parameter of ${collection.name}`;
  if (nearest !== null) return `${message}: did you mean ${nearest}?`;
  if (names.length > MOST_NAMED) return message;
  return `${message}: it has ${names.length === 0 ? "none" : names.join(", ")}`;
}

/** Gives the parameters of an installed collection. @throws SECRET_UNREADABLE */
export function installedParameters(installed: InstalledCollection | undefined, sealer: Sealer): SplitParameters {
  if (!installed) return { open: {}, secret: {} };
  const { parameters, sealedSecrets } = installed;
  if (sealedSecrets === null) return { open: parameters, secret: {} };
  const secret: unknown = JSON.parse(sealer.open(sealedSecrets));
  return { open: parameters, secret: isJsonObject(secret) ? secret : {} };
}

/** Seals secrets for the store; null when there are none. */
export function sealSecrets(secret: JsonObject, sealer: Sealer): string | null {
  return Object.keys(secret).length === 0 ? null : sealer.seal(JSON.stringify(secret));
}

/** Makes the error that says which parameters are wrong. */
export function parametersInvalid(collection: string, problems: readonly Problem[]): PatchbayError {
  return new PatchbayError("PARAMETERS_INVALID", `Parameters of ${collection}: ${describeProblems(problems)}`, {
    problems,
  });
}

function parameterSchemas({ parameters }: Collection): Record<string, JsonObject> {
  const { properties } = parameters;
  if (!isJsonObject(properties)) return {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, isJsonObject(schema) ? schema : {}]),
  );
}

function split(merged: JsonObject, known: Record<string, JsonObject>): SplitParameters {
  const members = Object.entries(merged);
  const secret = ([name]: [string, unknown]): boolean => known[name]?.writeOnly === true;
  return {
    open: Object.fromEntries(members.filter((member) => !secret(member))),
    secret: Object.fromEntries(members.filter(secret)),
  };
}
