import { expect } from "chai";
import fc from "fast-check";
import { countSegments, outsideGsm } from "../../src/core/segments.js";

const cases: readonly (readonly [what: string, text: string, encoding: string, units: number, count: number])[] = [
  ["an empty text", "", "GSM-7", 0, 1],
  ["160 letters", "a".repeat(160), "GSM-7", 160, 1],
  ["161 letters", "a".repeat(161), "GSM-7", 161, 2],
  ["306 letters", "a".repeat(306), "GSM-7", 306, 2],
  ["307 letters", "a".repeat(307), "GSM-7", 307, 3],
  ["a euro sign, which takes two", "€", "GSM-7", 2, 1],
  ["80 euro signs", "€".repeat(80), "GSM-7", 160, 1],
  ["81 euro signs, never split", "€".repeat(81), "GSM-7", 162, 2],
  ["153 euro signs: 76 fit into a segment", "€".repeat(153), "GSM-7", 306, 3],
  ["umlauts and accents of the basic set", "äöüÄÖÜßéèàñ", "GSM-7", 11, 1],
  ["a letter outside the set", "ć", "UCS-2", 1, 1],
  ["70 units of UCS-2", "ć".repeat(70), "UCS-2", 70, 1],
  ["71 units of UCS-2", "ć".repeat(71), "UCS-2", 71, 2],
  ["134 units of UCS-2", "ć".repeat(134), "UCS-2", 134, 2],
  ["135 units of UCS-2", "ć".repeat(135), "UCS-2", 135, 3],
  ["one emoji among letters", `${"a".repeat(69)}😀`, "UCS-2", 71, 2],
  ["67 emoji: 33 fit into a segment, none is split", "😀".repeat(67), "UCS-2", 134, 3],
  ["a typographic apostrophe", "it’s", "UCS-2", 4, 1],
];

describe("countSegments", () => {
  for (const [what, text, encoding, units, count] of cases) {
    it(`counts ${what}`, () => {
      expect(countSegments(text)).to.deep.equal({ encoding, units, count });
    });
  }

  it("never needs fewer segments for a longer text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "€", "ć", "😀"), maxLength: 400 }), (text) => {
        expect(countSegments(`${text}a`).count).to.be.at.least(countSegments(text).count);
      }),
    );
  });
});

describe("outsideGsm", () => {
  it("names each character once that makes a text UCS-2", () => {
    expect(outsideGsm("Plain €{}")).to.deep.equal([]);
    expect(outsideGsm("“Hi” 🎉🎉 ç")).to.deep.equal(["“", "”", "🎉", "ç"]);
  });
});
