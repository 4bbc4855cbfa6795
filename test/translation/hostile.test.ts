import { expect } from "chai";
import type { Json, JsonObject } from "../../src/core/json.js";
import { createEvaluator } from "../../src/translation/evaluator.js";
import { type SentOutcome, STATE_BYTES } from "../../src/translation/worker-protocol.js";
import { evaluate, failureOf, sharedTranslation } from "./open.js";

/** Doubles a value forty times: a small graph that is endless once written out. */
const endless = "$reduce([1..40], function($a, $b) { {'a': $a, 'b': $a} }, 'xxxxxxxx')";

const exhausting: readonly (readonly [what: string, expression: string, codes: readonly string[]])[] = [
  ["endless recursion", "($f := function($n) { $f($n + 1) + 1 }; $f(0))", ["TRANSLATOR_FAILED"]],
  ["endless tail recursion", "($f := function($n) { $f($n + 1) }; $f(0))", ["TRANSLATOR_TIMED_OUT"]],
  [
    "mutual recursion",
    "($a := function($n) { $b($n) & 'x' }; $b := function($n) { $a($n) & 'y' }; $a(0))",
    ["TRANSLATOR_FAILED"],
  ],
  ["a huge range", "[1..1e7]", ["TRANSLATOR_OUT_OF_MEMORY"]],
  ["a product of ranges", "[1..100000].[1..100000]", ["TRANSLATOR_OUT_OF_MEMORY", "TRANSLATOR_TIMED_OUT"]],
  ["a text that doubles", "$reduce([1..60], function($a, $b) { $a & $a }, 'xxxxxxxx')", ["TRANSLATOR_OUT_OF_MEMORY"]],
  ["a list that doubles", "$reduce([1..60], function($a, $b) { [$a, $a] }, 'x')", ["TRANSLATOR_OUT_OF_MEMORY"]],
  ["a huge padding", "$pad('x', 500000000)", ["TRANSLATOR_OUT_OF_MEMORY"]],
  ["a huge padding applied partially", "($p := $pad(?, 500000000); $p('x'))", ["TRANSLATOR_OUT_OF_MEMORY"]],
  ["a huge joint", "$join([1..10000].$pad('', 900, 'x'))", ["TRANSLATOR_OUT_OF_MEMORY"]],
  ["a huge date", "$fromMillis(0, '[Y,500000000]')", ["TRANSLATOR_OUT_OF_MEMORY"]],
  ["a huge date of today", "$now('[Y,500000000]')", ["TRANSLATOR_OUT_OF_MEMORY"]],
  [
    "a replacement that multiplies",
    "$replace($pad('', 900000, 'x'), 'x', $pad('', 900000, 'y'))",
    ["TRANSLATOR_OUT_OF_MEMORY", "TRANSLATOR_FAILED"],
  ],
  [
    "many large texts",
    "$map([1..100000], function($i) { $pad('', 900000, $string($i)) })",
    ["TRANSLATOR_OUT_OF_MEMORY", "TRANSLATOR_TIMED_OUT"],
  ],
  ["an endless result", endless, ["TRANSLATOR_OUTPUT_TOO_LARGE"]],
  ["an endless text", `$string(${endless})`, ["TRANSLATOR_OUT_OF_MEMORY", "TRANSLATOR_TIMED_OUT"]],
  ["an endless error message", `-${endless}`, ["TRANSLATOR_OUT_OF_MEMORY", "TRANSLATOR_TIMED_OUT"]],
  ["a result over the limit", "$map([1..90000], function($i) { '0123456789abc' })", ["TRANSLATOR_OUTPUT_TOO_LARGE"]],
];

/** Evaluates in this thread, where the test can see what became of the prototypes. */
async function evaluateHere(template: string, input: Json): Promise<readonly SentOutcome[]> {
  const state = new SharedArrayBuffer(STATE_BYTES);
  const evaluator = await createEvaluator({ state, timeoutMs: 1_000, maxOutputBytes: 1_000 });
  const scope = JSON.stringify({ input, bindings: {}, same: [] });
  return evaluator.run({
    id: 1,
    templates: [1],
    chain: null,
    learn: [[1, JSON.stringify(template)]],
    forget: [],
    scope,
  });
}

