import { expect } from "chai";
import { type ListFindings, listsToJson, renderLists } from "../../bench/list-report.js";

const page = { items: 50, p50Ms: 2, p99Ms: 4, secondP50Ms: 2, secondP99Ms: 4 };

function findings(more: Partial<ListFindings> = {}): ListFindings {
  const lists = [
    { ...page, name: "runs, newest" },
    { ...page, name: "runs by flow", secondP99Ms: 60 },
    { ...page, name: "runs by key", items: 1, secondP50Ms: Number.NaN, secondP99Ms: Number.NaN },
  ];
  const floor = { p50Ms: 0.5, p99Ms: 1 };
  return { store: "sqlite", rows: 1_000_000, times: 200, fillSeconds: 90, floor, lists, ...more };
}

describe("bench report of lists", () => {
  it("marks lists that miss the goal, on the first page or on the second", () => {
    const lines = renderLists(findings()).split("\n");
    expect(lines.filter((line) => line.endsWith("slow")).map((line) => line.slice(0, 12))).to.deep.equal([
      "runs by flow",
    ]);
    expect(renderLists(findings())).to.include("1 lists took 50 ms or more");
  });

  it("has a dash, and null, where there was no second page", () => {
    expect(renderLists(findings())).to.match(/runs by key +1 +2\.0 +4\.0 +- +-/);
    expect(listsToJson(findings()).lists).to.have.property("runs by key").that.includes({ secondP99Ms: null });
  });

  it("says when the machine was too busy for its figures to mean anything", () => {
    const busy = findings({ floor: { p50Ms: 1, p99Ms: 30 } });
    expect(renderLists(busy)).to.include("busy with other work");
    expect(renderLists(findings())).not.to.include("busy with other work");
  });
});
