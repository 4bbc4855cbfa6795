import { expect } from "chai";
import { createPressure, mostCounted, type Pressure } from "../../src/engine/pressure.js";

interface Measured {
  readonly pressure: Pressure;
  now: number;
  backlog: number;
  used: number;
  samples: number;
}

/** A gauge for 100 runs and 800 of 1,000 bytes, with what it measures in our hand. */
function measure(): Measured {
  const measured = { now: 0, backlog: 0, used: 0, samples: 0 };
  const pressure = createPressure({
    now: () => measured.now,
    limits: { maxBacklog: 100, maxHeapShare: 0.8 },
    backlog: () => measured.backlog,
    heap: () => {
      measured.samples++;
      return { used: measured.used, limit: 1_000 };
    },
  });
  return Object.assign(measured, { pressure });
}

describe("the pressure on a process", () => {
  it("is none below the limits", () => {
    const measured = measure();
    Object.assign(measured, { backlog: 99, used: 799 });
    expect(measured.pressure.check()).to.equal(null);
  });

  it("says how many wait when that is the reason", () => {
    const measured = measure();
    measured.backlog = 100;
    expect(measured.pressure.check()).to.deep.equal({
      reason: "100 runs and pushes are waiting, 100 may at most",
      retryAfterMs: 1_000,
    });
  });

  it("says that memory is short when that is the reason", () => {
    const measured = measure();
    measured.used = 800;
    expect(measured.pressure.check()?.reason).to.equal("memory is short");
  });

  it("stays until the backlog is below four fifths, and does not come back before it is full again", () => {
    const measured = measure();
    const full = [100, 99, 80, 79, 99, 100].map((backlog) => {
      measured.backlog = backlog;
      return measured.pressure.check() !== null;
    });
    expect(full).to.deep.equal([true, true, true, false, false, true]);
  });

  it("sends callers away for longer the more there is, for half a minute at most", () => {
    const measured = measure();
    const waits = [100, 110, 150, 200, 1_000].map((backlog) => {
      measured.backlog = backlog;
      return measured.pressure.check()?.retryAfterMs;
    });
    expect(waits).to.deep.equal([1_000, 3_900, 15_500, 30_000, 30_000]);
  });

  it("says where counting has stopped, and counts no further than callers are sent away for longer", () => {
    const measured = measure();
    measured.backlog = mostCounted(100);
    const most = measured.pressure.check();
    expect(most?.reason).to.match(/^at least 200 runs and pushes are waiting/);
    measured.backlog = 100_000;
    expect(measured.pressure.check()?.retryAfterMs).to.equal(most?.retryAfterMs);
    measured.backlog = mostCounted(100) - 1;
    expect(measured.pressure.check()?.retryAfterMs).to.be.below(most?.retryAfterMs ?? 0);
  });

  it("looks at the heap ten times a second at most, however often it is asked", () => {
    const measured = measure();
    for (let asked = 0; asked < 500; asked++) {
      measured.pressure.check();
      measured.now += 1;
    }
    expect(measured.samples).to.equal(5);
  });

  it("keeps on looking at the heap when the clock was set back", () => {
    const measured = measure();
    measured.now = 1_000_000;
    measured.pressure.check();
    Object.assign(measured, { now: 0, used: 900 });
    expect(measured.pressure.check()).to.include({ reason: "memory is short" });
  });
});
