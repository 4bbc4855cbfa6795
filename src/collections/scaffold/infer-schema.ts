import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { pointerPart } from "../problem-list.js";

/** Something that was concluded from samples and may be wrong, for a person to look at. */
export interface Guess {
  /** JSON pointer into the record. */
  readonly path: string;
  /** `is an e-mail address (format: email)`, as the second half of a sentence. */
  readonly message: string;
}

/** A schema that fits every sample, with what was guessed. */
export interface Inferred {
  readonly schema: JsonObject;
  readonly guesses: readonly Guess[];
}

/** Names of fields that identify a record, the best first. */
const keyNames = ["id", "number", "key", "code", "sku", "uuid", "reference", "ref", "token"];

const formats: readonly (readonly [string, RegExp, string])[] = [
  ["date-time", /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/, "is an instant"],
  ["date", /^\d{4}-\d\d-\d\d$/, "is a date"],
  ["email", /^[^@\s]+@[^@\s]+\.[^@\s]+$/, "is an e-mail address"],
  ["uri", /^https?:\/\/\S+$/, "is an address on the web"],
];

const PHONE_NAME = /phone|mobile|^tel$/i;
const E164 = /^\+[1-9]\d{6,14}$/;
const PERSON =
  /phone|mobile|^tel$|e_?mail|(^|_)(first|last|full|sur|given|family)?_?name$|address\d?$|street|zip|postal/i;

/** Samples nest no deeper than collections may. */
const MAX_DEPTH = 32;

/**
 * Infers the schema of records from samples: what all of them have is required, and what looks like a date, an address or a key is
 * said to be one.
 *
 * @param name `namespace/Type`.
 */
export function inferSchema(name: string, samples: readonly JsonObject[]): Inferred {
  const guesses: Guess[] = [];
  const guess = (path: string, message: string): void => void guesses.push({ path, message });
  const inferred = inferObject(samples, { path: "", depth: 0, guess });
  const key = keyOf(samples, guess);
  const properties = isJsonObject(inferred.properties) ? inferred.properties : {};
  const [only] = samples;
  if (samples.length === 1 && only !== undefined) {
    guess("", "was seen once: what this one sample has is required, so give several where members may be missing");
  }
  const schema: JsonObject = {
    $id: name,
    title: name.split("/")[1] ?? name,
    type: "object",
    ...key.keywords,
    ...inferred,
    properties: { ...key.properties, ...properties },
  };
  return { schema, guesses };
}

interface Place {
  readonly path: string;
  readonly depth: number;
  readonly guess: (path: string, message: string) => void;
}

function inferObject(samples: readonly JsonObject[], place: Place): JsonObject {
  const names = [...new Set(samples.flatMap((sample) => Object.keys(sample)))];
  const required = names.filter((name) => samples.every((sample) => sample[name] !== undefined));
  const properties = names.map((name) => {
    const values = samples.flatMap((sample) => (sample[name] === undefined ? [] : [sample[name]]));
    const path = place.path + pointerPart(name);
    return [name, inferMember(name, values, { ...place, path, depth: place.depth + 1 })] as const;
  });
  return { ...(required.length > 0 && { required }), properties: Object.fromEntries(properties) };
}

function inferMember(name: string, values: readonly Json[], place: Place): JsonObject {
  const schema = inferValue(values, place);
  const texts = values.filter((value) => typeof value === "string");
  if (texts.length === 0 && schema.type !== "object") return schema;
  if (schema.type === "object" || !PERSON.test(name)) return schema;
  place.guess(place.path, "says something about a person (x-pii)");
  return { ...schema, "x-pii": true };
}

function inferValue(values: readonly Json[], place: Place): JsonObject {
  const types = [...new Set(values.map(typeOf))].sort();
  const narrowed = types.includes("number") ? types.filter((type) => type !== "integer") : types;
  const known = narrowed.filter((type) => type !== "null");
  if (known.length === 0) {
    place.guess(place.path, "is null in every sample, so it may be anything");
    return {};
  }
  if (known.length > 1) {
    place.guess(place.path, `is ${known.join(" or ")}`);
    return { type: narrowed };
  }
  const type = narrowed.length === 1 ? (known[0] ?? "string") : narrowed;
  if (known[0] === "object") {
    const inner = place.depth > MAX_DEPTH ? {} : inferObject(values.filter(isJsonObject), place);
    return { type, ...inner };
  }
  if (known[0] === "array") return { type, ...inferItems(values, place) };
  return { type, ...(known[0] === "string" && inferText(values, place)) };
}

function inferItems(values: readonly Json[], place: Place): JsonObject {
  const items = values.filter(Array.isArray).flat() as Json[];
  if (items.length === 0) {
    place.guess(place.path, "is empty in every sample, so it may have anything");
    return {};
  }
  return { items: inferValue(items, { ...place, path: `${place.path}/0`, depth: place.depth + 1 }) };
}

function inferText(values: readonly Json[], { path, guess }: Place): JsonObject {
  const texts = values.filter((value) => typeof value === "string");
  const [format, , words] = formats.find(([, pattern]) => texts.every((text) => pattern.test(text))) ?? [];
  if (format !== undefined) {
    guess(path, `${words} (format: ${format})`);
    return { format };
  }
  const name = path.split("/").at(-1) ?? "";
  if (PHONE_NAME.test(name) && texts.every((text) => E164.test(text))) {
    guess(path, "is a phone number with its country code (pattern)");
    return { pattern: "^\\+[1-9][0-9]{6,14}$" };
  }
  return {};
}

function typeOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

interface Key {
  readonly keywords: JsonObject;
  /** Of a field that no sample has. */
  readonly properties: JsonObject;
}

function keyOf(samples: readonly JsonObject[], guess: Place["guess"]): Key {
  const fits = (name: string): boolean =>
    samples.every(
      (sample) => (typeof sample[name] === "string" && sample[name] !== "") || Number.isInteger(sample[name]),
    );
  const unique = (name: string): boolean => new Set(samples.map((sample) => sample[name])).size === samples.length;
  const names = Object.keys(samples[0] ?? {}).filter((name) => fits(name) && unique(name));
  const named =
    keyNames.find((name) => names.includes(name)) ?? names.find((name) => /(_id|Id|_number|Number)$/.test(name));
  if (named !== undefined) {
    guess(pointerPart(named), "names a record: the same again is an update (x-key)");
    return { keywords: { "x-key": [named] }, properties: {} };
  }
  guess(
    "/id",
    "is made up for each record, because no member looks like a key: pushing one again is another record (x-key-auto)",
  );
  return { keywords: { "x-key": ["id"], "x-key-auto": true }, properties: { id: { type: "string" } } };
}
