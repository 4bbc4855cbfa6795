import { canonicalJson, isJsonObject, type Json } from "../../core/json.js";

/** From the top of a document to a value in it. */
export type Path = readonly (string | number)[];

/** Gives the value at a path; undefined when there is none. */
export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((inner, part) => {
    if (Array.isArray(inner)) return typeof part === "number" ? inner[part] : undefined;
    return isJsonObject(inner) && Object.hasOwn(inner, part) ? inner[part] : undefined;
  }, value);
}

/** Gives a document with another value at a path; undefined takes it away. */
export function changedAt(value: Json | undefined, path: Path, changed: Json | undefined): Json | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return changed;
  if (Array.isArray(value) && typeof first === "number") {
    const item = changedAt(value[first], rest, changed);
    return item === undefined ? withoutItem(value, first) : value.map((one, index) => (index === first ? item : one));
  }
  const members = isJsonObject(value) ? value : {};
  const member = changedAt(members[first], rest, changed);
  const { [first]: _, ...others } = members;
  if (member === undefined) return others;
  return Object.hasOwn(members, first) ? { ...members, [first]: member } : { ...members, [first]: member };
}

export function withItem(list: readonly Json[], index: number, item: Json): Json[] {
  return [...list.slice(0, index), item, ...list.slice(index)];
}

export function withoutItem(list: readonly Json[], index: number): Json[] {
  return list.filter((_, each) => each !== index);
}

/** Whether two documents say the same, in whatever order. */
export function sameJson(one: Json | undefined, other: Json | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return canonicalJson(one) === canonicalJson(other);
}

/** Writes a path as a JSON pointer. */
export function toPointer(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
