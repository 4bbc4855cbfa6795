import { expect } from "chai";
import fc from "fast-check";
import { LinearRegExp } from "../../src/translation/linear-regexp.js";
import { evaluate, sharedTranslation } from "./open.js";

/** Every match as plain data, the way JSONata asks for them. */
function allMatches(expression: { lastIndex: number; exec(text: string): RegExpExecArray | null }, text: string) {
  const matches = [];
  for (let found = expression.exec(text); found !== null; found = expression.exec(text)) {
    matches.push({ groups: [...found], index: found.index, next: expression.lastIndex });
    if (found[0] === "") break;
  }
  return { matches, lastIndex: expression.lastIndex };
}

describe("LinearRegExp", () => {
  for (const [pattern, text] of [
    [/a(b)?/g, "ab a ab"],
    [/^a/gm, "a\nba\na"],
    [/^a/g, "aa"],
    [/B+/gi, "abBc"],
    [/\d{3}-(?<last>\d+)/g, "555-1212, 666-7"],
    [/a$/g, "a\na"],
    [/[äöü€]+/g, "Grüße für 5€"],
    [/x*/g, "aax"],
    [/\bfoo\b/g, "foo afoo foo"],
  ] as const) {
    it(`finds with ${pattern} what JavaScript finds`, () => {
      expect(allMatches(new LinearRegExp(pattern), text)).to.deep.equal(allMatches(new RegExp(pattern), text));
    });
  }

  it("finds in any text what JavaScript finds", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "1", " ", "\n") });
    fc.assert(
      fc.property(letters, (text) => {
        const pattern = /(a+)(b|1)?|^\s/gm;
        expect(allMatches(new LinearRegExp(pattern), text)).to.deep.equal(allMatches(new RegExp(pattern), text));
      }),
    );
  });

  it("starts over with another text", () => {
    const expression = new LinearRegExp(/a/g);
    expression.exec("xxa");
    expression.lastIndex = 0;
    expect(expression.exec("a")?.index).to.equal(0);
  });

  describe("in expressions", () => {
    const translation = sharedTranslation();
    const text = `${"a".repeat(40)}b`;

    it("answers what would hang a backtracking engine", async () => {
      expect(await evaluate(translation(), "=$contains(text, /(a+)+$/)", { input: { text } })).to.equal(false);
    });

    it("serves $match, $replace, $split and $contains", async () => {
      const template = {
        match: "=$match('ab12cd', /([a-z]+)(\\d)?/)",
        replace: "=$replace('John Smith', /(\\w+)\\s(\\w+)/, '$2, $1')",
        split: "=$split('a1b22c', /\\d+/)",
        contains: "=$contains('Hello', /^HELLO$/i)",
      };
      expect(await evaluate(translation(), template)).to.deep.equal({
        match: [
          { match: "ab1", index: 0, groups: ["ab", "1"] },
          { match: "cd", index: 4, groups: ["cd", null] },
        ],
        replace: "Smith, John",
        split: ["a", "b", "c"],
        contains: true,
      });
    });
  });
});
