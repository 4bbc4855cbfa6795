import { isJsonObject, type JsonObject, type JsonSchema } from "../../core/json.js";

/** A leaf of a data type: what a mapping has on its left or its right. */
export interface Leaf {
  /** Names from the top, such as `["shipping_address", "phone"]`. */
  readonly path: readonly string[];
  /** `string`, `number`, …; null when it may be several. */
  readonly type: string | null;
  readonly format: string | null;
  readonly required: boolean;
}

/** What one leaf of the target could be made of. */
export interface Suggestion {
  readonly to: Leaf;
  /** Null when nothing is alike enough. */
  readonly from: Leaf | null;
  /** From 0 to 1: how much their names and types are alike. */
  readonly score: number;
}

/** Gives the schema of a data type (`namespace/Type`), or null. */
export type SchemaOf = (dataType: string) => JsonSchema | null;

/** Less than this is no suggestion. */
const LEAST_SCORE = 0.45;
const MAX_DEPTH = 6;

/** Words for the same thing. */
const synonyms: readonly (readonly string[])[] = [
  ["phone", "mobile", "tel", "telephone", "cell"],
  ["message", "body", "text", "content"],
  ["id", "number", "code", "key", "reference"],
  ["name", "title", "label"],
  ["firstname", "givenname", "forename"],
  ["lastname", "surname", "familyname"],
  ["email", "mail", "emailaddress"],
  ["zip", "zipcode", "postcode", "postalcode"],
  ["created", "placed", "date"],
  ["total", "amount", "price", "sum"],
  ["from", "sender"],
  ["to", "recipient", "phone"],
];

/** Lists the leaves of a data type; lists are leaves. */
export function leavesOf(schema: JsonSchema, schemaOf: SchemaOf): readonly Leaf[] {
  const walk = (part: JsonSchema, at: { path: readonly string[]; root: JsonSchema; required: boolean }): Leaf[] => {
    const { schema: found, root } = resolved(part, at.root, schemaOf);
    if (found === null || at.path.length > MAX_DEPTH) return [];
    if (!isJsonObject(found.properties)) return at.path.length === 0 ? [] : [toLeaf(found, at)];
    const needed = new Set(Array.isArray(found.required) ? found.required : []);
    return Object.entries(found.properties).flatMap(([name, member]) =>
      isJsonObject(member)
        ? walk(member, { path: [...at.path, name], root, required: at.required && needed.has(name) })
        : [],
    );
  };
  return walk(schema, { path: [], root: schema, required: true });
}

function resolved(
  part: JsonSchema,
  root: JsonSchema,
  schemaOf: SchemaOf,
): { readonly schema: JsonSchema | null; readonly root: JsonSchema } {
  if (typeof part.$ref !== "string") return { schema: part, root };
  const [dataType = "", pointer = ""] = part.$ref.split("#");
  const document = dataType === "" ? root : schemaOf(dataType);
  const found = pointer
    .split("/")
    .slice(1)
    .reduce((inner: unknown, name) => (isJsonObject(inner) ? inner[name] : undefined), document);
  return { schema: isJsonObject(found) ? found : null, root: document ?? root };
}

function toLeaf(schema: JsonSchema, { path, required }: { path: readonly string[]; required: boolean }): Leaf {
  const types = [schema.type].flat().filter((type) => typeof type === "string" && type !== "null");
  const type = types.length === 1 ? String(types[0]) : null;
  return { path, type, format: typeof schema.format === "string" ? schema.format : null, required };
}

/** Suggests for each leaf of the target what it could be made of, by name and type; pure, and the same every time. */
export function suggestMapping(from: readonly Leaf[], to: readonly Leaf[]): readonly Suggestion[] {
  return to.map((target) => {
    let best: Suggestion = { to: target, from: null, score: 0 };
    for (const source of from) {
      const score = scoreOf(source, target);
      if (score >= LEAST_SCORE && score > best.score) best = { to: target, from: source, score };
    }
    return best;
  });
}

