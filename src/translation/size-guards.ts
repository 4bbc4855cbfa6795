import jsonata from "jsonata";
import { PatchbayError } from "../core/errors.js";

/**
 * Characters of one text. It is below V8's threshold for texts outside the heap (1,031,913), which the memory cap would not
 * see.
 */
export const MAX_TEXT = 1_000_000;
const MAX_PICTURE = 500;
/** A width of four digits or more in a date picture, such as `[Y,100000]`. */
const WIDE = /[,-]\s*\d{4}/;

/** One built-in function that is checked before it runs: one call of it could otherwise allocate without end. */
interface GuardedFunction {
  readonly name: string;
  /** JSONata's own signature of the function. */
  readonly signature: string;
  check(args: readonly unknown[]): void;
}

type NativeFunction = (this: unknown, ...args: unknown[]) => unknown;

/** What JSONata gives a function as `this`. */
interface Focus {
  readonly environment: { readonly timestamp: Date };
}

/** The name under which JSONata looks for a function to call with the result of each node. */
const AFTER_EACH_NODE = Symbol.for("jsonata.__evaluate_exit");

const guarded: readonly GuardedFunction[] = [
  {
    name: "pad",
    signature: "<s-ns?:s>",
    // JSONata writes the whole fill as often as there are characters to add, and cuts afterwards.
    check: ([, width, fill]) =>
      requireRoom("The result of $pad", Math.abs(Number(width ?? 0)) * Math.max(1, lengthOf(fill))),
  },
  {
    name: "join",
    signature: "<a<s>s?:s>",
    check: ([texts, separator]) => requireRoom("The result of $join", joined(texts, separator)),
  },
  {
    name: "base64encode",
    signature: "<s-:s>",
    check: ([text]) => requireRoom("The result of $base64encode", lengthOf(text) * 1.4),
  },
  {
    name: "encodeUrl",
    signature: "<s-:s>",
    check: ([text]) => requireRoom("The result of $encodeUrl", lengthOf(text) * 9),
  },
  {
    name: "encodeUrlComponent",
    signature: "<s-:s>",
    check: ([text]) => requireRoom("The result of $encodeUrlComponent", lengthOf(text) * 9),
  },
  { name: "formatInteger", signature: "<n-s:s>", check: ([, picture]) => requirePicture(picture) },
  { name: "parseInteger", signature: "<s-s:n>", check: ([, picture]) => requirePicture(picture) },
  { name: "formatNumber", signature: "<n-so?:s>", check: ([, picture]) => requirePicture(picture) },
  { name: "fromMillis", signature: "<n-s?s?:s>", check: ([, picture]) => requirePicture(picture) },
  { name: "toMillis", signature: "<s-s?:n>", check: ([, picture]) => requirePicture(picture) },
];

/**
 * Makes the replacements that keep one built-in call from allocating more than the memory cap can catch: V8 ends a
 * thread that grows step by step, but aborts the whole process when a single list or text jumps far over the cap.
 * `$eval` is gone: expressions come from definitions only.
 *
 * @param maxItems Items of one list.
 */
export async function createSizeGuards(maxItems: number): Promise<(expression: jsonata.Expression) => void> {
  const replacements = await Promise.all(guarded.map(replacementOf));
  const formatTime = await nativeFunction("fromMillis");
  const afterEachNode = createSizeCheck(maxItems);
  function now(this: Focus, picture: unknown, timezone: unknown): unknown {
    requirePicture(picture);
    return formatTime.call(this, this.environment.timestamp.getTime(), picture, timezone);
  }
  return (expression) => {
    for (const { name, signature, checked } of replacements) expression.registerFunction(name, checked, signature);
    expression.registerFunction("now", now as NativeFunction, "<s?s?:s>");
    expression.registerFunction("eval", refuseEval);
    expression.assign(AFTER_EACH_NODE as unknown as string, afterEachNode);
  };
}

async function replacementOf({ name, signature, check }: GuardedFunction) {
  const native = await nativeFunction(name);
  // Named parameters and the native's arity: JSONata reads both when a function is applied partially or passed on.
  const checked: NativeFunction = function (first, second, third) {
    check([first, second, third]);
    return native.call(this, first, second, third);
  };
  Object.defineProperty(checked, "length", { value: native.length });
  return { name, signature, checked };
}

/** Gives JSONata's own implementation: the expression `$name` evaluates to its definition. */
async function nativeFunction(name: string): Promise<NativeFunction> {
  const definition = (await jsonata(`$${name}`).evaluate(undefined)) as { implementation: NativeFunction };
  return definition.implementation;
}

function createSizeCheck(maxItems: number) {
  return (...[, , , result]: readonly unknown[]): void => {
    if (typeof result === "string") requireRoom("A text", result.length);
    else if (Array.isArray(result) && result.length > maxItems) {
      throw tooMuch(`A list has ${result.length} items; ${maxItems} are allowed`);
    }
  };
}

function requireRoom(what: string, length: number): void {
  if (length > MAX_TEXT) throw tooMuch(`${what} is longer than the ${MAX_TEXT} characters that are allowed`);
}

/** A width in a picture (`[Y,1000000]`) is a length too. */
function requirePicture(picture: unknown): void {
  if (typeof picture !== "string") return;
  if (picture.length > MAX_PICTURE || WIDE.test(picture)) {
    throw tooMuch(`A picture may have ${MAX_PICTURE} characters and widths up to 999`);
  }
}

function joined(texts: unknown, separator: unknown): number {
  if (!Array.isArray(texts)) return 0;
  return texts.reduce<number>((sum, text) => sum + lengthOf(text), lengthOf(separator) * texts.length);
}

function lengthOf(text: unknown): number {
  return typeof text === "string" ? text.length : 0;
}

function refuseEval(): never {
  throw new PatchbayError("TRANSLATOR_FAILED", "$eval is not available: expressions come from definitions only");
}

function tooMuch(message: string): PatchbayError {
  return new PatchbayError("TRANSLATOR_OUT_OF_MEMORY", message);
}
