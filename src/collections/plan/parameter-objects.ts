import { isDeepStrictEqual } from "node:util";
import type { Collection, InstalledCollection } from "../../core/collection.js";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { type CanonicalObject, canonicalYaml } from "./canonical-objects.js";

/** What a value is called that nobody has given. */
export const BY_DEFAULT = "by default";

/** What a plan is about, besides the parameters. */
interface Giving {
  /** Names of what is given now; of a secret nothing more is ever said. */
  readonly given?: ReadonlySet<string>;
  /** Names of the parameters that were there before: what becomes of them is said in any case. */
  readonly before?: ReadonlySet<string>;
}

/**
 * Gives the parameters of an installed collection as objects: what they are, and their value. Those that are new and have no value
 * are left out: nothing comes of them.
 */
export function parameterObjects(
  { collection, parameters }: Pick<InstalledCollection, "collection" | "parameters">,
  { given = new Set(), before }: Giving = {},
): readonly CanonicalObject[] {
  return Object.entries(schemasOf(collection.parameters)).flatMap(([name, schema]): CanonicalObject[] => {
    const secret = schema.writeOnly === true;
    const value = secret ? secretValue(given.has(name)) : parameters[name];
    const hasValue = secret ? given.has(name) : value !== undefined;
    if (before !== undefined && !before.has(name) && !hasValue) return [];
    const { examples: _examples, ...rest } = schema;
    const shown: Json = value === undefined ? rest : { ...rest, value };
    const isDefault = !secret && hasValue && !given.has(name) && isDeepStrictEqual(value, schema.default);
    const text = canonicalYaml(shown);
    return [{ kind: "parameter", name, text, ...(isDefault && { note: BY_DEFAULT }) }];
  });
}

/** Names of a collection's parameters. */
export function parameterNames({ parameters }: Pick<Collection, "parameters">): ReadonlySet<string> {
  return new Set(Object.keys(schemasOf(parameters)));
}

function schemasOf({ properties }: Collection["parameters"]): Readonly<Record<string, JsonObject>> {
  if (!isJsonObject(properties)) return {};
  return Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, isJsonObject(one) ? one : {}]));
}

function secretValue(given: boolean): string {
  return given ? "(a secret, given now)" : "(a secret)";
}
