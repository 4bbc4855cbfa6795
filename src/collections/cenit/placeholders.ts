/** What an expression of a template stands for. */
export interface PlaceholderContext {
  /** Names that stand for the record itself: `source`, and the data type's (`order`). */
  readonly roots: readonly string[];
  /** Top-level members of the record, which go before names that stand for it. */
  readonly members: readonly string[];
  /** Parameters of the collection by the names that templates know; null for one that expressions may not read. */
  readonly parameters: ReadonlyMap<string, string | null>;
}

/** JSONata of one placeholder, or why there is none. */
export type Converted = { readonly expression: string } | { readonly problem: string };

const keywords = ["and", "or", "in", "true", "false", "null", "function"];
const MAX_LENGTH = 2_000;

/** Turns what stands in `{{ }}` into JSONata: a path, and filters that have an equivalent. */
export function convertPlaceholder(text: string, context: PlaceholderContext): Converted {
  if (text.length > MAX_LENGTH) return { problem: "it is too long" };
  const [head = "", ...filters] = splitOutsideQuotes(text, "|").map((part) => part.trim());
  const start = operand(head, context);
  if ("problem" in start) return start;
  let { expression } = start;
  for (const filter of filters) {
    const [, name = "", rest = ""] = /^([A-Za-z_]\w*)\s*:?\s*([\s\S]*)$/.exec(filter) ?? [];
    const given = rest.trim() === "" ? [] : splitOutsideQuotes(rest, ",").map((part) => operand(part.trim(), context));
    const wrong = given.find((one) => "problem" in one);
    if (wrong !== undefined && "problem" in wrong) return wrong;
    const made = applyFilter(
      name,
      expression,
      given.flatMap((one) => ("expression" in one ? [one.expression] : [])),
    );
    if (made === null) return { problem: `the filter ${name || filter.slice(0, 40)} has no equivalent` };
    expression = made;
  }
  return { expression };
}

/** Writes a text as JSONata has it. */
export function literal(text: string): string {
  return JSON.stringify(text);
}

function operand(text: string, context: PlaceholderContext): Converted {
  const quoted = /^"([^"]*)"$|^'([^']*)'$/.exec(text);
  if (quoted) return { expression: literal(quoted[1] ?? quoted[2] ?? "") };
  if (/^-?\d+(\.\d+)?$/.test(text)) return { expression: text };
  const parts = text.match(/^[\p{L}_@$][\p{L}\p{N}_$-]*(\.[\p{L}\p{N}_$-]+|\[-?\d+\])*\??$/u);
  if (parts === null) return { problem: text === "" ? "it is empty" : "it is not a path" };
  return pathOf(text.replace(/\?$/, "").match(/[^.[\]]+|\[-?\d+\]/g) ?? [], context);
}

function pathOf(given: readonly string[], { roots, members, parameters }: PlaceholderContext): Converted {
  const [first = "", ...rest] = given;
  const isParameters = first === "parameters" || first === "template_parameters";
  const isAlone = given.length === 1 && !members.includes(first) && parameters.has(first);
  if (isParameters || isAlone) return parameterOf(isParameters ? (rest[0] ?? "") : first, parameters);
  const isRoot = roots.includes(first) && !members.includes(first);
  const names = isRoot ? rest : given;
  if (names.length === 0) return { expression: "$" };
  return { expression: jsonataOf(names) };
}

function parameterOf(name: string, parameters: PlaceholderContext["parameters"]): Converted {
  const known = parameters.get(name);
  if (known === null) return { problem: `${name} is a secret, which only the connection may read` };
  return known === undefined ? { problem: `there is no parameter ${name}` } : { expression: `$params.${known}` };
}

function jsonataOf([first = "", ...names]: readonly string[]): string {
  const isSize = names.at(-1) === "size";
  const path = (isSize ? names.slice(0, -1) : names).reduce((before, name) => before + partOf(name), step(first));
  return isSize ? `$count(${path})` : path;
}

function partOf(name: string): string {
  if (name.startsWith("[")) return name;
  if (name === "first" || name === "last") return name === "first" ? "[0]" : "[-1]";
  return /^\d+$/.test(name) ? `[${name}]` : `.${step(name)}`;
}

function step(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !keywords.includes(name) ? name : `\`${name}\``;
}

type Filter = (value: string, args: readonly string[]) => string | null;

const called =
  (name: string): Filter =>
  (value) =>
    `$${name}(${value})`;
const operated =
  (operator: string): Filter =>
  (value, [other]) =>
    other === undefined ? null : `(${value} ${operator} ${other})`;

/** Filters by name. Source: https://shopify.github.io/liquid/ */
const filters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ["upcase", called("uppercase")],
  ["downcase", called("lowercase")],
  ["strip", called("trim")],
  ["capitalize", (value) => `($uppercase($substring(${value}, 0, 1)) & $lowercase($substring(${value}, 1)))`],
  ["size", (value) => `($type(${value}) = "array" ? $count(${value}) : $length(${value}))`],
  ["first", (value) => `${value}[0]`],
  ["last", (value) => `${value}[-1]`],
  ["join", (value, [by = '" "']) => `$join(${value}, ${by})`],
  ["split", (value, [by]) => (by === undefined ? null : `$split(${value}, ${by})`)],
  ["append", operated("&")],
  ["prepend", (value, [other]) => (other === undefined ? null : `(${other} & ${value})`)],
  [
    "replace",
    (value, [old, by]) => (old === undefined || by === undefined ? null : `$replace(${value}, ${old}, ${by})`),
  ],
  ["remove", (value, [old]) => (old === undefined ? null : `$replace(${value}, ${old}, "")`)],
  ["plus", operated("+")],
  ["minus", operated("-")],
  ["times", operated("*")],
  ["round", (value, [places]) => `$round(${[value, ...(places === undefined ? [] : [places])].join(", ")})`],
  ["ceil", called("ceil")],
  ["floor", called("floor")],
  ["abs", called("abs")],
  [
    "default",
    (value, [other]) =>
      other === undefined ? null : `($exists(${value}) and ${value} != null and ${value} != "" ? ${value} : ${other})`,
  ],
  ["url_encode", called("encodeUrlComponent")],
  ["base64_encode", called("base64")],
  ["json", called("string")],
  ["reverse", called("reverse")],
  ["uniq", called("distinct")],
  [
    "truncate",
    (value, [most = "50"]) =>
      /^\d+$/.test(most) && Number(most) > 3
        ? `($length(${value}) > ${most} ? $substring(${value}, 0, ${Number(most) - 3}) & "..." : ${value})`
        : null,
  ],
]);

/** Filters that repeat their value double it; more of it than this is an attack. */
const MAX_EXPRESSION = 4_000;

function applyFilter(name: string, value: string, args: readonly string[]): string | null {
  const made = filters.get(name)?.(value, args) ?? null;
  return made !== null && made.length > MAX_EXPRESSION ? null : made;
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts = [""];
  let quote = "";
  for (const letter of text) {
    if (quote === "" && letter === separator) {
      parts.push("");
      continue;
    }
    if (quote === "" && (letter === '"' || letter === "'")) quote = letter;
    else if (letter === quote) quote = "";
    parts[parts.length - 1] += letter;
  }
  return parts;
}
