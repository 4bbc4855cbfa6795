import { expect } from "chai";
import fc from "fast-check";
import { defaultRetryPolicy, nextDelayMs } from "../../src/core/retry-policy.js";

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("nextDelayMs", () => {
  it("doubles the longest delay with each attempt", () => {
    const policy = { maxAttempts: 5, baseMs: 1_000, capMs: 60_000, deadlineMs: 3_600_000 };
    const delays = [1, 2, 3, 4].map((attempts) => nextDelayMs(policy, attempts, { random: 0.5 }));
    expect(delays).to.deep.equal([500, 1_000, 2_000, 4_000]);
  });

  it("gives null when the attempts are used up", () => {
    const policy = { maxAttempts: 3, baseMs: 1_000, capMs: 60_000, deadlineMs: 3_600_000 };
    expect([2, 3, 4].map((attempts) => nextDelayMs(policy, attempts, { random: 0 }))).to.deep.equal([0, null, null]);
  });

  it("stays between nothing and the cap, whatever chance says", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), random, (attempts, chance) => {
        const ceiling = Math.min(defaultRetryPolicy.capMs, defaultRetryPolicy.baseMs * 2 ** (attempts - 1));
        expect(nextDelayMs(defaultRetryPolicy, attempts, { random: chance })).to.be.within(0, ceiling);
      }),
    );
  });

  it("never comes back before the vendor asked for, even beyond the cap", () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), random, (retryAfterMs, chance) => {
        expect(nextDelayMs(defaultRetryPolicy, 1, { random: chance, retryAfterMs })).to.be.at.least(retryAfterMs);
      }),
    );
    expect(nextDelayMs(defaultRetryPolicy, 1, { random: 0, retryAfterMs: 600_000 })).to.equal(600_000);
  });
});
