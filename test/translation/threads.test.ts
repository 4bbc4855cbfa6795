import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { startTranslation } from "../../src/translation/start-translation.js";
import type { Evaluated } from "../../src/translation/translation.js";
import { evaluate, failureOf, limits, sharedTranslation } from "./open.js";

/**
 * Compares two small graphs that are endless when followed: one call that no guard inside the thread interrupts and
 * that needs no memory, so only ending the thread helps.
 */
const hang =
  "=($endless := function() { $reduce([1..60], function($a, $b) { {'a': $a, 'b': $a} }, 'x') }; $endless() = $endless())";
const hog = "=$map([1..90000], function($i) { [1..50000] })";

describe("translation threads", () => {
  const translation = sharedTranslation();
  const roomy = sharedTranslation({ memoryMb: 32, timeoutMs: 10_000 });
  const double = (n: number): Promise<unknown> => evaluate(translation(), "=n * 2", { input: { n } });

  it("end with the evaluation that hangs; the others queued are evaluated", async () => {
    const before = [1, 2, 3].map(double);
    const hanging = failureOf(evaluate(translation(), hang));
    const after = Array.from({ length: 30 }, (_, n) => double(n));
    expect((await hanging).code).to.equal("TRANSLATOR_TIMED_OUT");
    expect(await Promise.all(before)).to.deep.equal([2, 4, 6]);
    expect(await Promise.all(after)).to.deep.equal(Array.from({ length: 30 }, (_, n) => n * 2));
  });

  it("end with the evaluation that needs too much memory; the others queued are evaluated", async () => {
    const greedy = failureOf(evaluate(roomy(), hog));
    const after = Array.from({ length: 5 }, (_, n) => evaluate(roomy(), "=n", { input: { n } }));
    expect((await greedy).code).to.equal("TRANSLATOR_OUT_OF_MEMORY");
    expect(await Promise.all(after)).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it("fail only the template that hangs, of several", async () => {
    const evaluated = await translation().evaluateEach(["=1", hang, "=3"], { input: null, bindings: {} });
    const shown = evaluated.map((one: Evaluated) => (one.ok ? one.value : one.error.code));
    expect(shown).to.deep.equal([1, "TRANSLATOR_TIMED_OUT", 3]);
  });

  it("survive several that hang in a row", async () => {
    const failures = await Promise.all([1, 2].map(() => failureOf(evaluate(translation(), hang))));
    expect(failures.map(({ code }) => code)).to.deep.equal(["TRANSLATOR_TIMED_OUT", "TRANSLATOR_TIMED_OUT"]);
    expect(await double(4)).to.equal(8);
  });

  it("give each of a hundred mixed evaluations its own outcome", async () => {
    const several = startTranslation({ ...limits, threads: 2 });
    const one = async (n: number): Promise<unknown> => {
      if (n % 10 === 0) return (await failureOf(evaluate(several, `=$fail('${n}')`))).message;
      if (n % 10 === 1) return (await failureOf(evaluate(several, "=n +", { input: { n } }))).code;
      if (n === 55) return (await failureOf(evaluate(several, hang))).code;
      return evaluate(several, { n: "=n" }, { input: { n } });
    };
    const expected = (n: number): unknown => {
      if (n % 10 === 0) return String(n);
      if (n % 10 === 1) return "TRANSLATOR_INVALID";
      return n === 55 ? "TRANSLATOR_TIMED_OUT" : { n };
    };
    const numbers = Array.from({ length: 100 }, (_, n) => n);
    const outcomes = await Promise.all(numbers.map(one));
    await several.stop();
    expect(outcomes).to.deep.equal(numbers.map(expected));
  });

  it("fail what is under way and what comes later when they are stopped", async () => {
    const stopping = startTranslation(limits);
    const underWay = [hang, "=1 + 1"].map((template) => failureOf(evaluate(stopping, template)));
    await stopping.stop();
    const later = failureOf(evaluate(stopping, "=1 + 1"));
    const failures = await Promise.all([...underWay, later]);
    expect(failures.map(({ code, retryable }) => [code, retryable])).to.deep.equal(
      Array(3).fill(["SERVER_STOPPING", true]),
    );
  });

  it("can be stopped twice", async () => {
    const stopping = startTranslation(limits);
    await stopping.stop();
    await stopping.stop();
    expect(stopping.check("1")).to.deep.equal([]);
  });

  it("that cannot start fail the evaluations waiting for them, each time", async () => {
    const broken = startTranslation({ ...limits, memoryMb: 1 });
    const failures = [await failureOf(evaluate(broken, "=1 + 1")), await failureOf(evaluate(broken, "=1 + 1"))];
    await broken.stop();
    expect(failures.map(({ code }) => code)).to.deep.equal(["INTERNAL_ERROR", "INTERNAL_ERROR"]);
    expect(failures[0]?.message).to.match(/^The translation threads do not start: /);
  });

  it("let the process end by itself when they are idle", () => {
    const module = new URL("../../src/translation/start-translation.js", import.meta.url).href;
    const script = `import { startTranslation } from ${JSON.stringify(module)};
      const translation = startTranslation(${JSON.stringify(limits)});
      process.stdout.write(String(await translation.evaluate("=6 * 7", { input: null, bindings: {} })));`;
    const ended = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
      encoding: "utf8",
      timeout: 15_000,
    });
    expect(ended).to.include({ stdout: "42", status: 0 });
  });
});
