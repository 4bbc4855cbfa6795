import type { Json } from "../../core/json.js";

/** As deep as a pushed record may be. */
const MAX_DEPTH = 64;
const forbidden = ["__proto__", "constructor", "prototype"];

/** A JSON text's value, or why it is not taken. */
export type ReadJson = { readonly value: Json } | { readonly problem: string };

/** Reads JSON that comes from outside: not deeper than can be walked through, without names that objects have a meaning for. */
export function readJson(text: string): ReadJson {
  if (isDeeper(text)) return { problem: `is nested more than ${MAX_DEPTH} levels deep` };
  try {
    const value: unknown = JSON.parse(text, (name, member: unknown) => {
      if (forbidden.includes(name)) throw new ForbiddenName(name);
      return member;
    });
    return { value: value as Json };
  } catch (error) {
    return { problem: error instanceof ForbiddenName ? error.message : "is not JSON" };
  }
}

class ForbiddenName extends Error {
  constructor(name: string) {
    super(`has a member called ${name}`);
  }
}

/** Counts brackets outside of texts before anything is built: walking through what is too deep would end the process. */
function isDeeper(text: string): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]+|\\.)*"?|[[\]{}]/gs)) {
    if (token === "{" || token === "[") depth++;
    if (token === "}" || token === "]") depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
