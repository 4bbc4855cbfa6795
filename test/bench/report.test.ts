import { expect } from "chai";
import { type Findings, renderTable, toJson } from "../../bench/report.js";
import type { RoundFigures } from "../../bench/round.js";

function round(textsPerSecond: number): RoundFigures {
  return {
    textsPerSecond,
    loadedAckP50Ms: 10,
    loadedAckP99Ms: 20,
    ackP50Ms: 1.25,
    ackP99Ms: 2.5,
    textP50Ms: 2,
    textP99Ms: 4,
    cpuMsPerOrder: Number.NaN,
    cpuMsByKind: { api: 0.25, worker: 0.5, database: textsPerSecond / 1000 },
    idleRssMb: 100,
    rssMb: 150,
    startMs: 300,
    otherWorkPercent: 5,
    drainMs: 5,
  };
}

const findings: Findings = {
  store: "postgres",
  workers: 2,
  callbacks: false,
  patchbay: { name: "Patchbay", rounds: [round(1000), round(3000), round(2000)] },
  bare: { name: "bare loop", rounds: [round(4000), round(4000), round(10_000)] },
  helpMs: [90, 110],
  remarks: ["3 rounds"],
};

describe("bench report", () => {
  it("compares what was measured side by side: the ratio is the median of the rounds' ratios", () => {
    expect(toJson(findings)).to.include({ textsPerSecond: 2000, barePerSecond: 4000, ratio: 0.25, helpMs: 100 });
  });

  it("says what was measured, and the processor time of each kind of process", () => {
    const cpuMsByKind = { api: 0.25, worker: 0.5, database: 2 };
    expect(toJson(findings)).to.deep.include({ store: "postgres", workers: 2, cpuMsByKind });
    expect(renderTable(findings)).to.match(/processor ms per order, database +2.000 \(1.000 - 3.000\)/);
  });

  it("has null where the machine gives no figure", () => {
    expect(toJson(findings)).to.include({ cpuMsPerOrder: null, ackP50Ms: 1.25 });
    expect(renderTable(findings)).to.match(/processor ms per order +not measured/);
  });

  it("shows medians with the lowest and the highest round", () => {
    expect(renderTable(findings)).to.match(/texts per second +2000 \(1000 - 3000\) +4000 \(4000 - 10000\)/);
  });
});
