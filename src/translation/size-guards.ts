import jsonata from "jsonata";
import { PatchbayError } from "../core/errors.js";

/**
 * The longest text an expression may make, in characters. A thread's heap limit cannot stop one huge allocation
 * inside the engine (V8 then ends the whole process), so texts are kept from getting that large in the first place.
 */
export const MAX_TEXT = 1_000_000;

type Node = { type?: unknown; value?: unknown; [member: string]: unknown };
type Implementation = (this: unknown, ...values: unknown[]) => unknown;
interface BuiltIn {
  readonly implementation: Implementation;
  readonly signature: { readonly definition: string };
}

/** Refuses a text that is too long; gives everything else back. */
function boundText(value: unknown): unknown {
  if (typeof value === "string" && value.length > MAX_TEXT) throw tooLong();
  return value;
}

function tooLong(): PatchbayError {
  return new PatchbayError(
    "TRANSLATOR_OUT_OF_MEMORY",
    `The expression made a text of more than ${MAX_TEXT} characters`,
  );
}

/**
 * Estimates the size of a value as JSON text without writing it, and stops as soon as it is too large: shared parts
 * count each time they occur, as they would be written each time.
 *
 * @throws TRANSLATOR_OUTPUT_TOO_LARGE; TRANSLATOR_FAILED for a function
 */
export function boundSize(value: unknown, maxBytes: number): void {
  let size = 0;
  const visit = (part: unknown): void => {
    size += typeof part === "string" ? part.length + 2 : 1;
    if (size > maxBytes) {
      throw new PatchbayError("TRANSLATOR_OUTPUT_TOO_LARGE", `The result is more than ${maxBytes} bytes of JSON`);
    }
    if (typeof part === "function" || isFunction(part)) {
      throw new PatchbayError("TRANSLATOR_FAILED", "The expression returned a function; call it");
    }
    if (typeof part !== "object" || part === null) return;
    for (const [name, member] of Object.entries(part)) {
      if (!Array.isArray(part)) size += name.length + 3;
      visit(member);
    }
  };
  visit(value);
}

/** jsonata's functions are objects with a mark. */
function isFunction(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "_jsonata_lambda" in value || "_jsonata_function" in value;
}

/**
 * Wraps every `&` of a parsed expression in `$boundText(…)`. Changes the tree in place, because jsonata evaluates
 * the very objects it parsed.
 */
export function boundConcatenations(tree: unknown): void {
  const seen = new Set<unknown>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null || node instanceof RegExp || seen.has(node)) return;
    seen.add(node);
    for (const child of Object.values(node)) visit(child);
    const { type, value, position } = node as Node;
    if (type !== "binary" || value !== "&") return;
    const concatenation = { ...node };
    for (const member of Object.keys(node)) delete (node as Node)[member];
    const procedure = { type: "variable", value: "boundText", position };
    Object.assign(node, { type: "function", value: "(", position, procedure, arguments: [concatenation] });
  };
  visit(tree);
}

/** jsonata's own functions that make long texts, bounded before or after they do. */
const guards: Readonly<Record<string, (own: Implementation) => Implementation>> = {
  pad: (own) =>
    function (text, width, ...rest) {
      if (typeof width === "number" && Math.abs(width) > MAX_TEXT) throw tooLong();
      return own.call(this, text, width, ...rest);
    },
  join: (own) =>
    function (texts, separator) {
      const gap = typeof separator === "string" ? separator.length : 0;
      const length = Array.isArray(texts) ? texts.reduce((sum, text) => sum + String(text).length + gap, 0) : 0;
      if (length > MAX_TEXT) throw tooLong();
      return own.call(this, texts, separator);
    },
  string: (own) =>
    function (value, ...rest) {
      boundSize(value, MAX_TEXT * 4);
      return own.call(this, value, ...rest);
    },
  replace: (own) =>
    async function (...values) {
      return boundText(await own.apply(this, values));
    },
};

/** jsonata's own functions under guard, by name. */
export async function guardedFunctions(): Promise<
  Readonly<Record<string, { implementation: Implementation; signature: string }>>
> {
  const guarded: Record<string, { implementation: Implementation; signature: string }> = {};
  for (const [name, guard] of Object.entries(guards)) {
    const own = (await jsonata(`$${name}`).evaluate({})) as BuiltIn;
    guarded[name] = { implementation: guard(own.implementation), signature: own.signature.definition };
  }
  return { ...guarded, boundText: { implementation: boundText, signature: "<x:x>" } };
}
