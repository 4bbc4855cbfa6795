import { expect } from "chai";
import { sharedTranslation } from "./open.js";

describe("Translation.check", () => {
  const translation = sharedTranslation();

  it("finds nothing wrong with a good expression", () => {
    expect(translation().check('/* title: x */ { "a": $phone(b, "US"), "c": $replace(d, /\\s+/, " ") }')).to.deep.equal(
      [],
    );
  });

  it("names line and column of the unexpected token", () => {
    expect(translation().check("{\n  'a': 1,\n  'b' 2 }")).to.deep.equal([
      { path: "at 3:7", message: 'Expected ":", got 2' },
    ]);
  });

  it("points behind an expression that ends too early", () => {
    expect(translation().check("a +")).to.deep.equal([{ path: "at 1:4", message: "Unexpected end of expression" }]);
  });

  it("refuses an empty expression", () => {
    expect(translation().check("")).to.deep.equal([{ path: "at 1:1", message: "Unexpected end of expression" }]);
  });

  for (const [construct, source] of [
    ["a lookahead", "$contains(a, /(?=b)/)"],
    ["a lookbehind", "$contains(a, /(?<=b)c/)"],
    ["a backreference", "$contains(a, /(b)\\1/)"],
    ["a repetition beyond the engine's limits", "$contains(a, /(b{900}){900}/)"],
  ] as const) {
    it(`refuses ${construct} in a regular expression and names it`, () => {
      const [problem] = translation().check(source);
      expect(problem?.path).to.equal("at 1:14");
      expect(problem?.message).to.match(/^The regular expression \/.*\/ cannot be used: invalid /);
    });
  }

  it("refuses a regular expression that JavaScript cannot read either", () => {
    expect(translation().check("$contains(a, /b)(/)")[0]?.message).to.match(/[Rr]egular expression/);
  });

  it("survives an expression that is nested absurdly deeply", () => {
    expect(translation().check("(".repeat(100_000))).to.have.lengthOf(1);
  });
});
