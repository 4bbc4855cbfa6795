import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import { createOptedOut, MAX_OPTED_OUT } from "../../src/store/sqlite/opted-out.js";
import { sampleConsent, sampleMessage, told } from "./samples.js";

const said = (...given: Parameters<typeof sampleConsent>): Change => ({
  kind: "consent-recorded",
  entry: sampleConsent(...given),
});

describe("createOptedOut", () => {
  it("knows whom the store has, and nobody else", () => {
    const optedOut = createOptedOut(["+1"]);
    expect([optedOut.mayBe("+1"), optedOut.mayBe("+2")]).to.deep.equal([true, false]);
  });

  it("learns of opt-outs from commits, and of nothing else", () => {
    const optedOut = createOptedOut([]);
    optedOut.note([
      said({ contact: "+1" }),
      said({ contact: "+2", state: "opted-in" }),
      told(sampleMessage({ to: "+3" })),
    ]);
    expect(["+1", "+2", "+3"].map(optedOut.mayBe)).to.deep.equal([true, false, false]);
  });

  it("says of everybody that they may be, when there are too many to remember", () => {
    const many = Array.from({ length: MAX_OPTED_OUT }, (_, index) => `+${index}`);
    const optedOut = createOptedOut(many);
    expect(optedOut.mayBe("+somebody")).to.equal(false);
    optedOut.note([said({ contact: "+one more" })]);
    expect(optedOut.mayBe("+somebody")).to.equal(true);
  });
});
