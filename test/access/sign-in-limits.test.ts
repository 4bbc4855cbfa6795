import { expect } from "chai";
import { createSignInLimits } from "../../src/access/sign-in-limits.js";

describe("The limits of signing in", () => {
  let time = 0;
  const limits = () => createSignInLimits(() => time);
  const waits = (attempt: () => unknown): number => {
    try {
      attempt();
      return 0;
    } catch (error) {
      return (error as { details: { retryAfterMs: number } }).details.retryAfterMs;
    }
  };

  it("let eight attempts on an account fail, then one every thirty seconds, wherever they come from", () => {
    const { begin } = limits();
    const guess = (n: number) => waits(() => begin({ account: "ann", network: `10.0.0.${n}` }));
    expect([1, 2, 3, 4, 5, 6, 7, 8].map(guess)).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(guess(9)).to.equal(30_000);
    time += 30_000;
    expect([guess(9), guess(9)]).to.deep.equal([0, 30_000]);
    expect(
      waits(() => begin({ account: "bob", network: "10.0.0.1" })),
      "another account",
    ).to.equal(0);
  });

  it("let thirty attempts from one network fail, on whichever accounts", () => {
    const { begin } = limits();
    const guess = (n: number) => waits(() => begin({ account: `user${n}`, network: "10.0.0.1" }));
    expect(Array.from({ length: 30 }, (_, n) => guess(n)).every((wait) => wait === 0)).to.equal(true);
    expect(guess(31)).to.equal(6_000);
  });

  it("do not count what did not fail", () => {
    const { begin } = limits();
    for (let n = 0; n < 100; n++) begin({ account: "ann", network: "10.0.0.1" })();
    expect(waits(() => begin({ account: "ann", network: "10.0.0.1" }))).to.equal(0);
  });
});
