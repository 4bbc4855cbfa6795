import jsonata from "jsonata";
import type { Problem } from "../core/errors.js";
import { readFault } from "./expression-error.js";
import { compileLinear, LinearRegExp } from "./linear-regexp.js";
import { describePosition, sourcePosition } from "./source-position.js";

/** What JSONata itself watches at every node it evaluates. */
export interface Guards {
  /** Wall clock of one expression, in milliseconds. */
  readonly timeoutMs: number;
  /** Evaluations nested in each other. */
  readonly maxDepth: number;
  /** Items of one list. */
  readonly maxItems: number;
}

/** An expression that compiled, or why it did not. */
export type Compiled =
  | { readonly ok: true; readonly expression: jsonata.Expression; readonly changesInput: boolean }
  | { readonly ok: false; readonly problem: Problem };

interface Node {
  readonly type?: unknown;
  readonly value?: unknown;
  readonly position?: unknown;
}

/**
 * Compiles one expression; a regular expression without a linear-time form is a problem too.
 *
 * `changesInput` tells that it has a transform (`|…|…|`), which can be made to write into the document it reads.
 */
export function compileExpression(source: string, guards: Guards | null = null): Compiled {
  try {
    const expression = jsonata(source, {
      RegexEngine: LinearRegExp as unknown as RegExpConstructor,
      ...(guards && { timeout: guards.timeoutMs, stack: guards.maxDepth, sequence: guards.maxItems }),
    });
    const nodes = nodesOf(expression.ast());
    for (const node of nodes) {
      const problem = regexProblem(node, source);
      if (problem) return { ok: false, problem };
    }
    return { ok: true, expression, changesInput: nodes.some(({ type }) => type === "transform") };
  } catch (thrown) {
    const { message, place } = readFault(thrown, source);
    return { ok: false, problem: { path: place === null ? "" : `at ${describePosition(place)}`, message } };
  }
}

/** Lists every object of a syntax tree, whatever member it hangs on. */
function nodesOf(ast: object): Node[] {
  const seen = new Set<object>([ast]);
  for (const node of seen) {
    if (node instanceof RegExp) continue;
    for (const member of Object.values(node)) {
      if (typeof member === "object" && member !== null) seen.add(member);
    }
  }
  return [...seen];
}

function regexProblem({ type, value, position }: Node, source: string): Problem | null {
  if (type !== "regex" || !(value instanceof RegExp)) return null;
  try {
    compileLinear(value);
    return null;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.replace(/^error parsing regexp: /, "") : String(thrown);
    const written = `/${value.source}/`;
    const end = typeof position === "number" ? position : source.length;
    const place = sourcePosition(source, end, source.slice(source.lastIndexOf(written, end), end));
    return {
      path: `at ${describePosition(place)}`,
      message: `The regular expression ${written} cannot be used: ${reason}. Lookaheads, lookbehinds and backreferences are not available`,
    };
  }
}
