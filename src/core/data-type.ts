import type { Problem } from "./errors.js";
import type { JsonObject, JsonSchema } from "./json.js";

/** A named JSON Schema such as `ecommerce/Order`, compiled. */
export interface DataType {
  /** `namespace/Type`. */
  readonly name: string;
  readonly title: string;
  readonly schema: JsonSchema;
  /** The fields of the natural key (`x-key`), top-level names; empty when there are no records of it, only parts. */
  readonly key: readonly string[];
  /** Whether a missing key is made up (`x-key-auto: true`, single string key only). */
  readonly keyAuto: boolean;
  /** Whether a pushed record that does not fit is kept in quarantine for an operator (`x-quarantine: true`). */
  readonly quarantine: boolean;
  /** Searchable fields (`x-index`), as dotted paths such as `shipping_address.phone`. */
  readonly indexed: readonly string[];
  /** Lists what does not fit, all at once; empty when the record is valid. Never changes the record. */
  validate(record: JsonObject): Problem[];
}

const KEY_SEPARATOR = "~";

/**
 * Gives the natural key of a record as one string: the key fields joined by `~`, or null when one is missing or the data
 * type has no key (it is only a part of others, such as an address, and has no records).
 * Numbers are written as they are in JSON, so `{"id": 7}` and `{"id": "7"}` name the same record.
 */
export function keyOf(dataType: Pick<DataType, "key">, record: JsonObject): string | null {
  if (dataType.key.length === 0) return null;
  const parts: string[] = [];
  for (const field of dataType.key) {
    const value = record[field];
    if (typeof value === "number") parts.push(String(value));
    else if (typeof value === "string" && value !== "") parts.push(value);
    else return null;
  }
  return parts.join(KEY_SEPARATOR);
}

/** Gives the values of the indexed fields of a record, those that are present, as strings. */
export function indexedValues(dataType: Pick<DataType, "indexed">, record: JsonObject): Record<string, string> {
  const values: Record<string, string> = {};
  for (const path of dataType.indexed) {
    const value = valueAt(record, path.split("."));
    if (typeof value === "string" || typeof value === "number") values[path] = String(value);
  }
  return values;
}

function valueAt(record: JsonObject, path: readonly string[]): unknown {
  let value: unknown = record;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as JsonObject)[name];
  }
  return value;
}
