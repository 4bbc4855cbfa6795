import { expect } from "chai";
import { PatchbayError } from "../../src/core/errors.js";
import { isCountry, toE164 } from "../../src/phone/phone.js";

function failureOf(written: string, country: string | null): PatchbayError {
  try {
    toE164(written, country);
  } catch (thrown) {
    if (thrown instanceof PatchbayError) return thrown;
  }
  throw new Error(`expected "${written}" to be refused`);
}

describe("toE164", () => {
  for (const written of [
    "6175551212",
    "(617) 555-1212",
    "617.555.1212",
    "617-555-1212",
    " 1 617 555 1212 ",
    "+1 (617) 555-1212",
    "+16175551212",
    "001 617 555 1212",
    "tel:+1-617-555-1212",
  ]) {
    it(`reads "${written}" as an American number`, () => {
      expect(toE164(written, "US")).to.equal("+16175551212");
    });
  }

  it("reads a national number as one of the default country, in either case", () => {
    expect(toE164("030 123456", "DE")).to.equal("+4930123456");
    expect(toE164("020 7946 0018", "gb")).to.equal("+442079460018");
  });

  it("keeps the country of an international number, whatever the default", () => {
    expect(toE164("+44 20 7946 0018", "US")).to.equal("+442079460018");
    expect(toE164("0044 20 7946 0018", "US")).to.equal("+442079460018");
  });

  it("needs no default country for an international number", () => {
    expect(toE164("+49 30 123456", null)).to.equal("+4930123456");
  });

  it("accepts numbers that are possible but not assigned, such as test numbers", () => {
    expect(toE164("+15005550006", null)).to.equal("+15005550006");
  });

  for (const written of ["", "   ", "\t"]) {
    it(`reports ${JSON.stringify(written)} as missing`, () => {
      expect(failureOf(written, "US").code).to.equal("PHONE_MISSING");
    });
  }

  for (const [written, country, message] of [
    ["call me", "US", '"call me" is not a phone number as a number of US'],
    ["12", "US", '"12" is not a phone number as a number of US'],
    ["+1 617", "US", '"+1 617" is not a phone number'],
    [
      "617 555 1212",
      null,
      '"617 555 1212" is not a phone number; it has no country code and no default country is set',
    ],
    ["617 555 1212", "USA", '"USA" is not a country code such as US or DE'],
  ] as const) {
    it(`refuses "${written}" with ${country ?? "no"} default country, and says why`, () => {
      expect(failureOf(written, country)).to.include({ code: "PHONE_INVALID", message });
    });
  }
});

describe("isCountry", () => {
  it("knows ISO 3166-1 alpha-2 codes in capitals", () => {
    expect(["US", "DE", "XX", "us", "USA", ""].map(isCountry)).to.deep.equal([true, true, false, false, false, false]);
  });
});
