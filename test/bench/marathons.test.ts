import { expect } from "chai";
import { type BulkFindings, bulkToJson, renderBulk } from "../../bench/bulk/bulk-report.js";
import { courseOf } from "../../bench/memory-watch.js";
import { delayPercentile, parseMetrics } from "../../bench/server-metrics.js";
import { renderSoak, type SoakSlice, soakToJson } from "../../bench/soak/soak-report.js";

describe("bench bulk", () => {
  const memory = courseOf([200, 220, 210, 230]);
  const figures = { takenPerSecond: 1_000, textsPerSecond: 900, cpuMsPerOrder: 0.5, memory };
  const findings: BulkFindings = {
    ...{ store: "sqlite", lines: 1_000, slowLines: 200, idleMb: 120 },
    single: figures,
    bulk: { ...figures, takenPerSecond: 1_900 },
    slowVendor: figures,
    unread: { written: 200, memory },
  };

  it("tells what grows with the work by the halves of its time", () => {
    expect(memory).to.deep.equal({ highestMb: 230, firstHalfMb: 220, secondHalfMb: 230 });
  });

  it("says which goals are missed", () => {
    const table = renderBulk(findings);
    expect(table).to.match(/missed +taken 1.90 times/);
    expect(table).to.match(/met +110 MB above idle/);
    expect(table).to.match(/missed +200 of 200 lines left/);
    expect(bulkToJson(findings)).to.include({ times: 1.9, aboveIdleMb: 110, growthMb: 10, unreadLines: 200 });
  });
});

describe("bench soak", () => {
  const slice = (part: Partial<SoakSlice>): SoakSlice => ({
    ...{
      rssMb: 200,
      walMb: 16,
      ackP50Ms: 2,
      ackP99Ms: 5,
      loopP99Ms: 4,
      runsDue: 0,
      textsMissing: 0,
      reportsPending: 0,
    },
    ...part,
  });
  const facts = { store: "sqlite", callbacks: true, minutes: 1, highestPerSecond: 100, perSecond: 80 } as const;

  it("finds what drifts from the first half to the second", () => {
    const slices = [slice({}), slice({ rssMb: 210 }), slice({ rssMb: 260, loopP99Ms: 21 }), slice({ ackP50Ms: 2.2 })];
    expect(soakToJson({ ...facts, slices, runsDueAfter: 0 })).to.include({
      memoryDrift: 1.24,
      walDrift: 1,
      loopP99Ms: 21,
    });
    const table = renderSoak({ ...facts, slices, runsDueAfter: 3 });
    expect(table).to.match(/missed +event loop at most 21.0 ms/);
    expect(table).to.match(/missed +3 runs waited/);
    expect(table).to.match(/missed +memory 1.24 times/);
    expect(table).to.match(/met +write-ahead log 1.00 times/);
  });
});

describe("The server's figures", () => {
  const text = (counts: readonly number[]): string =>
    [
      ...["0.001", "0.01", "+Inf"].map(
        (le, at) => `patchbay_event_loop_delay_seconds_bucket{le="${le}"} ${counts[at]}`,
      ),
      "patchbay_runs_due 7\n",
    ].join("\n");

  it("give the delay between two readings", () => {
    const [before, after] = [parseMetrics(text([100, 100, 100])), parseMetrics(text([100, 200, 200]))];
    expect(after.runsDue).to.equal(7);
    expect(delayPercentile(before.loopDelay, after.loopDelay, 0.5)).to.equal(5.5);
    expect(delayPercentile(before.loopDelay, parseMetrics(text([100, 100, 101])).loopDelay, 0.99)).to.equal(Infinity);
    expect(delayPercentile(before.loopDelay, before.loopDelay, 0.99)).to.be.NaN;
  });

  it("are asked for by name where they are missing", () => {
    expect(() => parseMetrics("process_cpu_seconds_total 1")).to.throw("lacks figures");
  });
});
