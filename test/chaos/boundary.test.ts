import { expect } from "chai";
import { boundariesOf } from "../../chaos/boundary.js";
import type { Change } from "../../src/core/change.js";
import type { Effect, EffectState } from "../../src/core/effect.js";
import type { RunStatus, RunWait } from "../../src/core/run.js";
import { sampleEffect, sampleEvent, sampleRun } from "../store/samples.js";

const recorded = (kind: "record.created" | "message.sent"): Change => ({
  kind: "event-recorded",
  event: sampleEvent({ kind }),
});
const created: Change = { kind: "run-created", run: sampleRun() };
const advanced = (status: RunStatus, wait: RunWait | null = null): Change => ({
  kind: "run-advanced",
  run: sampleRun({ status, wait }),
});
const effect = (state: EffectState): Effect => sampleEffect({ state });
const names = (...changes: readonly Change[]): readonly string[] => [...boundariesOf(changes)];

describe("The boundaries of chaos", () => {
  it("name the commit that takes a record, whatever call it begins with", () => {
    const intended: Change = { kind: "effect-intended", effect: effect("started") };
    expect(names(recorded("record.created"), intended, created)).to.deep.equal(["accept"]);
  });

  it("name a vendor's report, whatever it settles", () => {
    const moved: Change = { kind: "effect-moved", effect: effect("done") };
    expect(names(recorded("message.sent"), moved)).to.deep.equal(["report"]);
  });

  it("name what came of a call", () => {
    const moved: Change = { kind: "effect-moved", effect: effect("done") };
    expect(names(moved, advanced("succeeded"))).to.deep.equal(["outcome"]);
  });

  it("name a call that has to be made later by both", () => {
    const moved: Change = { kind: "effect-moved", effect: effect("intended") };
    expect(names(moved, advanced("waiting"))).to.have.members(["outcome", "wait"]);
  });

  it("name the next attempt, and the first one of a run that was queued", () => {
    const restarted: Change = { kind: "effect-restarted", effect: effect("started"), from: "intended" };
    expect(names(restarted, advanced("running"))).to.deep.equal(["attempt"]);
    expect(names({ kind: "effect-intended", effect: effect("started") })).to.deep.equal(["attempt"]);
  });

  it("name the moment before the vendor is asked", () => {
    const wait = { kind: "outcome", effectId: "eff_1", asked: 1 } as const;
    expect(names(advanced("running", wait))).to.deep.equal(["look"]);
  });

  it("leave commits without a name alone", () => {
    expect(names(recorded("record.created"))).to.deep.equal([]);
    expect(names({ kind: "flow-activated", flow: "a/b", active: true, at: new Date(0) })).to.deep.equal([]);
  });
});
