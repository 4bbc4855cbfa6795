import { expect } from "chai";
import { growthPlot } from "../../bench/growth/growth-plot.js";
import { growthSeries, growthToJson, renderGrowth, type SizeFigures } from "../../bench/growth/growth-report.js";

function size(orders: number, rates: readonly number[], listMs: readonly number[]): SizeFigures {
  const spans = { takenPerSecond: 0, settledPerSecond: 0, texts: 100, beganAtMs: 0, endedAtMs: 1_000 };
  return {
    orders,
    windows: rates.map((textsPerSecond) => ({ textsPerSecond, cpuMsPerOrder: 500 / textsPerSecond, ...spans })),
    floor: { p50Ms: 0.5, p99Ms: 1 },
    lists: listMs.map((p50Ms, at) => ({
      ...{ name: `list ${at}`, items: 50, p50Ms, p99Ms: p50Ms },
      ...{ secondP50Ms: p50Ms, secondP99Ms: p50Ms },
    })),
  };
}

// The machine was twice as fast in the second round, for both.
const findings = {
  store: "sqlite",
  sizes: [size(1_000, [500, 1_000], [1, 2, 4]), size(10_000, [475, 950], [1, 3, 12])],
} as const;

describe("bench growth", () => {
  it("compares sizes round by round, and lists with the same list of the smallest store", () => {
    const [, large] = growthToJson(findings).sizes as Record<string, unknown>[];
    expect(large).to.include({ orders: 10_000, rate: 0.95, listTimes: 1.5, worstList: "list 2", worstTimes: 3 });
  });

  it("says which goals are met", () => {
    const table = renderGrowth(findings, "growth.svg");
    expect(table).to.match(/met +0.95 of the smallest/);
    expect(table).to.match(/met +lists take 1.50 times/);
    expect(table).to.match(/missed +list 2: 3.0 times/);
  });

  it("draws every size of every series, one after the other, larger ones higher", () => {
    const svg = growthPlot([1_000, 10_000], growthSeries(findings));
    const dots = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);
    expect(dots).to.have.lengthOf(4);
    const [one, other] = dots.slice(2);
    expect(one![0]).to.be.below(other![0]!);
    expect(one![1]).to.be.above(other![1]!);
  });
});
