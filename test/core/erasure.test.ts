import { expect } from "chai";
import { names, spellingsOfAddress, spellingsOfNumber } from "../../src/core/erasure.js";

describe("how a contact is found", () => {
  const american = spellingsOfNumber("+14155557391", "4155557391");
  const german = spellingsOfNumber("+4915112345678", "15112345678");
  const address = spellingsOfAddress("jane.doe@example.com");

  it("finds a number however people write it", () => {
    const written = [
      "+14155557391",
      "(415) 555-7391",
      "415.555.7391",
      "1-415-555-7391",
      "To=%2B14155557391&x",
      "14155557391",
    ];
    for (const one of written) expect(names(american, `call ${one} now`), one).to.equal(true);
    for (const one of ["+49 (0)151 12345678", "0151 1234 5678", "0049 151/12345678"]) {
      expect(names(german, `{"phone":"${one}"}`), one).to.equal(true);
    }
  });
  it("does not take a part of another number for it", () => {
    for (const one of ["+494155557391", "+49 4155557391", "94155557391", "41555573912", "4155557392"]) {
      expect(names(american, one), one).to.equal(false);
    }
  });
  it("replaces the whole of it", () => {
    expect('{"to":"+1 (415) 555-7391"}'.replace(american.pattern, "x")).to.equal('{"to":"x"}');
    expect("0049 151 12345678".replace(german.pattern, "x")).to.equal("x");
  });
  it("finds an address whatever the case, and nobody else's", () => {
    for (const one of ["Jane.Doe@Example.com", "mailto:jane.doe@example.com.", "?e=jane.doe%40example.com"]) {
      expect(names(address, one), one).to.equal(true);
    }
    for (const one of ["xjane.doe@example.com", "jane.doe@example.com.au", "janeXdoe@example.com"]) {
      expect(names(address, one), one).to.equal(false);
    }
  });
});
