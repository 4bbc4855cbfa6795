import { expect } from "chai";
import { hidePersonal, hideValues } from "../../src/core/personal.js";

describe("what says something about a person", () => {
  const texts: [string, string][] = [
    ['"+1 415 555-0132x" is not a phone number', '"[phone]x" is not a phone number'],
    ["+14155550132 has opted out", "[phone] has opted out"],
    ["call (415) 555-0132 or 415.555.0132", "call [phone] or [phone]"],
    ["there is no record ann.o'lee+shop@example.co.uk.", "there is no record [e-mail]."],
    ["grüße@bücher.example", "[e-mail]"],
    [
      "run_01m80e2n9kbk9vtz2fva5s9m48 at 2026-11-22T01:38:24.123Z",
      "run_01m80e2n9kbk9vtz2fva5s9m48 at 2026-11-22T01:38:24.123Z",
    ],
    ["order 4512345678901, version 1.20.300, 12 + 7 @ home", "order 4512345678901, version 1.20.300, 12 + 7 @ home"],
  ];
  for (const [text, hidden] of texts) {
    it(`leaves of ${text}: ${hidden}`, () => expect(hidePersonal(text)).to.equal(hidden));
  }

  it("is not in the words of an unexpected error, which quote values", () => {
    expect(hideValues('Unexpected token \'A\', "Ann \\"Lee\\"\n" is not valid JSON')).to.equal(
      "Unexpected token 'A', \"…\" is not valid JSON",
    );
  });
  it("is looked for in a long text without walking over it again and again", () => {
    for (const text of ["a".repeat(2_000_000), "+1".repeat(500_000), '"\\'.repeat(500_000), "a@".repeat(500_000)]) {
      expect(hideValues(text)).to.be.a("string");
    }
  }).timeout(10_000);
});
