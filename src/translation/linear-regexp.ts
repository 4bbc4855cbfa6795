import { type Matcher, RE2JS } from "re2js";

const compiled = new WeakMap<RegExp, RE2JS>();

/**
 * A drop-in for `RegExp` in the part that JSONata uses (`exec`, `lastIndex`, groups; every pattern is global), with
 * matching time linear in the text: `(a+)+$` cannot hang a thread.
 *
 * Differences from JavaScript: lookaheads, lookbehinds and backreferences do not exist, `\s` and `\b` are ASCII, and
 * a character outside the basic plane counts as one.
 *
 * Source: https://github.com/google/re2/wiki/Syntax
 */
export class LinearRegExp {
  /** Where the next `exec` begins; behind the last match afterwards, 0 when there was none. */
  lastIndex = 0;
  readonly #pattern: RE2JS;
  #text: string | null = null;
  #matcher: Matcher | null = null;

  constructor(pattern: RegExp) {
    this.#pattern = compileLinear(pattern);
  }

  exec(text: string): RegExpExecArray | null {
    const matcher = this.#matcherOf(text);
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0;
      return null;
    }
    this.lastIndex = matcher.end();
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? undefined);
    return Object.assign(groups, { index: matcher.start(), input: text }) as RegExpExecArray;
  }

  /** One matcher serves all matches in one text, so that n matches do not prepare the text n times. */
  #matcherOf(text: string): Matcher {
    if (this.#matcher === null || this.#text !== text) {
      this.#matcher = this.#pattern.matcher(text);
      this.#text = text;
    }
    return this.#matcher;
  }
}

/** Compiles a pattern once. Throws re2js's error, which names the construct, when it has no linear-time form. */
export function compileLinear(pattern: RegExp): RE2JS {
  let program = compiled.get(pattern);
  if (program === undefined) {
    program = RE2JS.compile(RE2JS.translateRegExp(pattern));
    compiled.set(pattern, program);
  }
  return program;
}
