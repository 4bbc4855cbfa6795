import { expect } from "chai";
import fc from "fast-check";
import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { ErrorCode } from "../../src/core/error-catalogue.js";
import { PatchbayError } from "../../src/core/errors.js";
import { isCountry, toE164 } from "../../src/phone/phone.js";

/** The error with which a number is refused. */
function refusal(written: string, country: string | null, code: ErrorCode): PatchbayError {
  try {
    toE164(written, country);
  } catch (error) {
    if (error instanceof PatchbayError && error.code === code) return error;
    throw error;
  }
  throw new Error(`${written} was accepted`);
}

const written = [
  { text: "+16175551212", country: null, e164: "+16175551212" },
  { text: "+1 (617) 555-1212", country: null, e164: "+16175551212" },
  { text: "  +1.617.555.1212\n", country: null, e164: "+16175551212" },
  { text: "(617) 555-1212", country: "US", e164: "+16175551212" },
  { text: "617-555-1212", country: "US", e164: "+16175551212" },
  { text: "6175551212", country: "US", e164: "+16175551212" },
  { text: "1 617 555 1212", country: "US", e164: "+16175551212" },
  { text: "6175551212", country: "us", e164: "+16175551212" },
  { text: "030 901820", country: "DE", e164: "+4930901820" },
  { text: "0049 30 901820", country: null, e164: "+4930901820" },
  { text: "0049 30 901820", country: "US", e164: "+4930901820" },
  { text: "00 49 30 901820", country: null, e164: "+4930901820" },
  { text: "+49 (0)30 901820", country: null, e164: "+4930901820" },
  { text: "011 44 20 7946 0958", country: "US", e164: "+442079460958" },
  { text: "+44 20 7946 0958", country: "US", e164: "+442079460958" },
  { text: "020 7946 0958", country: "GB", e164: "+442079460958" },
  { text: "tel:+44-20-7946-0958", country: null, e164: "+442079460958" },
  { text: "01 23 45 67 89", country: "FR", e164: "+33123456789" },
  { text: "06 698 12345", country: "IT", e164: "+390669812345" },
  { text: "＋１６１７５５５１２１２", country: null, e164: "+16175551212" },
  { text: "(617) 555-1212 ext. 7", country: "US", e164: "+16175551212" },
  { text: "+1 617 555 1212 x7", country: null, e164: "+16175551212" },
  { text: "+15005550006", country: null, e164: "+15005550006" },
];

const junk = [
  "hello",
  "call me",
  "n/a",
  "+",
  "++16175551212",
  "12",
  "+1",
  "+1617",
  "+999 123 456 789",
  "+1617555121212121212",
  "1".repeat(100_000),
  "{}",
  "😀",
];

describe("toE164", () => {
  for (const { text, country, e164 } of written) {
    it(`reads ${JSON.stringify(text)} ${country === null ? "without a default country" : `in ${country}`}`, () => {
      expect(toE164(text, country)).to.equal(e164);
    });
  }

  for (const text of junk) {
    it(`refuses ${JSON.stringify(text.slice(0, 30))}`, () => {
      for (const country of [null, "US"]) refusal(text, country, "PHONE_INVALID");
    });
  }

  for (const text of ["", " ", "\t\n"]) {
    it(`calls ${JSON.stringify(text)} missing`, () => {
      refusal(text, "US", "PHONE_MISSING");
    });
  }

  it("says that the country code is missing when there is no default country", () => {
    expect(refusal("617 555 1212", null, "PHONE_INVALID").message).to.equal(
      '"617 555 1212" is not a phone number; it has no country code and no default country is set',
    );
  });

  it("names the country a number was read for", () => {
    expect(refusal("12", "FR", "PHONE_INVALID").message).to.equal('"12" is not a phone number as a number of FR');
  });

  it("names the number in the details", () => {
    expect(refusal("+1617", null, "PHONE_INVALID").details).to.deep.equal({ phone: "+1617" });
  });

  for (const country of ["", "U", "USA", "XX", "Germany", "__proto__", "constructor"]) {
    it(`refuses ${JSON.stringify(country)} as a default country`, () => {
      const { message } = refusal("6175551212", country, "PHONE_INVALID");
      expect(message).to.equal(`"${country}" is not a country code such as US or DE`);
    });
  }

  it("never writes more than a short text into the message", () => {
    expect(refusal("9".repeat(100_000), null, "PHONE_INVALID").message).to.have.lengthOf.below(200);
  });
});

describe("toE164 of ten digits in North America", () => {
  const countries = getCountries().filter((country) => getCountryCallingCode(country) === "1");
  const forms = ["$1$2$3", "($1) $2-$3", "$1-$2-$3", "$1.$2.$3", "($1)$2 $3", "$1 $2 $3"];

  it("gives what the library gives, whichever country it finds", () => {
    const numbers = fc.tuple(fc.integer({ min: 2e9, max: 9_999_999_999 }), fc.constantFrom(...forms));
    fc.assert(
      fc.property(numbers, fc.constantFrom(...countries), ([digits, form], country) => {
        const text = String(digits).replace(/^(\d{3})(\d{3})(\d{4})$/, form);
        const number = parsePhoneNumberFromString(text, { defaultCountry: country });
        expect(number?.isPossible()).to.equal(true);
        expect(toE164(text, country)).to.equal(number?.number);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("isCountry", () => {
  it("knows countries by two capital letters", () => {
    expect(["US", "DE", "FR", "GB"].every(isCountry)).to.equal(true);
    expect(["", "us", "XX", "USA", "constructor", "__proto__", "toString"].some(isCountry)).to.equal(false);
  });
});
