import type jsonata from "jsonata";
import { PatchbayError } from "../core/errors.js";
import { isJsonObject, type Json } from "../core/json.js";
import { compileExpression, type Guards } from "./expression.js";
import { toEvaluationError } from "./expression-error.js";
import { OutputBudget, writeResult } from "./result-json.js";

/** What one evaluation reads. */
export interface Data {
  readonly input: unknown;
  readonly bindings: Record<string, unknown>;
}

/** A template whose expressions are compiled. */
export interface CompiledTemplate {
  /** Whether an evaluation may write into the data it reads. */
  readonly changesInput: boolean;
  /**
   * Evaluates to JSON text, or to null when there is no result.
   * @throws TRANSLATOR_FAILED, TRANSLATOR_REFUSED, TRANSLATOR_TIMED_OUT, TRANSLATOR_OUT_OF_MEMORY,
   *   TRANSLATOR_OUTPUT_TOO_LARGE, PHONE_INVALID
   */
  evaluate(data: Data): Promise<string | null>;
}

/** What compiling and evaluating needs from the thread it happens in. */
export interface Workshop {
  readonly guards: Guards;
  readonly maxOutputBytes: number;
  /** Gives a compiled expression its functions. */
  equip(expression: jsonata.Expression): void;
}

/** Writes one part of the result; null leaves it out. */
type Part = (data: Data, budget: OutputBudget) => Promise<string | null> | string | null;

/**
 * Compiles a template: every string that begins with `=` is an expression, `==` at the beginning stands for one `=`
 * that is text, and everything else is itself. Results are never read as templates again.
 *
 * @throws TRANSLATOR_INVALID naming the place in the template and in the expression.
 */
export function compileTemplate(template: Json, workshop: Workshop): CompiledTemplate {
  const compiler = new TemplateCompiler(workshop);
  const part = compiler.compile(template, "");
  return {
    changesInput: compiler.changesInput,
    evaluate: async (data) => {
      const budget = new OutputBudget(workshop.maxOutputBytes);
      const text = await part(data, budget);
      return text === null ? null : budget.check(text);
    },
  };
}

class TemplateCompiler {
  changesInput = false;
  readonly #workshop: Workshop;

  constructor(workshop: Workshop) {
    this.#workshop = workshop;
  }

  compile(template: Json, path: string): Part {
    if (typeof template === "string") {
      if (template.startsWith("==")) return literal(template.slice(1));
      return template.startsWith("=") ? this.#expression(template.slice(1), path) : literal(template);
    }
    if (Array.isArray(template)) {
      return listPart(template.map((item, index) => this.compile(item, `${path}/${index}`)));
    }
    if (!isJsonObject(template)) return literal(template);
    const members = Object.entries(template).map(
      ([name, member]) => [JSON.stringify(name), this.compile(member, `${path}/${name}`)] as const,
    );
    return objectPart(members);
  }

  #expression(source: string, path: string): Part {
    const compiled = compileExpression(source, this.#workshop.guards);
    if (!compiled.ok) throw invalid(path, compiled.problem);
    const { expression } = compiled;
    this.changesInput ||= compiled.changesInput;
    this.#workshop.equip(expression);
    return async ({ input, bindings }, budget) => {
      try {
        return writeResult(await expression.evaluate(input, bindings), budget);
      } catch (thrown) {
        throw placed(path, toEvaluationError(thrown, source));
      }
    };
  }
}

function literal(value: Json): Part {
  const text = JSON.stringify(value);
  return (_data, budget) => budget.take(text);
}

function listPart(items: readonly Part[]): Part {
  return async (data, budget) => {
    const written: string[] = [];
    for (const item of items) written.push((await item(data, budget)) ?? "null");
    return `[${written.join(",")}]`;
  };
}

function objectPart(members: readonly (readonly [string, Part])[]): Part {
  return async (data, budget) => {
    const written: string[] = [];
    for (const [name, member] of members) {
      const text = await member(data, budget);
      if (text !== null) written.push(`${name}:${text}`);
    }
    return `{${written.join(",")}}`;
  };
}

function invalid(path: string, problem: { readonly path: string; readonly message: string }): PatchbayError {
  const at = problem.path === "" ? "" : ` (${problem.path})`;
  const details = { position: problem.path.replace(/^at /, "") || null, ...(path === "" ? {} : { path }) };
  return new PatchbayError("TRANSLATOR_INVALID", `${path === "" ? "" : `${path}: `}${problem.message}${at}`, details);
}

/** Says in which member of the template an expression failed. */
function placed(path: string, error: PatchbayError): PatchbayError {
  if (path === "") return error;
  return new PatchbayError(error.code, `${path}: ${error.message}`, { ...error.details, path });
}
