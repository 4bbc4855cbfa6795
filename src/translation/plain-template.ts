import { isJsonObject, type Json } from "../core/json.js";
import { truthOf } from "./chain-task.js";
import { compileExpression } from "./expression.js";
import { createHostFunctions, type HostFunction } from "./host-functions.js";
import { beyond, compilePlain, makeObject, type Plain } from "./plain-expression.js";
import type { ChainResult, ChainStep, Scope } from "./translation.js";

/** Expressions that are remembered, plain or not. */
const MAX_KNOWN = 1_000;
/** A longer expression is not worth looking at. */
const MAX_SOURCE = 4_000;

/** Evaluates what is plain at once, on the calling thread; null where a translation thread is needed. */
export interface PlainEvaluator {
  /** `value` is undefined when the expression gave nothing. */
  evaluate(template: Json, scope: Scope): { readonly value: Json | undefined } | null;
  evaluateChain(steps: readonly ChainStep[], scope: Scope): readonly ChainResult[] | null;
}

/**
 * Makes an evaluator of plain templates. An order that becomes a text takes 4 to 20 µs here (by what its phone number
 * looks like), and 160 by way of a thread: there, here, and for waking both. See docs/adr/0013-plain-expressions-on-the-calling-thread.md.
 *
 * @param maxOutputBytes Size of one result as JSON; what might be larger is left to a thread.
 */
export function createPlainEvaluator({ maxOutputBytes }: { maxOutputBytes: number }): PlainEvaluator {
  const compile = createCompiler();

  function evaluate(template: Json, scope: Scope): { readonly value: Json | undefined } | null {
    const plain = compile(template);
    if (plain === null) return null;
    try {
      const value = plain(scope);
      return sizeOf(value) > maxOutputBytes ? null : { value };
    } catch (thrown) {
      if (thrown === beyond) return null;
      throw thrown;
    }
  }

  function evaluateStep(step: ChainStep, scope: Scope): ChainResult | null {
    const condition = step.when === null ? { value: true } : evaluate(truthOf(step.when), scope);
    if (condition === null) return null;
    if (condition.value !== true) return { ok: true, skipped: true };
    const evaluated = evaluate(step.template, scope);
    return evaluated === null ? null : { ok: true, value: evaluated.value };
  }

  return {
    evaluate,
    evaluateChain: (steps, scope) => {
      const results: ChainResult[] = [];
      let current = scope;
      for (const step of steps) {
        const result = evaluateStep(step, current);
        if (result === null) return null;
        results.push(result);
        if (!("skipped" in result) && step.ends) break;
        if (step.binds !== null) current = withStep(current, step.binds, result);
      }
      return results;
    },
  };
}

/** A skipped step is null for those behind it; one that gave nothing is not there. */
function withStep(scope: Scope, name: string, result: ChainResult): Scope {
  const value = "value" in result ? result.value : null;
  if (value === undefined) return scope;
  const steps = Object.assign({}, scope.bindings.steps, { [name]: value });
  return { input: scope.input, bindings: { ...scope.bindings, steps } };
}

/** Compiles templates; expressions are known by their text, lists and objects as long as somebody holds them. */
function createCompiler(): (template: Json) => Plain | null {
  const { phone } = createHostFunctions();
  const texts = new Map<string, Plain | null>();
  const composites = new WeakMap<object, Plain | null>();

  function compile(template: Json): Plain | null {
    if (typeof template === "string") return isExpression(template) ? expression(template) : constant(template);
    if (typeof template !== "object" || template === null) return () => template;
    const known = composites.get(template);
    if (known !== undefined) return known;
    const plain = isJsonObject(template) ? object(template) : list(template);
    composites.set(template, plain);
    return plain;
  }

  function expression(text: string): Plain | null {
    const known = texts.get(text);
    if (known !== undefined) return known;
    if (texts.size >= MAX_KNOWN) texts.clear();
    const plain = phone === undefined ? null : compileText(text, phone);
    texts.set(text, plain);
    return plain;
  }

  function list(items: readonly Json[]): Plain | null {
    const parts = items.map(compile);
    if (!parts.every((part) => part !== null)) return null;
    return (scope) => parts.map((part) => part(scope) ?? null);
  }

  function object(members: { readonly [name: string]: Json }): Plain | null {
    const parts: (readonly [string, Plain])[] = [];
    for (const [name, member] of Object.entries(members)) {
      const part = compile(member);
      if (part === null || name === "__proto__") return null;
      parts.push([name, part]);
    }
    return (scope) => makeObject(parts, scope);
  }

  return compile;
}

function isExpression(template: string): boolean {
  return template.startsWith("=") && !template.startsWith("==");
}

function constant(template: string): Plain {
  const text = template.startsWith("==") ? template.slice(1) : template;
  return () => text;
}

function compileText(template: string, phone: HostFunction): Plain | null {
  if (template.length > MAX_SOURCE) return null;
  const compiled = compileExpression(template.slice(1));
  return compiled.ok ? compilePlain(compiled.expression.ast(), phone) : null;
}

/** At least as large as the result is as JSON in UTF-8, where a character takes six bytes at most (`\u001f`). */
function sizeOf(value: Json | undefined): number {
  if (typeof value === "string") return 2 + 6 * value.length;
  if (typeof value !== "object" || value === null) return 24;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + 1 + sizeOf(item), 2);
  return Object.entries(value).reduce((sum, [name, member]) => sum + 4 + 6 * name.length + sizeOf(member), 2);
}
