import { isJsonObject, type Json, type JsonObject } from "../../../core/json.js";

/** From the whole document to a value in it. */
export type JsonPath = readonly (string | number)[];

/** Gives a document with one value changed; undefined takes it away. What is on the way and not there yet is made. */
export function setIn(document: Json | undefined, path: JsonPath, value: Json | undefined): Json {
  const [first, ...rest] = path;
  if (first === undefined) return value ?? null;
  if (typeof first === "number") return setItem(Array.isArray(document) ? document : [], [first, rest], value);
  const object: JsonObject = isJsonObject(document) ? document : {};
  if (rest.length === 0 && value === undefined) {
    return Object.fromEntries(Object.entries(object).filter(([name]) => name !== first));
  }
  return { ...object, [first]: rest.length === 0 ? (value ?? null) : setIn(object[first], rest, value) };
}

function setItem(items: readonly Json[], [index, rest]: readonly [number, JsonPath], value: Json | undefined): Json[] {
  if (rest.length === 0 && value === undefined) return items.filter((_, place) => place !== index);
  const changed = rest.length === 0 ? (value ?? null) : setIn(items[index], rest, value);
  return index >= items.length ? [...items, changed] : items.map((item, place) => (place === index ? changed : item));
}
