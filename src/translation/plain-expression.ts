import { isJsonObject, type Json, type JsonObject } from "../core/json.js";
import type { HostFunction } from "./host-functions.js";
import type { Scope } from "./translation.js";

/** Evaluates a plain expression. @throws `beyond` when the data leads out of what is plain. */
export type Plain = (scope: Scope) => Json | undefined;

/** Says that only a translation thread can tell what comes out; the same every time, because it happens often and means no harm. */
export const beyond = Object.freeze(new Error("only a translation thread can evaluate this"));

/** Nodes of one expression, and characters of any text it reads or makes: together they bound its time and its result. */
const MAX_NODES = 150;
const MAX_TEXT = 2_000;

/** Names that expressions see; any other variable is a function or a definition of the expression's own. */
const bindings: ReadonlySet<string> = new Set([
  ...["event", "record", "previous", "steps", "params", "item", "index", "webhook"],
]);

/** A node of JSONata's syntax tree, as far as plain expressions have it. */
interface Node {
  readonly type?: unknown;
  readonly value?: unknown;
  readonly steps?: readonly Node[];
  readonly lhs?: unknown;
  readonly rhs?: unknown;
  readonly procedure?: Node;
  readonly arguments?: readonly Node[];
  readonly expressions?: readonly Node[];
  readonly condition?: Node;
  readonly then?: Node;
  readonly else?: Node;
}

/** What each kind of node may have besides its type and position. */
const members: Readonly<Record<string, readonly string[]>> = {
  path: ["steps"],
  name: ["value"],
  variable: ["value"],
  string: ["value"],
  number: ["value"],
  value: ["value"],
  binary: ["value", "lhs", "rhs"],
  unary: ["value", "lhs"],
  function: ["value", "procedure", "arguments"],
  block: ["expressions"],
  condition: ["condition", "then", "else"],
};

/**
 * Compiles the expressions that most translators and conditions consist of: paths through objects, literals, `&`, `=`, `!=`,
 * `and`, `or`, `? :`, an object of such values, and `$exists`, `$not`, `$boolean`, `$trim`, `$phone`. Each node is visited
 * once at most and there is nothing to repeat it, so they are safe on the main thread.
 *
 * What JSONata itself would make of the same is said nowhere twice: where data is anything but a plain text, number,
 * truth or object on the way (a list above all), or anything would fail, evaluation ends with `beyond`.
 *
 * @param ast JSONata's syntax tree.
 * @param phone The host function.
 * @returns Null when the expression is not plain.
 */
export function compilePlain(ast: unknown, phone: HostFunction): Plain | null {
  try {
    return new PlainCompiler(phone).compile(ast as Node);
  } catch (thrown) {
    if (thrown === beyond) return null;
    throw thrown;
  }
}

class PlainCompiler {
  readonly #functions: Readonly<Record<string, { readonly arity: readonly [number, number]; readonly call: Call }>>;
  #nodes = 0;

  constructor(phone: HostFunction) {
    this.#functions = {
      exists: { arity: [1, 1], call: (value) => value !== undefined },
      not: { arity: [1, 1], call: (value) => (value === undefined ? value : !truth(value)) },
      boolean: { arity: [1, 1], call: (value) => (value === undefined ? value : truth(value)) },
      trim: { arity: [1, 1], call: trim },
      phone: { arity: [1, 2], call: (written, country) => hosted(phone, written, country) },
    };
  }

  compile(node: Node | undefined): Plain {
    this.#nodes += 1;
    const known = typeof node?.type === "string" && Object.hasOwn(members, node.type) ? members[node.type] : undefined;
    if (node === undefined || known === undefined || this.#nodes > MAX_NODES) throw beyond;
    if (!isOnly(node, ...known)) throw beyond;
    switch (node.type) {
      case "path":
        return this.#path(node.steps ?? []);
      case "variable":
        return this.#path([node]);
      case "string":
      case "number":
      case "value":
        return literal(node.value);
      case "binary":
        return this.#binary(node);
      case "unary":
        return this.#object(node);
      case "function":
        return this.#call(node);
      case "block":
        return this.#block(node);
      case "condition":
        return this.#condition(node);
      default:
        throw beyond;
    }
  }

  /** A path of names, from the input or from one of the bindings. */
  #path(steps: readonly Node[], take: (value: Json) => Json = plainValue): Plain {
    const [first, ...rest] = steps;
    const start = first?.type === "variable" ? String(first.value) : null;
    if (start !== null && !bindings.has(start)) throw beyond;
    const names = (start === null ? steps : rest).map((step) => {
      if (step.type !== "name" || typeof step.value !== "string" || !isOnly(step, "value")) throw beyond;
      return step.value;
    });
    this.#nodes += names.length;
    if (start === null) return ({ input }) => walk(input, names, take);
    return ({ bindings: given }) => {
      // A name that has no value may be one of JSONata's functions.
      if (!Object.hasOwn(given, start)) throw beyond;
      return walk(given[start], names, take);
    };
  }

  #binary({ value, lhs, rhs }: Node): Plain {
    const [left, right] = [this.compile(lhs as Node), this.compile(rhs as Node)];
    switch (value) {
      case "&":
        return (scope) => short(text(left(scope)) + text(right(scope)));
      case "=":
        return (scope) => equal(scalar(left(scope)), scalar(right(scope)), true);
      case "!=":
        return (scope) => equal(scalar(left(scope)), scalar(right(scope)), false);
      case "and":
        return (scope) => truth(left(scope)) && truth(right(scope));
      case "or":
        return (scope) => truth(left(scope)) || truth(right(scope));
      default:
        throw beyond;
    }
  }

  /** `{"name": …}` with the names written out. */
  #object({ value, lhs }: Node): Plain {
    if (value !== "{" || !Array.isArray(lhs)) throw beyond;
    const parts = (lhs as readonly (readonly [Node, Node])[]).map(([name, part]) => {
      if (name.type !== "string" || typeof name.value !== "string" || isReserved(name.value)) throw beyond;
      return [name.value, this.compile(part)] as const;
    });
    if (new Set(parts.map(([name]) => name)).size !== parts.length) throw beyond;
    return (scope) => {
      if (!isJsonObject(scope.input)) throw beyond;
      return makeObject(parts, scope);
    };
  }

  #call({ procedure, arguments: given = [] }: Node): Plain {
    const name = procedure?.type === "variable" ? String(procedure.value) : "";
    const known = Object.hasOwn(this.#functions, name) ? this.#functions[name] : undefined;
    if (known === undefined || given.length < known.arity[0] || given.length > known.arity[1]) throw beyond;
    const { call } = known;
    // Whether there is something can be asked of objects and lists, too.
    const [asked] = given;
    if (name === "exists" && asked?.type === "path" && isOnly(asked, "steps")) {
      const path = this.#path(asked.steps ?? [], () => true);
      return (scope) => path(scope) !== undefined;
    }
    const [first, second] = given.map((argument) => this.compile(argument));
    if (first === undefined) throw beyond;
    if (second === undefined) return (scope) => call(first(scope), undefined);
    return (scope) => call(first(scope), second(scope));
  }

  #block({ expressions = [] }: Node): Plain {
    if (expressions.length !== 1) throw beyond;
    return this.compile(expressions[0]);
  }

  #condition({ condition, then: yes, else: no }: Node): Plain {
    const [test, first] = [this.compile(condition), this.compile(yes)];
    const second: Plain = no === undefined ? () => undefined : this.compile(no);
    return (scope) => (truth(test(scope)) ? first(scope) : second(scope));
  }
}

