import { expect } from "chai";
import { toneOfCalls, toSpans } from "../../src/console/features/connections/spans.js";

describe("The strip of a connection", () => {
  const columns = [0, 1, 2, 3].map((hour) => new Date(Date.UTC(2026, 0, 1, hour)));
  const at = (hour: number, minute = 0): string => new Date(Date.UTC(2026, 0, 1, hour, minute)).toISOString();
  const call = { done: 0, refused: 0, unknown: 0, open: 0 };

  it("shows the worst of what was found in a span, and afterwards what was found last", () => {
    const looks = [
      { at: at(1, 5), health: "fine", tookMs: 80 },
      { at: at(1, 20), health: "problems", tookMs: 900 },
      { at: at(1, 40), health: "warnings", tookMs: 90 },
    ] as const;
    const spans = toSpans(columns, { looks, calls: [], before: null });
    expect(spans.map(({ found }) => found)).to.deep.equal(["never", "problems", "warnings", "warnings"]);
    expect(spans.map((span) => span.looks)).to.deep.equal([0, 3, 0, 0]);
    expect(spans.map(({ slowestMs }) => slowestMs)).to.deep.equal([null, 900, null, null]);
  });

  it("begins with what was found before", () => {
    const spans = toSpans(columns, { looks: [{ at: at(2), health: "fine", tookMs: 1 }], calls: [], before: "unknown" });
    expect(spans.map(({ found }) => found)).to.deep.equal(["unknown", "unknown", "fine", "fine"]);
  });

  it("adds up the calls of each span", () => {
    const calls = [
      { at: at(0), ...call, done: 3 },
      { at: at(3), ...call, done: 1, refused: 1 },
      { at: at(3, 30), ...call, unknown: 2, open: 1 },
    ];
    const spans = toSpans(columns, { looks: [], calls, before: null });
    expect(spans[0]?.calls).to.deep.equal({ ...call, done: 3 });
    expect(spans[3]?.calls).to.deep.equal({ done: 1, refused: 1, unknown: 2, open: 1 });
    expect(spans.map((span) => toneOfCalls(span.calls))).to.deep.equal(["fine", "never", "never", "problems"]);
  });

  it("takes calls that are refused among others for a warning, and nothing but refused ones for a problem", () => {
    expect(toneOfCalls({ ...call, done: 9, refused: 1 })).to.equal("warnings");
    expect(toneOfCalls({ ...call, refused: 1 })).to.equal("problems");
    expect(toneOfCalls({ ...call, open: 4 })).to.equal("never");
  });
});