function scoreOf(source: Leaf, target: Leaf): number {
  const compatible = typesFit(source, target);
  if (compatible === 0) return 0;
  const own = similarity(source.path.at(-1) ?? "", target.path.at(-1) ?? "");
  const around = similarity(source.path.slice(0, -1).join(" "), target.path.slice(0, -1).join(" "));
  // The nearer to the top, the more it is about the record itself.
  const nearness = 1 - 0.02 * Math.abs(source.path.length - target.path.length);
  const score = (own * 0.9 + (own > 0 ? around * 0.1 : 0)) * compatible * nearness;
  return Math.round(score * 100) / 100;
}

function typesFit(source: Leaf, target: Leaf): number {
  if (source.type === null || target.type === null) return 0.9;
  if (source.type === target.type) return source.format === target.format || target.format === null ? 1 : 0.8;
  if (source.type === "integer" && target.type === "number") return 1;
  const plain = ["string", "number", "integer"];
  return plain.includes(source.type) && plain.includes(target.type) ? 0.7 : 0;
}

/** 1 for the same words, less for words that mean the same or are part of it. */
function similarity(first: string, second: string): number {
  const [a, b] = [wordsOf(first), wordsOf(second)];
  if (a.join("") === b.join("")) return 1;
  if (a.length === 0 || b.length === 0) return 0;
  if (synonymous(a.join(""), b.join(""))) return 0.8;
  const shared = a.filter((word) => b.some((other) => other === word || synonymous(word, other))).length;
  return (0.9 * 2 * shared) / (a.length + b.length);
}

function synonymous(first: string, second: string): boolean {
  return synonyms.some((group) => group.includes(first) && group.includes(second));
}

function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/** Writes a path as JSONata has it. */
export function jsonataPath(path: readonly string[]): string {
  return path.map((name) => (/^[A-Za-z_]\w*$/.test(name) ? name : `\`${name}\``)).join(".");
}

/** What a skeleton has where it can say more than a path does. */
export interface SkeletonRules {
  /** Expressions by the target's name, which go before suggestions. */
  readonly instead: Readonly<Record<string, string>>;
  /** How a phone number is read: `$phone(<path>, <country>)`. */
  readonly country: string;
  /** What stands for fields for which nothing was found; absent where they are only named in a comment. */
  readonly otherwise?: string;
}

/**
 * Writes a mapping as a JSONata object. What nothing was suggested for stands in a comment, so that it parses as it is.
 */
export function toSkeleton(suggestions: readonly Suggestion[], { instead, country, otherwise }: SkeletonRules): string {
  const open: string[] = [];
  const members: JsonObject = {};
  for (const { to, from } of suggestions) {
    const own = to.path.length === 1 ? instead[to.path[0] ?? ""] : undefined;
    const expression = own ?? (from === null ? null : expressionOf(from, to, country));
    const written = expression ?? otherwise;
    if (written !== undefined) put(members, to.path, written);
    if (expression === null) open.push(describe(to));
  }
  const comment = open.length === 0 ? "" : `/* Nothing was found for: ${open.join(", ")} */\n`;
  return comment + written(members, "");
}

function describe({ path, type, required }: Leaf): string {
  return `${path.join(".")} (${type ?? "any"}${required ? ", required" : ""})`;
}

function expressionOf(from: Leaf, to: Leaf, country: string): string {
  const path = jsonataPath(from.path);
  if (to.type === "string" && /phone|mobile|^tel$/i.test(to.path.at(-1) ?? "")) return `$phone(${path}, ${country})`;
  if (to.type === "string" && from.type !== "string" && from.type !== null) return `$string(${path})`;
  if ((to.type === "number" || to.type === "integer") && from.type === "string") return `$number(${path})`;
  return path;
}

function put(target: JsonObject, [name = "", ...rest]: readonly string[], expression: string): void {
  if (rest.length === 0) {
    target[name] = expression;
    return;
  }
  const inner = isJsonObject(target[name]) ? target[name] : {};
  target[name] = inner;
  put(inner, rest, expression);
}

function written(members: JsonObject, indent: string): string {
  const lines = Object.entries(members).map(
    ([name, member]) =>
      `${indent}  ${JSON.stringify(name)}: ${isJsonObject(member) ? written(member, `${indent}  `) : String(member)}`,
  );
  return `{\n${lines.join(",\n")}\n${indent}}`;
}
