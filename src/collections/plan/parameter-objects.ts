import type { InstalledCollection } from "../../core/collection.js";
import { isJsonObject, type Json } from "../../core/json.js";
import { type CanonicalObject, canonicalYaml } from "./canonical-objects.js";

/**
 * Gives the parameters of an installed collection as objects: what they are, and their value.
 * @param given Names of the secrets that are given now; of a secret nothing more is ever said.
 */
export function parameterObjects(
  { collection, parameters }: Pick<InstalledCollection, "collection" | "parameters">,
  given: ReadonlySet<string> = new Set(),
): readonly CanonicalObject[] {
  const { properties } = collection.parameters;
  if (!isJsonObject(properties)) return [];
  return Object.entries(properties).map(([name, schema]) => {
    const secret = isJsonObject(schema) && schema.writeOnly === true;
    const value = secret ? secretValue(given.has(name)) : parameters[name];
    const { examples: _examples, ...rest } = isJsonObject(schema) ? schema : {};
    const shown: Json = value === undefined ? rest : { ...rest, value };
    return { kind: "parameter", name, text: canonicalYaml(shown) };
  });
}

function secretValue(given: boolean): string {
  return given ? "(a secret, given now)" : "(a secret)";
}
