import { expect } from "chai";
import { type CallFrame, type CpuProfile, cutProfile, stacksOf } from "../../bench/profile/cpu-profile.js";
import { flameGraph } from "../../bench/profile/flame-graph.js";
import { partOfStack, timeByPart, writerPartOfStack } from "../../bench/profile/parts.js";

const frame = (functionName: string, url = ""): CallFrame => ({ functionName, url, lineNumber: 0, columnNumber: 0 });
const pathOf = ({ url }: CallFrame): string => url;

/** Five samples, a millisecond apart, the first at 1 ms: two in the plan, two in the store that the plan calls, one idle. */
const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame("(root)"), children: [2, 4] },
    { id: 2, callFrame: frame("planRecord", "src/engine/plan-event.ts"), children: [3] },
    { id: 3, callFrame: frame("commit", "src/store/sqlite/wire.ts") },
    { id: 4, callFrame: frame("(idle)") },
  ],
  startTime: 0,
  endTime: 5_000,
  samples: [2, 2, 3, 3, 4],
  timeDeltas: [1_000, 1_000, 1_000, 1_000, 1_000],
};

describe("bench profile", () => {
  it("gives each sample the time until the next, to the innermost file that says what it is", () => {
    const parts = timeByPart(stacksOf(profile), (stack) => partOfStack(stack, pathOf));
    expect(parts.map(([, ms]) => ms)).to.deep.equal([2, 2]);
    expect(parts.map(([part]) => part.split(":")[0])).to.have.members(["plan", "store"]);
  });

  it("counts what many call for the one who called it", () => {
    const frames = [frame("performCall", "src/engine/perform.ts"), frame("newId", "src/core/id.ts")];
    expect(partOfStack({ frames, ms: 1 }, pathOf)).to.equal("vendor call");
    const callback = [frame("handle", "src/api/routes/hooks.ts"), frame("createHmac", "node:crypto")];
    expect(partOfStack({ frames: callback, ms: 1 }, pathOf)).to.match(/^callback/);
  });

  it("tells statements of the writer from its commits", () => {
    const call = (name: string) => ({ frames: [frame("drain"), frame(name, "src/store/sqlite/database.ts")], ms: 1 });
    expect(writerPartOfStack(call("run"), pathOf)).to.match(/^statements/);
    expect(writerPartOfStack(call("exec"), pathOf)).to.match(/^begin and commit/);
    expect(writerPartOfStack({ frames: [frame("(idle)")], ms: 1 }, pathOf)).to.equal(null);
  });

  it("keeps what lies between two instants of the machine's clock", () => {
    const cut = cutProfile(profile, 2.5, 4.5);
    expect(cut.samples).to.deep.equal([3, 3]);
    expect([cut.startTime, cut.endTime]).to.deep.equal([2_000, 4_000]);
  });

  it("draws each stack as wide as it took, and escapes names", () => {
    const svg = flameGraph("a & b", [
      { names: ["outer", "<inner>"], ms: 3 },
      { names: ["outer"], ms: 1 },
    ]);
    expect(svg).to.include("<title>outer: 100.0 %, 4 ms</title>");
    expect(svg).to.match(/&lt;inner&gt;: 75.0 %, 3 ms<\/title><rect x="0.0" y="57" width="900.0"/);
    expect(svg).to.include("a &amp; b").and.not.include("<inner>");
  });
});
