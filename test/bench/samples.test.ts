import { expect } from "chai";
import { percentile, spreadOf } from "../../bench/samples.js";

describe("bench samples", () => {
  it("takes the nearest rank as percentile, whatever the order of the samples", () => {
    const samples = Array.from({ length: 200 }, (_, index) => 200 - index);
    expect(percentile(samples, 0.5)).to.equal(100);
    expect(percentile(samples, 0.99)).to.equal(198);
    expect(percentile(samples, 1)).to.equal(200);
  });

  it("compares samples as numbers, not as text", () => {
    expect(percentile([9, 10, 100], 1)).to.equal(100);
  });

  it("has no percentile of nothing", () => {
    expect(percentile([], 0.5)).to.be.NaN;
  });

  it("gives the middle round as median, and the mean of the two middle ones of an even number", () => {
    expect(spreadOf([30, 10, 20])).to.deep.equal({ median: 20, lowest: 10, highest: 30 });
    expect(spreadOf([40, 10, 20, 30])).to.deep.equal({ median: 25, lowest: 10, highest: 40 });
  });
});
