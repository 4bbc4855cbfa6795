import { expect } from "chai";
import type { Json } from "../../src/core/json.js";
import { evaluate, failureOf, sharedTranslation } from "./open.js";

describe("host functions", () => {
  const translation = sharedTranslation();
  const input = {
    phone: "(617) 555-1212",
    phones: ["617 555 1212", "617 555 1213"],
    empty: " ",
    none: null,
    list: [1],
  };
  const give = (expression: string): Promise<Json | undefined> => evaluate(translation(), `=${expression}`, { input });

  describe("$phone", () => {
    it("gives E.164 with a country", async () => {
      expect(await give("$phone(phone, 'US')")).to.equal("+16175551212");
    });

    it("needs no country for an international number, even one stored as a number", async () => {
      expect(await give("[$phone('+49 30 123456'), $phone(493012345678, 'DE')]")).to.deep.equal([
        "+4930123456",
        "+493012345678",
      ]);
    });

    it("gives nothing for a missing, null or blank number", async () => {
      expect(await give("{ 'a': $phone(missing), 'b': $phone(none), 'c': $phone(empty, 'US') }")).to.deep.equal({});
    });

    it("fails with PHONE_INVALID and its reason", async () => {
      const error = await failureOf(give("{ 'to': $phone('call me', 'US') }"));
      expect(error.code).to.equal("PHONE_INVALID");
      expect(error.message).to.equal('"call me" is not a phone number as a number of US');
    });

    it("does not take the index that $map passes for a country", async () => {
      expect(await give("$map(['+16175551212', '+16175551213'], $phone)")).to.deep.equal([
        "+16175551212",
        "+16175551213",
      ]);
    });

    it("can be applied partially", async () => {
      expect(await give("$map(phones, $phone(?, 'US'))")).to.deep.equal(["+16175551212", "+16175551213"]);
    });

    it("refuses a list", async () => {
      expect(await failureOf(give("$phone(list)"))).to.include({
        code: "TRANSLATOR_FAILED",
        message: "$phone needs a text, not a list",
      });
    });
  });

  it("$segments counts SMS segments", async () => {
    expect(await give("[$segments('hi'), $segments($pad('', 161, 'x')), $segments('')]")).to.deep.equal([1, 2, 1]);
  });

  it("$hash gives SHA-256 in hex", async () => {
    expect(await give("$hash('abc')")).to.equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  it("$base64 encodes UTF-8", async () => {
    expect(await give("$base64('Grüße €')")).to.equal(Buffer.from("Grüße €").toString("base64"));
  });

  it("$uuid gives another UUID each time", async () => {
    const [one, two] = (await give("[$uuid(), $uuid()]")) as string[];
    expect(one).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(one).to.not.equal(two);
  });

  describe("$money", () => {
    it("writes an amount the way the locale does", async () => {
      const written = await give("[$money(1234.5, 'USD'), $money('9.99', 'eur', 'de-DE'), $money(500, 'JPY')]");
      expect(written).to.deep.equal(["$1,234.50", "9,99\u00a0€", "¥500"]);
    });

    it("gives nothing for a missing amount", async () => {
      expect(await give("$money(missing, 'USD')")).to.equal(undefined);
    });

    for (const [call, message] of [
      ["$money(1)", '$money needs a currency such as "USD" as its second argument'],
      ["$money(1, 'dollars')", '$money knows no currency "DOLLARS" in the locale "en-US"; write USD and en-US'],
      ["$money('much', 'USD')", "$money needs a number as its first argument"],
    ] as const) {
      it(`says what is wrong with ${call}`, async () => {
        expect(await failureOf(give(call))).to.include({ code: "TRANSLATOR_FAILED", message });
      });
    }
  });

  it("$fail refuses the record with its message", async () => {
    const error = await failureOf(give("phone ? $fail('No texts on Sundays') : 1"));
    expect(error).to.include({ code: "TRANSLATOR_REFUSED", message: "No texts on Sundays" });
  });

  for (const name of ["segments", "hash", "base64"]) {
    it(`$${name} gives nothing for nothing`, async () => {
      expect(await give(`$${name}(missing)`)).to.equal(undefined);
    });
  }
});
