import type { JsonSchema } from "../../core/json.js";

/** Gives the schemas of `$defs` that something refers to, directly or through others. */
export function reachable(root: unknown, $defs: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  const found = new Map<string, JsonSchema>();
  const waiting = namesIn(root);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const definition = Object.hasOwn($defs, name) ? $defs[name] : undefined;
    if (definition === undefined || found.has(name)) continue;
    found.set(name, definition);
    for (const next of namesIn(definition)) waiting.push(next);
  }
  return Object.fromEntries(found);
}

/** Names that a JSON value refers to as `#/$defs/<name>`, at any depth. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([keyword, member]) => {
    const name = keyword === "$ref" ? nameIn(member) : null;
    return name === null ? namesIn(member) : [name];
  });
}

function nameIn(reference: unknown): string | null {
  if (typeof reference !== "string") return null;
  return /^#\/\$defs\/([^/]+)/.exec(reference)?.[1] ?? null;
}
