import { expect } from "chai";
import { createRateLimit } from "../../src/api/rate-limit.js";

describe("A rate limit", () => {
  const open = (perSecond: number, burst: number) => {
    const clock = { ms: 1_000_000 };
    const limit = createRateLimit({ perSecond, burst }, () => clock.ms);
    return { clock, take: (name = "a") => limit.take(name) };
  };

  it("lets a burst pass, then as many as fit the rate, and says how long to wait", () => {
    const { clock, take } = open(10, 3);
    expect([take(), take(), take()]).to.deep.equal([0, 0, 0]);
    expect(take()).to.equal(100);
    clock.ms += 60;
    expect(take()).to.equal(40);
    clock.ms += 40;
    expect([take(), take()]).to.deep.equal([0, 100]);
  });

  it("does not count what it refuses", () => {
    const { clock, take } = open(1, 1);
    take();
    for (let count = 0; count < 100; count++) take();
    clock.ms += 1_000;
    expect(take()).to.equal(0);
  });

  it("gives no more than a burst after any rest", () => {
    const { clock, take } = open(10, 3);
    take();
    clock.ms += 86_400_000;
    expect([take(), take(), take(), take()]).to.deep.equal([0, 0, 0, 100]);
  });

  it("counts each name by itself", () => {
    const { take } = open(1, 1);
    expect([take("a"), take("b"), take("a")]).to.deep.equal([0, 0, 1_000]);
  });

  it("remembers no more than it may, and forgets those first who may do everything again", () => {
    const { clock, take } = open(1, 2);
    for (let count = 0; count < 40_000; count++) take(`rested ${count}`);
    clock.ms += 10_000;
    take("busy");
    take("busy");
    for (let count = 0; count < 30_000; count++) take(`new ${count}`);
    expect(take("busy")).to.equal(1_000);
    for (let count = 0; count < 60_000; count++) take(`flood ${count}`);
    expect(take("busy")).to.equal(0);
  });
});
