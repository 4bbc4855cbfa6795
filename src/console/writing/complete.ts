import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../../core/json.js";

/** What expressions may see: an example of it, and what is known of its shape. */
export interface Known {
  readonly example: Json | undefined;
  readonly schema: JsonSchema | null;
}

/** What the expressions at one place see, by name: `record`, `steps`, `params`, …; `""` is where paths start. */
export type Sight = Readonly<Record<string, Known>>;

/** Something that may be written. */
export interface Option {
  readonly label: string;
  readonly detail: string;
  readonly kind: "field" | "variable" | "function";
}

export interface Completion {
  /** How much of what stands before the cursor it takes the place of. */
  readonly length: number;
  readonly options: readonly Option[];
}

/** Gives the schema of a data type, for references between them. */
export type SchemaOf = (dataType: string) => JsonSchema | null;

const own = {
  phone: "(number, country?) E.164",
  segments: "(text) how many SMS segments",
  hash: "(text) SHA-256, hex",
  base64: "(text) Base64",
  uuid: "() a random UUID",
  money: "(amount, currency, locale?)",
  fail: "(message) refuses the record",
} as const;

const standard =
  "abs append average base64decode boolean ceil contains count distinct each eval exists filter floor formatBase formatInteger formatNumber fromMillis join keys length lookup lowercase map match max merge millis min not now number pad parseInteger power random reduce replace reverse round shuffle sift single sort split spread sqrt string substring substringAfter substringBefore sum toMillis trim type uppercase zip";

const functions: readonly Option[] = [
  ...Object.entries(own).map(([name, detail]): Option => ({ label: `$${name}`, detail, kind: "function" })),
  ...standard.split(" ").map((name): Option => ({ label: `$${name}`, detail: "", kind: "function" })),
];

const CHAIN = /((?:\$\w*|[A-Za-z_]\w*)(?:\[[^\]]*\])?(?:\.(?:[A-Za-z_]\w*)(?:\[[^\]]*\])?)*\.?|\$)$/;

/** Gives what may be written behind a text: names of fields, of variables, of functions. Null where nothing is begun. */
export function completeAt(before: string, sight: Sight, schemaOf: SchemaOf): Completion | null {
  const chain = CHAIN.exec(before)?.[1];
  if (chain === undefined) return null;
  const parts = chain.replaceAll(/\[[^\]]*\]/g, "").split(".");
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) {
    const variables = Object.keys(sight)
      .filter((name) => name !== "")
      .map((name): Option => ({ label: `$${name}`, detail: typeOf(sight[name]), kind: "variable" }));
    const all = [...fieldsOf(sight[""], schemaOf), ...variables, ...functions];
    return starting(all, last);
  }
  const [root = "", ...names] = parts.slice(0, -1);
  const start = root.startsWith("$") ? sight[root.slice(1)] : inside(sight[""], root, schemaOf);
  const found = names.reduce<Known | undefined>((known, name) => inside(known, name, schemaOf), start);
  return starting(fieldsOf(found, schemaOf), last);
}

function starting(options: readonly Option[], word: string): Completion {
  const wanted = options.filter(({ label }) => label.toLowerCase().startsWith(word.toLowerCase()) && label !== word);
  return { length: word.length, options: wanted };
}

function inside(known: Known | undefined, name: string, schemaOf: SchemaOf): Known | undefined {
  if (known === undefined) return undefined;
  const example = first(known.example);
  const schema = resolved(known.schema, schemaOf);
  const member = isJsonObject(schema?.properties) ? schema.properties[name] : undefined;
  const value = isJsonObject(example) && Object.hasOwn(example, name) ? example[name] : undefined;
  return { example: value, schema: isJsonObject(member) ? member : null };
}

function fieldsOf(known: Known | undefined, schemaOf: SchemaOf): readonly Option[] {
  if (known === undefined) return [];
  const schema = resolved(known.schema, schemaOf);
  const properties: JsonObject = isJsonObject(schema?.properties) ? schema.properties : {};
  const example = first(known.example);
  const names = new Set([...Object.keys(properties), ...(isJsonObject(example) ? Object.keys(example) : [])]);
  return [...names].map((name): Option => {
    const value = inside(known, name, schemaOf);
    return { label: quoted(name), detail: typeOf(value), kind: "field" };
  });
}

function quoted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name}\``;
}

/** A path leads into the items of a list. */
function first(value: Json | undefined): Json | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** Follows references, and goes into the items of lists. */
export function resolved(schema: JsonSchema | null, schemaOf: SchemaOf): JsonSchema | null {
  let now = schema;
  for (let depth = 0; now !== null && depth < 8; depth++) {
    if (typeof now.$ref === "string") now = schemaOf(now.$ref.split("#")[0] ?? "");
    else if (isJsonObject(now.items)) now = now.items;
    else return now;
  }
  return now;
}

function typeOf(known: Known | undefined): string {
  const { type, format } = known?.schema ?? {};
  if (typeof type === "string") return typeof format === "string" ? `${type}, ${format}` : type;
  const value = known?.example;
  if (value === undefined || value === null) return "";
  return Array.isArray(value) ? "list" : typeof value;
}
