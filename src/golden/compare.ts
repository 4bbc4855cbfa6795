import type { ExpectedText } from "../collections/golden-test.js";
import { compilePattern } from "../collections/schema-compiler.js";
import { isJsonObject, type Json } from "../core/json.js";

/** Tells whether a text is the expected one; nothing is no text. */
export function textFits(expected: ExpectedText, got: Json | undefined): boolean {
  if (typeof expected === "string") return got === expected;
  return typeof got === "string" && compilePattern(expected.matches).test(got);
}

/** Tells whether a value has all that is expected, and maybe more; lists must be as long as expected. */
export function has(expected: Json, got: Json | undefined): boolean {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(got) && got.length === expected.length && expected.every((item, index) => has(item, got[index]))
    );
  }
  if (!isJsonObject(expected)) return got === expected;
  return isJsonObject(got) && Object.entries(expected).every(([name, member]) => has(member, got[name]));
}

/** Gives the part of a value that an expectation is about, for showing both side by side. */
export function partOf(got: Json | undefined, expected: Json): Json | undefined {
  if (Array.isArray(expected) && Array.isArray(got))
    return got.map((item, index) => partOf(item, expected[index] ?? item) ?? null);
  if (!isJsonObject(expected) || !isJsonObject(got)) return got;
  const members = Object.entries(expected).flatMap(([name, member]) => {
    const part = partOf(got[name], member);
    return part === undefined ? [] : [[name, part] as const];
  });
  return Object.fromEntries(members);
}
