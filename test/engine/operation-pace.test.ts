import { expect } from "chai";
import fc from "fast-check";
import type { OperationWork } from "../../src/core/operation.js";
import { type Allowance, spanOf, unitsDue } from "../../src/engine/operation-pace.js";

const retry: OperationWork = {
  kind: "retry",
  flow: null,
  code: null,
  from: "2026-01-01T00:00:00.000Z",
  until: "2026-01-02T00:00:00.000Z",
  version: "pinned",
};

describe("the pace of a bulk operation", () => {
  it("goes on behind the last unit that was done", () => {
    expect(spanOf(retry, { after: "run_7", limit: 5 })).to.deep.equal({
      from: new Date("2026-01-01T00:00:00.000Z"),
      until: new Date("2026-01-02T00:00:00.000Z"),
      after: "run_7",
      limit: 5,
    });
  });

  it("does one at once, and as many as the pace allows for the time since", () => {
    const first = unitsDue(10, null, 1_000);
    expect(first.count).to.equal(1);
    const second = unitsDue(10, first.allowance, 1_250);
    expect(second.count).to.equal(2);
    expect(unitsDue(10, second.allowance, 1_300).count).to.equal(1);
  });

  it("does a second's worth at most after a pause", () => {
    expect(unitsDue(10, { lookedAt: 0, carry: 0.5 }, 3_600_000).count).to.equal(10);
  });

  it("does nothing when the clock was set back, and loses nothing", () => {
    expect(unitsDue(10, { lookedAt: 5_000, carry: 0.5 }, 1_000)).to.deep.equal({
      count: 0,
      allowance: { lookedAt: 1_000, carry: 0.5 },
    });
  });

  it("does no more than the pace and one, however often it is asked within a second, and falls behind by less than one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 60 }),
        (perSecond, pauses) => {
          let { count: done, allowance }: { count: number; allowance: Allowance } = unitsDue(perSecond, null, 0);
          let now = 0;
          for (const pause of pauses) {
            now += pause;
            const next = unitsDue(perSecond, allowance, now);
            done += next.count;
            allowance = next.allowance;
          }
          const ideal = 1 + (perSecond * now) / 1_000;
          expect(done).to.be.at.most(ideal + 1e-6);
          expect(done).to.be.above(ideal - 1 - 1e-6);
        },
      ),
    );
  });
});
