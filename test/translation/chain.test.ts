import { expect } from "chai";
import type { ChainStep } from "../../src/translation/translation.js";
import { sharedTranslation } from "./open.js";

const scope = { input: { id: "R1", total: 7 }, bindings: { steps: {} } };

function step(template: string, more: Partial<ChainStep> = {}): ChainStep {
  return { when: null, template, binds: null, ends: false, ...more };
}

describe("a chain of steps", () => {
  const translation = sharedTranslation({ timeoutMs: 300 });

  it("lets each step see the values before it", async () => {
    const results = await translation().evaluateChain(
      [step("=total * 2", { binds: "double" }), step('="twice is " & $steps.double')],
      scope,
    );
    expect(results).to.deep.equal([
      { ok: true, value: 14 },
      { ok: true, value: "twice is 14" },
    ]);
  });

  it("skips a step whose condition is not true, and gives null for it behind", async () => {
    const results = await translation().evaluateChain(
      [step("=1", { when: "total > 100", binds: "big" }), step("=$steps.big = null")],
      scope,
    );
    expect(results).to.deep.equal([
      { ok: true, skipped: true },
      { ok: true, value: true },
    ]);
  });

  it("ends behind a step that says so, unless it was skipped", async () => {
    const chain = [step("=1", { when: "total > 100", ends: true }), step("=2", { ends: true }), step("=3")];
    expect(await translation().evaluateChain(chain, scope)).to.deep.equal([
      { ok: true, skipped: true },
      { ok: true, value: 2 },
    ]);
  });

  it("ends with the first failure", async () => {
    const results = await translation().evaluateChain([step("=1"), step("=$fail('no')"), step("=3")], scope);
    expect(results).to.have.lengthOf(2);
    expect(results[1]).to.have.nested.property("error.code", "TRANSLATOR_REFUSED");
  });

  it("blames the step that the thread died of, and keeps the values before it", async () => {
    const hang = "=$map([1..90000], function($i) { $map([1..90000], function($j) { $i + $j }) })";
    const results = await translation().evaluateChain([step("=1"), step(hang), step("=3")], scope);
    expect(results[0]).to.deep.equal({ ok: true, value: 1 });
    expect(results).to.have.lengthOf(2);
    expect((results[1] as { error: { code: string } }).error.code).to.match(
      /^TRANSLATOR_(TIMED_OUT|OUT_OF_MEMORY|FAILED)$/,
    );
  });

  it("keeps what a step has bound when a later one may write into the data", async () => {
    const results = await translation().evaluateChain(
      [step("=total", { binds: "sum" }), step("=$ ~> |$|{'total': 0}|"), step("=$steps.sum + total")],
      scope,
    );
    expect(results[2]).to.deep.equal({ ok: true, value: 14 });
  });
});
