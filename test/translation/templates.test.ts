import { expect } from "chai";
import type { Json, JsonObject } from "../../src/core/json.js";
import { evaluate, failureOf, sharedTranslation } from "./open.js";

describe("templates", () => {
  const translation = sharedTranslation();
  const input = { id: "R1", items: [1, 2], nothing: null, formula: "=1+1" };
  const give = (template: Json): Promise<Json | undefined> => evaluate(translation(), template, { input });

  it("gives every value that is no expression as it is", async () => {
    const template = { text: "a = b", number: 1.5, yes: true, none: null, list: [1, ["x"], {}] };
    expect(await give(template)).to.deep.equal(template);
  });

  it("replaces each string that begins with = by its result, at any depth", async () => {
    expect(await give({ a: "=id", b: [{ c: "=$sum(items)" }] })).to.deep.equal({ a: "R1", b: [{ c: 3 }] });
  });

  it("evaluates a single string as one expression", async () => {
    expect(await give("={ 'order': id }")).to.deep.equal({ order: "R1" });
  });

  it("takes == at the beginning for one = that is text", async () => {
    expect(await give(["==x", "==", "==="])).to.deep.equal(["=x", "=", "=="]);
  });

  it("leaves members out whose expression gives nothing, and keeps null", async () => {
    expect(await give({ gone: "=missing", kept: "=nothing" })).to.deep.equal({ kept: null });
  });

  it("writes null for list items whose expression gives nothing", async () => {
    expect(await give(["=missing", "=id"])).to.deep.equal([null, "R1"]);
  });

  it("gives undefined when the whole template gives nothing", async () => {
    expect(await give("=missing")).to.equal(undefined);
  });

  it("never reads a result as an expression again", async () => {
    expect(await give({ a: "=formula", b: "={ 'c': formula }" })).to.deep.equal({ a: "=1+1", b: { c: "=1+1" } });
  });

  it("keeps member names such as __proto__ as plain names", async () => {
    const template = JSON.parse('{"__proto__":"=id","constructor":"=id"}') as Json;
    const result = (await give(template)) as JsonObject;
    expect(Object.keys(result)).to.deep.equal(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(result)).to.equal(Object.prototype);
  });

  it("lets expressions see the bindings, the input among them", async () => {
    const bindings = { record: input, params: { from: "+1" } };
    const template = { a: "=$record.id", b: "=$params.from", c: "=$other" };
    expect(await evaluate(translation(), template, { input, bindings })).to.deep.equal({ a: "R1", b: "+1" });
  });

  it("names the member whose expression does not compile", async () => {
    const error = await failureOf(give({ body: { text: "=\n  id )" } }));
    expect(error).to.include({ code: "TRANSLATOR_INVALID", message: '/body/text: Syntax error: ")" (at 2:6)' });
  });

  it("names the member whose expression fails, and where", async () => {
    const error = await failureOf(give({ body: "=$number(id)" }));
    expect(error.code).to.equal("TRANSLATOR_FAILED");
    expect(error.message).to.equal('/body: Unable to cast value to a number: "R1" (at 1:1)');
    expect(error.details).to.deep.equal({ position: "1:1", token: "number", jsonata: "D3030", path: "/body" });
  });

  it("evaluates many more templates than a thread remembers", async () => {
    const templates = Array.from({ length: 1_100 }, (_, index) => `=${index}`);
    const scope = { input: null, bindings: {} };
    const first = await Promise.all(templates.map((template) => translation().evaluate(template, scope)));
    const again = await Promise.all(templates.slice(0, 50).map((template) => translation().evaluate(template, scope)));
    expect(first).to.deep.equal(templates.map((_, index) => index));
    expect(again).to.deep.equal(first.slice(0, 50));
  });

  it("lets each of several templates fail alone", async () => {
    const evaluated = await translation().evaluateEach(["=id", "=$error('no')", "=)", "=missing"], {
      input,
      bindings: {},
    });
    const shown = evaluated.map((one) => (one.ok ? (one.value ?? "nothing") : one.error.code));
    expect(shown).to.deep.equal(["R1", "TRANSLATOR_FAILED", "TRANSLATOR_INVALID", "nothing"]);
  });

  it("evaluates no templates to no results", async () => {
    expect(await translation().evaluateEach([], { input, bindings: {} })).to.deep.equal([]);
  });

  it("reads the scope as it was when the evaluation was asked for", async () => {
    const changing = { status: "new" };
    const evaluation = evaluate(translation(), "=status", { input: changing });
    changing.status = "old";
    expect(await evaluation).to.equal("new");
  });
});
