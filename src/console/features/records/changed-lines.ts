import { isJsonObject, type Json } from "../../../core/json.js";

/** Gives what differs between two documents, a line for each value: `- /status: "cart"`, `+ /status: "complete"`. */
export function toChangedLines(before: Json, after: Json): string {
  const [old, now] = [flatten(before), flatten(after)];
  const paths = [...new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path));
  const lines = paths.flatMap((path) => [...lineOf("-", path, old), ...lineOf("+", path, now)]);
  return lines.join("\n");
}

function lineOf(sign: string, path: string, values: ReadonlyMap<string, string>): string[] {
  const value = values.get(path);
  return value === undefined ? [] : [`${sign} ${path}: ${value}`];
}

/** Every value that has no further ones in it, by its path. */
function flatten(value: Json, path = "", into = new Map<string, string>()): Map<string, string> {
  const inner: [string | number, Json | undefined][] = Array.isArray(value)
    ? [...value.entries()]
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  if (inner.length === 0) {
    if (path !== "") into.set(path, JSON.stringify(value));
    return into;
  }
  for (const [name, each] of inner) if (each !== undefined) flatten(each, `${path}/${name}`, into);
  return into;
}
