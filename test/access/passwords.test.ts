import { expect } from "chai";
import { createPasswords } from "../../src/access/passwords.js";
import { failed } from "../http/failed.js";

const cheap = { N: 1_024, r: 8, p: 1 };

describe("Passwords", () => {
  it("are kept as a hash that costs what OWASP recommends, each with a salt of its own", async () => {
    const { hash, isRight } = createPasswords();
    const kept = await hash("correct horse battery");
    expect(kept).to.match(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(await hash("correct horse battery")).not.to.equal(kept);
    expect(await isRight("correct horse battery", kept)).to.equal(true);
    expect(await isRight("correct horse batterx", kept)).to.equal(false);
  });

  it("are checked at the cost that stands in the hash, whatever new ones cost", async () => {
    const kept = await createPasswords(cheap).hash("correct horse battery");
    expect(kept).to.match(/^scrypt\$1024\$8\$1\$/);
    const { isRight } = createPasswords({ N: 2_048, r: 4, p: 2 });
    expect(await isRight("correct horse battery", kept)).to.equal(true);
    expect(await isRight("something else here", kept)).to.equal(false);
  });

  it("that nobody has are wrong", async () => {
    const { isRight } = createPasswords(cheap);
    expect(await isRight("", null)).to.equal(false);
    expect(await isRight("correct horse battery", null)).to.equal(false);
  });

  it("are right however the keyboard writes the same letters", async () => {
    const { hash, isRight } = createPasswords(cheap);
    expect(await isRight("Cafe\u0301 au lait!", await hash("Caf\u00e9 au lait!"))).to.equal(true);
  });

  it("are guessed a few at a time, and too many wait in vain", async () => {
    const { isRight } = createPasswords(cheap);
    const guesses = Array.from({ length: 18 }, () => isRight("correct horse battery", null));
    await failed(isRight("correct horse battery", null), "SIGN_INS_TOO_MANY");
    expect(await Promise.all(guesses)).to.deep.equal(Array(18).fill(false));
    expect(await isRight("correct horse battery", null)).to.equal(false);
  });
});
