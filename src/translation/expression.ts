import jsonata from "jsonata";
import { PatchbayError } from "../core/errors.js";
import type { Json, JsonObject } from "../core/json.js";
import { LinearRegExp } from "./linear-regexp.js";
import { boundConcatenations } from "./size-guards.js";
import { toTranslatorError } from "./translator-error.js";

/** jsonata's own guards; the thread's wall clock and heap stand behind them. */
const MAX_DEPTH = 500;
const MAX_SEQUENCE = 100_000;

/** A compiled expression. */
export type Expression = (input: Json, bindings: JsonObject) => Promise<unknown>;

/** The functions expressions may call besides jsonata's own, or instead of them. */
export type Functions = Readonly<Record<string, { readonly implementation: unknown; readonly signature: string }>>;

/**
 * Parses an expression, with linear-time regular expressions and bounded texts.
 *
 * @throws TRANSLATOR_INVALID with the position
 */
export function parseExpression(source: string, timeoutMs: number): jsonata.Expression {
  try {
    const parsed = jsonata(source, {
      RegexEngine: LinearRegExp as unknown as RegExpConstructor,
      stack: MAX_DEPTH,
      sequence: MAX_SEQUENCE,
      timeout: timeoutMs,
    });
    const tree = parsed.ast();
    refuseForeignRegexes(tree);
    boundConcatenations(tree);
    return parsed;
  } catch (thrown) {
    throw toTranslatorError(thrown, "TRANSLATOR_INVALID", source);
  }
}

/** Compiles an expression. @throws TRANSLATOR_INVALID with the position */
export function compileExpression(
  source: string,
  { timeoutMs, functions }: { timeoutMs: number; functions: Functions },
): Expression {
  const parsed = parseExpression(source, timeoutMs);
  for (const [name, { implementation, signature }] of Object.entries(functions)) {
    parsed.registerFunction(name, implementation as Parameters<typeof parsed.registerFunction>[1], signature);
  }
  return async (input, bindings) => {
    try {
      return await parsed.evaluate(input, bindings);
    } catch (thrown) {
      throw toTranslatorError(thrown, "TRANSLATOR_FAILED", source);
    }
  };
}

/** jsonata parses `/…/` with the platform's engine; what ours does not know is found here instead of at run time. */
function refuseForeignRegexes(node: unknown): void {
  if (Array.isArray(node)) {
    for (const child of node) refuseForeignRegexes(child);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  if (node instanceof RegExp) {
    try {
      new LinearRegExp(node);
    } catch (cause) {
      throw new PatchbayError(
        "TRANSLATOR_INVALID",
        `The regular expression /${node.source}/ is not supported: lookahead, lookbehind and backreferences are not available`,
        { cause },
      );
    }
    return;
  }
  for (const child of Object.values(node)) refuseForeignRegexes(child);
}
