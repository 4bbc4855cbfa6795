import { expect } from "chai";
import fc from "fast-check";
import type { Json, JsonObject } from "../../src/core/json.js";
import { createHostFunctions } from "../../src/translation/host-functions.js";
import { createPlainEvaluator } from "../../src/translation/plain-template.js";
import { compileTemplate } from "../../src/translation/template.js";
import type { ChainStep, Scope } from "../../src/translation/translation.js";

const maxOutputBytes = 1_048_576;
const record = {
  id: "R1",
  total: 7.5,
  count: 3,
  paid: true,
  note: null,
  address: { phone: "(202) 555-0117" },
  lines: [1],
};
const scope: Scope = { input: record, bindings: { record, steps: { sms: { to: "+1" } }, params: { country: "US" } } };

/** What a translation thread would give: JSON text, null for nothing, or the failure. */
async function inThread(template: Json, { input, bindings }: Scope): Promise<string | null> {
  const compiled = compileTemplate(template, {
    guards: { timeoutMs: 1_000, maxDepth: 1_000, maxItems: 1_000 },
    maxOutputBytes,
    equip: (expression) => {
      for (const [name, call] of Object.entries(createHostFunctions())) expression.registerFunction(name, call);
    },
  });
  return compiled.evaluate({ input, bindings: { ...bindings } });
}

function plainly(template: Json, given: Scope = scope): Json | undefined {
  const evaluated = createPlainEvaluator({ maxOutputBytes }).evaluate(template, given);
  if (evaluated === null) throw new Error(`${JSON.stringify(template)} is not plain`);
  return evaluated.value;
}

function isPlain(template: Json, given: Scope = scope): boolean {
  return createPlainEvaluator({ maxOutputBytes }).evaluate(template, given) !== null;
}

describe("plain expressions", () => {
  it("give what the shipped translators and conditions give", () => {
    const noPhone = '=$boolean($not($exists($record.address.phone)) or $trim($record.address.phone) = ""\n)';
    expect(plainly(noPhone)).to.equal(false);
    expect(plainly("=$steps.sms.to")).to.equal("+1");
    expect(
      plainly('={"phone": $phone(address.phone, $params.country), "gone": $params.none, "text": "Order " & id & "!"}'),
    ).to.deep.equal({ phone: "+12025550117", text: "Order R1!" });
    expect(plainly({ to: "=id", all: ["=paid", "=none", "plain", "==x"] })).to.deep.equal({
      to: "R1",
      all: [true, null, "plain", "=x"],
    });
  });

  it("leave to a thread what is not plain", () => {
    const others = [
      "lines[0]",
      "address.*",
      "$sum(lines)",
      "total + 1",
      "$uuid()",
      "lines.$",
      "$",
      "$$",
      "$map",
      "id[]",
    ];
    const more = [
      "(a := 1; a)",
      'address{"a": phone}',
      '{id: "a"}',
      '{"__proto__": 1}',
      "function($x){$x}",
      "total > 1",
    ];
    for (const source of [...others, ...more]) expect(isPlain(`=${source}`), source).to.equal(false);
  });

  it("leave to a thread what the data makes hard, or would fail", () => {
    for (const source of [
      "lines",
      "address",
      "lines.a",
      '"" & total',
      '$phone("12", "US")',
      "$trim(note)",
      "$previous.id",
    ]) {
      expect(isPlain(`=${source}`), source).to.equal(false);
    }
    expect(isPlain("=id", { input: { id: "x".repeat(5_000) }, bindings: {} })).to.equal(false);
    expect(isPlain('={"a": id}', { input: [{ id: 1 }], bindings: {} })).to.equal(false);
  });

  it("leave to a thread what is too long to be evaluated in no time, or may be larger than a result can be", () => {
    expect(isPlain(`=${Array(200).fill("id").join(" & ")}`)).to.equal(false);
    expect(isPlain(`="${"x".repeat(5_000)}"`)).to.equal(false);
    expect(createPlainEvaluator({ maxOutputBytes: 10 }).evaluate('="R1" & id', scope)).to.equal(null);
  });

  it("hand on no part of the document they read", () => {
    const found = plainly({ a: '={"b": {"c": id}}' }) as { a: { b: JsonObject } };
    found.a.b.c = "changed";
    expect(record.id).to.equal("R1");
    expect(plainly({ a: '={"b": {"c": id}}' })).to.deep.equal({ a: { b: { c: "R1" } } });
  });

  it("end a chain where its thread would, and give null for a skipped step to those behind it", () => {
    const step = (template: Json, more: Partial<ChainStep> = {}): ChainStep => {
      return { when: null, template, binds: null, ends: false, ...more };
    };
    const { evaluateChain } = createPlainEvaluator({ maxOutputBytes });
    const skipped = step("=1", { when: "id = 'R2'", binds: "a", ends: true });
    expect(
      evaluateChain(
        [skipped, step("=$steps.a = null", { binds: "b" }), step("=$steps.b", { ends: true }), step("=3")],
        scope,
      ),
    ).to.deep.equal([
      { ok: true, skipped: true },
      { ok: true, value: true },
      { ok: true, value: true },
    ]);
    expect(evaluateChain([step("=1"), step("=lines[0]")], scope)).to.equal(null);
  });

  it("give what JSONata gives, whatever the expression and the data, or nothing at all", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(expressions(), documents(), documents(), async (source, input, steps) => {
        const given: Scope = { input, bindings: { record: input, steps, params: { country: "US" } } };
        const evaluated = createPlainEvaluator({ maxOutputBytes }).evaluate(`=${source}`, given);
        if (evaluated === null) return;
        compared += 1;
        const copy = JSON.parse(JSON.stringify(given)) as Scope;
        const text = await inThread(`=${source}`, copy);
        expect(evaluated.value, source).to.deep.equal(text === null ? undefined : JSON.parse(text));
      }),
      { numRuns: 3_000 },
    );
    expect(compared).to.be.greaterThan(1_000);
  });
});