/** Makes an object of what there is: parts that give nothing are left out. */
export function makeObject(parts: readonly (readonly [string, Plain])[], scope: Scope): JsonObject {
  const made: JsonObject = {};
  for (const [name, part] of parts) {
    const value = part(scope);
    if (value !== undefined) made[name] = value;
  }
  return made;
}

/** Whether a node has nothing but these members: anything more (a filter, an order, `[]`, `{…}`) is not plain. */
function isOnly(node: Node, ...known: readonly string[]): boolean {
  return Object.entries(node).every(
    ([name, member]) => member === undefined || name === "type" || name === "position" || known.includes(name),
  );
}

type Call = (first: Json | undefined, second: Json | undefined) => Json | undefined;

/** Follows names through objects; lists on the way are JSONata's own art. */
function walk(start: Json | undefined, names: readonly string[], take: (value: Json) => Json): Json | undefined {
  let value = start;
  for (const name of names) {
    if (Array.isArray(value)) throw beyond;
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value === undefined ? value : take(value);
}

/** Objects and lists are not handed on: a result is nobody else's document. */
function plainValue(value: Json): Json {
  if (typeof value === "string") return short(value);
  if (typeof value === "object" && value !== null) throw beyond;
  if (typeof value !== "number") return value;
  if (!Number.isFinite(value)) throw beyond;
  return value === 0 ? 0 : value; // JSON has no -0
}

function literal(value: unknown): Plain {
  if (value !== null && !["string", "number", "boolean"].includes(typeof value)) throw beyond;
  const given = plainValue(value as Json);
  return () => given;
}

function scalar(value: Json | undefined): Json | undefined {
  if (typeof value === "object" && value !== null) throw beyond;
  return value;
}

/** Nothing is equal to nothing. */
function equal(left: Json | undefined, right: Json | undefined, wanted: boolean): boolean {
  return left !== undefined && right !== undefined && (left === right) === wanted;
}

function truth(value: Json | undefined): boolean {
  if (typeof value === "object" && value !== null) throw beyond;
  return Boolean(value);
}

/** A text as `&` joins it; numbers with a fraction are rounded by rules of JSONata's own. */
function text(value: Json | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  if (value === null || typeof value === "boolean" || Number.isSafeInteger(value)) return JSON.stringify(value);
  throw beyond;
}

/** White space inside becomes one space, too. */
function trim(value: Json | undefined): string {
  if (typeof value !== "string") throw beyond;
  return value.replace(/[ \t\n\r]+/g, " ").replace(/^ | $/g, "");
}

/** A host function's own complaint is made where the place in the expression is known. */
function hosted(call: HostFunction, first: Json | undefined, second: Json | undefined): Json | undefined {
  try {
    return call(first, second) as Json | undefined;
  } catch {
    throw beyond;
  }
}

function short(value: string): string {
  if (value.length > MAX_TEXT) throw beyond;
  return value;
}

function isReserved(name: string): boolean {
  return name === "__proto__" || name.startsWith("_jsonata_");
}
