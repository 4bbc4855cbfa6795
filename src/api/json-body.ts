import { isUtf8 } from "node:buffer";
import { PatchbayError } from "../core/errors.js";
import { isJsonObject, type Json } from "../core/json.js";
import { findJsonFault } from "./json-fault.js";

const MAX_DEPTH = 64;
/** A text without any of these cannot hide a forbidden name, however it is escaped. */
const suspicious = /__proto__|prototype|\\u/;

/**
 * Parses JSON from outside.
 *
 * @throws BODY_EMPTY, BODY_NOT_JSON (with line and column), BODY_TOO_DEEP, BODY_UNSAFE
 */
export function parseJson(bytes: Buffer): Json {
  if (!isUtf8(bytes)) throw new PatchbayError("BODY_NOT_JSON", "The body is not valid UTF-8");
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  const value = parse(text);
  inspect(value, { depth: 1, names: suspicious.test(text) });
  return value;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    if (text.trim() === "") throw new PatchbayError("BODY_EMPTY", "The body is empty");
    const { line, column, message } = findJsonFault(text);
    throw new PatchbayError("BODY_NOT_JSON", `Line ${line}, column ${column}: ${message}`, { line, column });
  }
}

function inspect(value: Json, { depth, names }: { depth: number; names: boolean }): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > MAX_DEPTH) {
    throw new PatchbayError("BODY_TOO_DEEP", `The body has more than ${MAX_DEPTH} levels of objects and arrays`);
  }
  if (names && !Array.isArray(value)) refuseUnsafeNames(value);
  const inside = { depth: depth + 1, names };
  if (Array.isArray(value)) {
    for (const item of value) inspect(item, inside);
    return;
  }
  for (const name of Object.keys(value)) inspect(value[name] as Json, inside);
}

/** Refuses what would change every object if some code later copied members carelessly. */
function refuseUnsafeNames(value: { [name: string]: Json }): void {
  const unsafe = Object.hasOwn(value, "__proto__")
    ? "__proto__"
    : Object.hasOwn(value, "constructor") &&
        isJsonObject(value.constructor) &&
        Object.hasOwn(value.constructor, "prototype")
      ? "constructor with prototype inside"
      : null;
  if (unsafe !== null) throw new PatchbayError("BODY_UNSAFE", `The body has a member called ${unsafe}`);
}