/** Expressions of the plain kinds over the members a, b and c. */
function expressions(): fc.Arbitrary<string> {
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4, depthIdentifier: "expression" },
      fc.constantFrom(
        "a",
        "b",
        "c",
        "a.b",
        "b.c.a",
        "$record.a",
        "$record.b.c",
        "$steps.a",
        "$steps.a.b",
        "$params.country",
      ),
      fc.constantFrom('""', '"x"', '" y  z "', "0", "1", "-2", "true", "false", "null", '"(202) 555-0117"'),
      joined(tie("expression"), ["&", "=", "!=", "and", "or"]),
      fc
        .tuple(fc.constantFrom("exists", "not", "boolean", "trim"), tie("expression"))
        .map(([name, of]) => `$${name}(${of})`),
      tie("expression").map((of) => `$phone(${of}, "US")`),
      fc.tuple(tie("expression"), tie("expression"), tie("expression")).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `{"a": ${a}, "b": ${b}}`),
    ),
  }));
  return expression;
}

function joined(part: fc.Arbitrary<string>, operators: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(part, fc.constantFrom(...operators), part)
    .map(([left, operator, right]) => `(${left} ${operator} ${right})`);
}

/** Documents with the members a, b and c, lists and missing ones among them. */
function documents(): fc.Arbitrary<JsonObject> {
  const leaf = fc.constantFrom<Json>(
    "",
    "x",
    " y  z ",
    "2025550117",
    "(202) 555-0117",
    0,
    -0,
    1,
    7.25,
    1e21,
    true,
    false,
    null,
  );
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc.record({ a: tie("value"), b: tie("value"), c: tie("value") }, { requiredKeys: [] }) as fc.Arbitrary<Json>,
      fc.array(tie("value"), { maxLength: 2 }),
    ),
  }));
  return fc.record({ a: value, b: value, c: value }, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>;
}
