import { type Matcher, RE2JS } from "re2js";

/**
 * The part of `RegExp` that jsonata uses, on a linear-time engine: `(a+)+$` costs what the text is long, whatever
 * it is. Lookahead, lookbehind and backreferences do not exist there and are refused when the expression is compiled.
 *
 * Source: https://github.com/google/re2/wiki/Syntax
 */
export class LinearRegExp {
  readonly source: string;
  /** Where the next `exec` begins; moves on after a match, as with a global `RegExp`. */
  lastIndex = 0;
  readonly #compiled: RE2JS;

  /** @param regex What jsonata's parser read from `/…/i`. */
  constructor(regex: RegExp) {
    this.source = regex.source;
    const insensitive = regex.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0;
    const multiline = regex.multiline ? RE2JS.MULTILINE : 0;
    this.#compiled = RE2JS.compile(regex.source, insensitive | multiline);
  }

  exec(text: string): (string[] & { index: number }) | null {
    const matcher = this.#compiled.matcher(text);
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0;
      return null;
    }
    this.lastIndex = matcher.end();
    return Object.assign(groupsOf(matcher), { index: matcher.start() });
  }
}

function groupsOf(matcher: Matcher): string[] {
  const groups: string[] = [];
  for (let group = 0; group <= matcher.groupCount(); group++) groups.push(matcher.group(group) ?? "");
  return groups;
}
