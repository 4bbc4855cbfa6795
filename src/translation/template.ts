import { isJsonObject, type Json, type JsonObject } from "../core/json.js";
import type { Expression } from "./expression.js";

/** A template ready to be filled; undefined when its expression gives nothing. */
export type Template = (input: Json, bindings: JsonObject) => Promise<unknown>;

/**
 * Compiles a template: strings that begin with `=` are expressions, `==x` is the string `=x`, everything else is
 * itself. A member whose expression gives nothing is left out; an array item that gives nothing is null.
 */
export function compileTemplate(template: Json, compile: (source: string) => Expression): Template {
  if (typeof template === "string") return compileText(template, compile);
  if (Array.isArray(template)) return compileArray(template, compile);
  if (isJsonObject(template)) return compileObject(template, compile);
  return async () => template;
}

function compileText(text: string, compile: (source: string) => Expression): Template {
  if (text.startsWith("==")) return async () => text.slice(1);
  return text.startsWith("=") ? compile(text.slice(1)) : async () => text;
}

function compileArray(items: readonly Json[], compile: (source: string) => Expression): Template {
  const templates = items.map((item) => compileTemplate(item, compile));
  return async (input, bindings) => {
    const values: unknown[] = [];
    for (const template of templates) values.push((await template(input, bindings)) ?? null);
    return values;
  };
}

function compileObject(members: JsonObject, compile: (source: string) => Expression): Template {
  const templates = Object.entries(members).map(([name, member]) => [name, compileTemplate(member, compile)] as const);
  return async (input, bindings) => {
    const values: [string, unknown][] = [];
    for (const [name, template] of templates) {
      const value = await template(input, bindings);
      if (value !== undefined) values.push([name, value]);
    }
    return Object.fromEntries(values);
  };
}
