import { expect } from "chai";
import fc from "fast-check";
import { createTurns, type TurnRequest, type Turns } from "../../src/engine/turns.js";

describe("turns", () => {
  let turns: Turns;
  beforeEach(() => {
    turns = createTurns();
  });

  const ask = (effectId: string, runId = `run of ${effectId}`, waited = false): TurnRequest => ({
    effectId,
    runId,
    waited,
  });

  function takes(request: TurnRequest, place = "post +1"): () => void {
    const turn = turns.take(place, request);
    if ("behind" in turn) throw new Error(`behind ${turn.behind}`);
    return turn.release;
  }
  function behind(request: TurnRequest, place = "post +1"): string | null {
    const turn = turns.take(place, request);
    return "behind" in turn ? turn.behind : null;
  }

  it("has one at a place at a time, and names who is before", () => {
    const release = takes(ask("eff_1"));
    expect(behind(ask("eff_2"))).to.equal("eff_1");
    release();
    expect(behind(ask("eff_2"))).to.equal(null);
  });

  it("keeps places apart", () => {
    takes(ask("eff_1"), "post +1");
    expect(behind(ask("eff_2"), "post +2")).to.equal(null);
  });

  it("are shared by the effects of one run", () => {
    takes(ask("eff_1", "run_a"));
    takes(ask("eff_2", "run_a"));
    expect(behind(ask("eff_3", "run_b"))).to.equal("eff_2");
  });

  it("are held until every effect of the run has let go", () => {
    const [first, second] = [takes(ask("eff_1", "run_a")), takes(ask("eff_2", "run_a"))];
    second();
    expect(behind(ask("eff_3", "run_b"))).to.equal("eff_1");
    first();
    expect(behind(ask("eff_3", "run_b"))).to.equal(null);
  });

  it("go to one that has waited before a younger one that has the place, but not before an older one", () => {
    takes(ask("eff_5"));
    expect(behind(ask("eff_6", "run_w", true))).to.equal("eff_5");
    expect(behind(ask("eff_4", "run_w", true))).to.equal(null);
  });

  it("are let go of once: a second time takes nothing away from the next", () => {
    const release = takes(ask("eff_1"));
    release();
    takes(ask("eff_2"));
    release();
    expect(behind(ask("eff_3"))).to.equal("eff_2");
  });

  it("never let two runs in at once that have not waited", () => {
    const moves = fc.array(fc.record({ run: fc.nat(3), lets: fc.boolean() }), { maxLength: 60, size: "max" });
    fc.assert(
      fc.property(moves, (made) => runsAtOnce(made) <= 1),
      { seed: 5, numRuns: 300 },
    );
  });
});

/** Takes and lets go of turns at one place. @returns How many runs had one at the same time at most. */
function runsAtOnce(moves: readonly { readonly run: number; readonly lets: boolean }[]): number {
  const turns = createTurns();
  const held: { readonly run: number; readonly release: () => void }[] = [];
  let most = 0;
  for (const [index, { run, lets }] of moves.entries()) {
    if (lets) held.pop()?.release();
    const effectId = `eff_${String(index).padStart(3, "0")}`;
    const turn = turns.take("place", { effectId, runId: `run_${run}`, waited: false });
    if ("release" in turn) held.push({ run, release: turn.release });
    most = Math.max(most, new Set(held.map((holder) => holder.run)).size);
  }
  return most;
}