describe("hostile expressions", () => {
  const translation = sharedTranslation();
  const patient = sharedTranslation({ timeoutMs: 15_000 });

  for (const [what, expression, codes] of exhausting) {
    it(`stops ${what}, and evaluates the next one`, async () => {
      // Only what may take for ever is left to the clock: a busy machine must not decide the others.
      const chosen = codes.includes("TRANSLATOR_TIMED_OUT") ? translation() : patient();
      const error = await failureOf(evaluate(chosen, `=${expression}`));
      expect(codes).to.include(error.code);
      expect(await evaluate(chosen, "=1 + 1")).to.equal(2);
    });
  }

  for (const expression of ["$eval('1')", "$map(['1'], $eval)", "($e := $eval; $e('1'))"]) {
    it(`has no ${expression}`, async () => {
      const error = await failureOf(evaluate(translation(), `=${expression}`));
      expect(error.message).to.contain("$eval is not available");
    });
  }

  for (const [what, expression] of [
    ["a function", "function($x) { $x }"],
    ["a built-in function", "$uppercase"],
    ["an object with a function", "{ 'f': $uppercase }"],
    ["a list with a function", "[1, $uppercase]"],
    ["an infinite number", "1 / 0"],
    ["a matcher", "/x/"],
  ] as const) {
    it(`refuses ${what} as a result`, async () => {
      const error = await failureOf(evaluate(translation(), `=${expression}`));
      expect(error.code).to.equal("TRANSLATOR_FAILED");
      expect(error.message).to.match(/ of the result is |^The result is /);
    });
  }

  describe("reaching for JavaScript", () => {
    for (const expression of [
      "__proto__",
      "constructor",
      "constructor.constructor",
      "$lookup({}, '__proto__')",
      "$lookup($uppercase, 'constructor')",
      "$uppercase.constructor",
      "$uppercase.implementation",
      "$uppercase.implementation.constructor",
      "(function() { 1 }).environment",
      "$keys($uppercase)",
      "$keys(function() { 1 })",
      "$string.prototype",
      "[1].length",
      "'text'.length",
      "$$.toString",
      "globalThis",
      "process",
    ]) {
      it(`finds nothing by ${expression}`, async () => {
        expect(await evaluate(translation(), `=${expression}`, { input: { a: 1 } })).to.equal(undefined);
      });
    }

    for (const expression of [
      "$.__lookupGetter__('x')",
      "$.__defineGetter__('x', $uppercase)",
      "$.hasOwnProperty('a')",
      "constructor('return process')()",
      "$uppercase.constructor('return process')()",
      "$toString()",
    ]) {
      it(`calls nothing by ${expression}`, async () => {
        const error = await failureOf(evaluate(translation(), `=${expression}`, { input: { a: 1 } }));
        expect(error.message).to.contain("Attempted to invoke a non-function");
      });
    }

    for (const pollution of [
      "$merge([{'__proto__': {'polluted': 1}}, {'constructor': {'prototype': {'polluted': 1}}}])",
      "({'a': {}} ~> |a|{'__proto__': {'polluted': 1}}|)",
      "({'a': {}} ~> |a|{'constructor': {'prototype': {'polluted': 1}}}|)",
      "$ ~> |__proto__|{'polluted': 1}|",
      "$ ~> |constructor.prototype|{'polluted': 1}|",
      "{'__proto__': {'polluted': 1}}",
      "($clone := function($x) { $x }; $ ~> |$.__proto__|{'polluted': 1}|)",
    ]) {
      it(`changes no prototype by ${pollution}`, async () => {
        const input = JSON.parse('{"a": {}, "__proto__": {"own": 1}}') as Json;
        await evaluateHere(`=${pollution}`, input);
        expect(({} as JsonObject).polluted).to.equal(undefined);
        expect((Object as unknown as JsonObject).polluted).to.equal(undefined);
      });
    }

    it("forgets functions that an expression bound anew", async () => {
      await evaluate(translation(), "=($uppercase := function($x) { 'bound anew' }; $uppercase('a'))");
      expect(await evaluate(translation(), "=$uppercase('a')")).to.equal("A");
    });

    it("forgets a binding between two evaluations of the same expression", async () => {
      const once = "=($seen ? 'again' : ($seen := true; 'first'))";
      expect([await evaluate(translation(), once), await evaluate(translation(), once)]).to.deep.equal([
        "first",
        "first",
      ]);
    });
  });

  describe("data", () => {
    const lambda = { _jsonata_lambda: true, arguments: [], body: { type: "string", value: "PWNED" } };

    it("never becomes code", async () => {
      const error = await failureOf(evaluate(translation(), "=$replace('abc', 'b', x)", { input: { x: lambda } }));
      expect(error.code).to.equal("TRANSLATOR_FAILED");
      expect(error.message).to.contain("_jsonata_lambda");
    });

    it("may mention reserved names in a text", async () => {
      const input = { text: 'say "_jsonata_lambda": true' };
      expect(await evaluate(translation(), "=text", { input })).to.equal(input.text);
    });

    it("is no code in a string either", async () => {
      expect(await evaluate(translation(), "=text", { input: { text: "=$fail('no')" } })).to.equal("=$fail('no')");
    });

    it("that one expression changes is whole for the next one", async () => {
      const templates = ["=($clone := function($x) { $x }; $$ ~> |$|{'id': 'changed'}|).id", "=id", "=a()", "=a"];
      const evaluated = await translation().evaluateEach(templates, { input: { id: "kept", a: {} }, bindings: {} });
      const shown = evaluated.map((one) => (one.ok ? (one.value ?? null) : one.error.code));
      expect(shown).to.deep.equal(["changed", "kept", "TRANSLATOR_FAILED", {}]);
    });

    it("does not appear in an error's details, and in its message only when it is short", async () => {
      const secret = "4111 1111 1111 1111 ".repeat(10);
      const input = { secret, nested: { secret } };
      for (const expression of ["$number(secret)", "-nested", "nested ~> secret", "$toMillis(secret)"]) {
        const { message, details } = await failureOf(evaluate(translation(), `=${expression}`, { input }));
        expect(message + JSON.stringify(details)).to.not.contain("4111");
      }
    });
  });
});
