import { expect } from "chai";
import { createPressure, type Overload } from "../../src/engine/pressure.js";

describe("pressure", () => {
  let clock: { now: number };
  let backlog: number;
  let heapUsed: number;
  let heapLooks: number;
  let check: () => Overload | null;
  beforeEach(() => {
    clock = { now: 1_000_000 };
    backlog = 0;
    heapUsed = 0;
    heapLooks = 0;
    const pressure = createPressure({
      now: () => clock.now,
      limits: { maxBacklog: 1_000, maxHeapShare: 0.8 },
      backlog: () => backlog,
      heap: () => {
        heapLooks++;
        return { used: heapUsed, limit: 1_000 };
      },
    });
    check = () => pressure.check();
  });

  /** Checks after the heap may be looked at again. */
  function checkLater(): Overload | null {
    clock.now += 100;
    return check();
  }

  it("leaves room below its limits", () => {
    backlog = 999;
    heapUsed = 799;
    expect(check()).to.equal(null);
  });

  it("is too much from the limit on, and says what there is too much of", () => {
    backlog = 1_000;
    expect(check()).to.deep.equal({ reason: "1000 runs and pushes are waiting", retryAfterMs: 1_000 });
  });

  it("stays too much until a fifth less is waiting, so that it does not flutter", () => {
    backlog = 1_000;
    check();
    backlog = 801;
    expect(check()).to.not.equal(null);
    backlog = 799;
    expect(check()).to.equal(null);
    backlog = 999;
    expect(check()).to.equal(null);
  });

  it("asks for more patience the more is waiting, within a second and half a minute", () => {
    const waits = [1_000, 1_500, 2_000, 100_000].map((count) => {
      backlog = count;
      return check()?.retryAfterMs;
    });
    expect(waits).to.deep.equal([1_000, 5_063, 16_000, 30_000]);
    backlog = 801;
    expect(check()?.retryAfterMs).to.equal(1_000);
  });

  it("says when it is the memory that is short", () => {
    heapUsed = 900;
    expect(check()?.reason).to.equal("memory is short");
    heapUsed = 641;
    expect(checkLater()?.reason).to.equal("memory is short");
    heapUsed = 639;
    expect(checkLater()).to.equal(null);
  });

  it("names what presses harder when both do", () => {
    backlog = 3_000;
    heapUsed = 900;
    expect(check()?.reason).to.equal("3000 runs and pushes are waiting");
    backlog = 1_000;
    expect(check()?.reason).to.equal("memory is short");
  });

  it("looks at the heap ten times a second at most, however often it is asked", () => {
    for (let asked = 0; asked < 1_000; asked++) {
      check();
      clock.now += 1;
    }
    expect(heapLooks).to.equal(10);
  });

  it("looks again when the clock was set back", () => {
    check();
    clock.now -= 3_600_000;
    heapUsed = 900;
    expect(check()?.reason).to.equal("memory is short");
  });

  it("judges by what is waiting now, not by what was when the heap was looked at", () => {
    check();
    backlog = 1_000;
    expect(check()).to.not.equal(null);
    expect(heapLooks).to.equal(1);
  });
});
