import { readFileSync } from "node:fs";
import { expect } from "chai";
import { errorMeaning, meansOptedOut } from "../../../src/connectors/twilio/error-dictionary.js";

const fixture = new URL("../../../../test/fixtures/connectors/twilio-error-codes.json", import.meta.url);
const classes = Object.entries<string>(JSON.parse(readFileSync(fixture, "utf8")));

describe("the error dictionary", () => {
  for (const [code, kind] of classes) {
    it(`explains ${code} as ${kind}, in sentences`, () => {
      const meaning = errorMeaning(Number(code));
      expect(meaning?.class).to.equal(kind);
      expect(meaning?.cause).to.match(/^[A-Z].*\.$/);
      expect(meaning?.remedy).to.match(/^[A-Z].*\.$/);
    });
  }

  it("knows nothing of other codes", () => {
    for (const code of [0, 1, 99_999, 13_259, Number.NaN]) expect(errorMeaning(code)).to.equal(null);
  });
});

describe("meansOptedOut", () => {
  it("holds for the two codes of a STOP", () => {
    expect(meansOptedOut(21610, "+14155550100")).to.equal(true);
    expect(meansOptedOut(30630, "+14155550100")).to.equal(true);
  });

  it("holds for a block of a toll-free sender, and of no other", () => {
    expect(meansOptedOut(30004, "+18005550100")).to.equal(true);
    expect(meansOptedOut(30004, "+18885550100")).to.equal(true);
    expect(meansOptedOut(30004, "+14155550100")).to.equal(false);
    expect(meansOptedOut(30004, "+448005550100")).to.equal(false);
  });

  it("holds for no other failure", () => {
    for (const code of [30003, 30005, 63014, 99_999]) expect(meansOptedOut(code, "+18005550100")).to.equal(false);
  });
});
