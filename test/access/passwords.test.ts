import { expect } from "chai";
import type { Derive } from "../../src/access/password-thread.js";
import { createPasswords, type Guess } from "../../src/access/passwords.js";
import { failed } from "../http/failed.js";

describe("Passwords", () => {
  const guess = (password: string, kept: string | null, more: Partial<Guess> = {}): Guess => ({
    ...{ password, kept, known: false, admit: async () => undefined },
    ...more,
  });

  it("are told right from wrong, however their letters were typed; nobody's is never right", async () => {
    const passwords = createPasswords();
    const kept = await passwords.hash("caf\u00e9 with a long name");
    expect(kept).to.match(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    const isRight = (password: string, of: string | null) => passwords.isRight(guess(password, of));
    expect(await isRight("cafe\u0301 with a long name", kept)).to.equal(true);
    expect(await isRight("cafe with a long name", kept)).to.equal(false);
    expect(await isRight("caf\u00e9 with a long name", null)).to.equal(false);
  });

  it("are checked at the cost that stands in the hash, whatever new ones cost", async () => {
    const kept = await createPasswords({ N: 1_024, r: 8, p: 1 }).hash("correct horse battery");
    expect(kept).to.match(/^scrypt\$1024\$8\$1\$/);
    const { isRight } = createPasswords({ N: 2_048, r: 4, p: 2 });
    expect(await isRight(guess("correct horse battery", kept))).to.equal(true);
    expect(await isRight(guess("something else here", kept))).to.equal(false);
  });

  /** A thread that works when it is told to. */
  function openThread() {
    const begun: { password: string; finish: () => void }[] = [];
    const derive: Derive = ({ password }) =>
      new Promise((resolve) => {
        begun.push({ password, finish: () => resolve(new Uint8Array(32)) });
      });
    return { begun, passwords: createPasswords(undefined, derive) };
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it("are worked out one at a time, and those of people who are known here before those of strangers", async () => {
    const { begun, passwords } = openThread();
    const all = ["first", "stranger", "ann"].map((name) =>
      passwords.isRight(guess(name, null, { known: name === "ann" })),
    );
    await turn();
    for (let n = 0; n < 3; n++) {
      expect(begun).to.have.lengthOf(n + 1);
      begun[n]?.finish();
      await turn();
    }
    expect(begun.map(({ password }) => password)).to.deep.equal(["first", "ann", "stranger"]);
    await Promise.all(all);
  });

  it("of strangers are refused unseen when too many wait, while those of people who are known here still wait", async () => {
    const { begun, passwords } = openThread();
    const waiting = Array.from({ length: 17 }, () => passwords.isRight(guess("x", null)));
    await turn();
    let admitted = 0;
    const admit = async () => void admitted++;
    const refusal = await failed(passwords.isRight(guess("y", null, { admit })), "SIGN_INS_TOO_MANY");
    expect(refusal.details).to.deep.equal({ retryAfterMs: 2_000 });
    const known = passwords.isRight(guess("z", null, { known: true, admit }));
    expect(admitted).to.equal(0);
    for (let n = 0; n < 18; n++) {
      begun[n]?.finish();
      await turn();
    }
    await Promise.all([...waiting, known]);
    expect([begun[1]?.password, admitted]).to.deep.equal(["z", 1]);
  });

  it("are not worked out for who is not admitted when the turn comes", async () => {
    const { begun, passwords } = openThread();
    const admit = async () => {
      throw new Error("too many");
    };
    const outcome = await passwords.isRight(guess("x", null, { admit })).catch((error: Error) => error.message);
    expect([outcome, begun.length]).to.deep.equal(["too many", 0]);
    const next = passwords.isRight(guess("y", null));
    await turn();
    begun[0]?.finish();
    expect(await next, "the next one has its turn").to.equal(false);
  });
});
