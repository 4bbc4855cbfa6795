import { expect } from "chai";
import type { RunView } from "../../src/api/contract/run.js";
import { layOut, type Place } from "../../src/console/flow-graph/lay-out.js";
import { type DrawnFlow, frameIdOf, laneIdOf, toGraph } from "../../src/console/flow-graph/to-graph.js";
import { walkRun } from "../../src/console/flow-graph/walk-run.js";
import type { Step } from "../../src/core/flow.js";
import type { Json } from "../../src/core/json.js";

const common = { when: null, onError: "fail" } as const;
const notify = (id: string): Step => ({ ...common, id, kind: "notify", level: "info", title: id, message: null });
const stop = (id: string, when: string | null): Step => ({
  ...common,
  id,
  kind: "stop",
  reason: id,
  level: "info",
  when,
});

/** Stops early, does something for every item, then goes one of three ways, one of which is empty. */
const flow: DrawnFlow = {
  on: { kind: "manual", when: null },
  steps: [
    stop("noPhone", "$not($exists(phone))"),
    { ...common, id: "lines", kind: "each", items: "=items", steps: [notify("line"), notify("lineToo")] },
    {
      ...common,
      id: "way",
      kind: "choose",
      branches: [
        { when: "total > 100", steps: [notify("large"), stop("over", null)] },
        { when: "total > 10", steps: [] },
      ],
      otherwise: [notify("small")],
    },
    notify("last"),
  ],
};

const edgesOf = (drawn: DrawnFlow) => toGraph(drawn).edges.map(({ id }) => id);
const at = "2026-01-05T09:00:00.000Z";

type Ended = Pick<RunView, "status" | "finishedAt" | "parent">;

function walk(results: Record<string, Json>, end: Partial<Ended> = {}, failed: readonly string[] = []) {
  const steps = Object.entries(results).map(
    ([id, output]) =>
      ({ id, output, failure: null, finishedAt: at, outcome: failed.includes(id) ? "failed" : "done" }) as const,
  );
  const { marks, taken } = walkRun(flow, { status: "running", finishedAt: null, parent: null, ...end, steps });
  return { marks: Object.fromEntries(marks), taken: [...taken] };
}

describe("The graph of a flow", () => {
  it("leads from the trigger to the end, by every branch, and from a stop only where its condition may not hold", () => {
    expect(edgesOf(flow)).to.deep.equal([
      "@on -> noPhone",
      "noPhone -> lines",
      "lines -> line",
      "line -> lineToo",
      "lines@items -> way",
      "way 0 -> large",
      "large -> over",
      "way otherwise -> small",
      "way 1 -> last",
      "small -> last",
      "last -> @end",
    ]);
  });

  it("has an end where there are no steps, and none where all ways stop before", () => {
    expect(edgesOf({ ...flow, steps: [] })).to.deep.equal(["@on -> @end"]);
    expect(edgesOf({ ...flow, steps: [stop("over", null)] })).to.deep.equal(["@on -> over"]);
  });

  it("knows where in the file each step is", () => {
    const paths = toGraph(flow).nodes.map((node) => (node.kind === "step" ? node.path.join("/") : node.kind));
    expect(paths).to.include.members([
      "steps/1/steps/1",
      "steps/2/branches/0/steps/0",
      "steps/2/otherwise/0",
      "steps/3",
    ]);
  });

  it("has a place for each node: below what comes before, beside other branches, inside its frame", () => {
    const places = layOut(flow);
    const placeOf = (id: string): Place => places.get(id) as Place;
    const { nodes } = toGraph(flow);
    expect([...places.keys()].sort()).to.deep.equal([...nodes.map(({ id }) => id), laneIdOf("way", 1)].sort());
    for (const { from, to } of toGraph(flow).edges) {
      expect(placeOf(to).y, `${from} -> ${to}`).to.be.greaterThan(placeOf(from).y);
    }
    const frame = placeOf(frameIdOf("lines"));
    for (const id of ["lines", "line", "lineToo"]) {
      const { x, y, width, height } = placeOf(id);
      expect(x >= frame.x && y >= frame.y && x + width <= frame.x + frame.width, id).to.equal(true);
      expect(y + height, id).to.be.at.most(frame.y + frame.height);
    }
    const steps = nodes.flatMap((node) => (node.kind === "frame" ? [] : [placeOf(node.id)]));
    for (const one of steps) expect(steps.filter((other) => overlap(one, other))).to.deep.equal([one]);
    expect(Math.min(...[...places.values()].map(({ x }) => x))).to.equal(0);
  });
});

function overlap(one: Place, other: Place): boolean {
  const across = one.x < other.x + other.width && other.x < one.x + one.width;
  return across && one.y < other.y + other.height && other.y < one.y + one.height;
}

describe("A run on the graph of its flow", () => {
  const begun = { noPhone: null, lines: { total: 2 } };

  it("is where its next step is; what comes later is ahead of it", () => {
    const { marks, taken } = walk({ noPhone: null });
    expect(marks).to.include({
      noPhone: "done",
      lines: "now",
      line: "items",
      way: "ahead",
      large: "ahead",
      last: "ahead",
    });
    expect(taken).to.deep.equal(["@on -> noPhone", "noPhone -> lines"]);
  });

  it("goes along the branch that was taken, and leaves the others aside", () => {
    const { marks, taken } = walk({ ...begun, way: { branch: 0 } });
    expect(marks).to.include({ way: "done", large: "now", over: "ahead", small: "aside", last: "ahead" });
    expect(taken).to.include.members(["lines@items -> way", "way 0 -> large"]);
  });

  it("goes past steps by an empty branch, to the end", () => {
    const end = { status: "succeeded", finishedAt: at } as const;
    const { marks, taken } = walk({ ...begun, way: { branch: 1 }, last: null }, end);
    expect(marks).to.include({ large: "aside", small: "aside", last: "done" });
    expect(taken).to.include.members(["way 1 -> last", "last -> @end"]).and.not.include("small -> last");
  });

  it("has ended where a step failed: nothing behind it was reached", () => {
    const end = { status: "failed", finishedAt: at } as const;
    const { marks, taken } = walk({ ...begun, way: { branch: "else" }, small: null }, end, ["small"]);
    expect(marks).to.include({ small: "failed", last: "aside" });
    expect(taken).to.not.include("small -> last");
  });

  it("has ended at the step that stopped it, which leaves no result", () => {
    const { marks, taken } = walk({}, { status: "succeeded", finishedAt: at });
    expect(marks).to.include({ noPhone: "done", lines: "aside", last: "aside" });
    expect(taken).to.deep.equal(["@on -> noPhone"]);
  });

  it("goes through the steps of its item only, when it is the run of one", () => {
    const parent = { runId: "run_1", stepId: "lines", index: 0 };
    const { marks, taken } = walk({ line: null, lineToo: null }, { parent, status: "succeeded", finishedAt: at });
    expect(marks).to.include({ noPhone: "aside", lines: "items", line: "done", lineToo: "done", way: "aside" });
    expect(taken).to.deep.equal(["lines -> line", "line -> lineToo"]);
  });
});
