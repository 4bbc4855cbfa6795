import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import { builtIns } from "../../src/translation/freeze-built-ins.js";
import { evaluate, failureOf, sharedTranslation } from "./open.js";

describe("JSONata's own functions", () => {
  const translation = sharedTranslation();

  it("are all known", async () => {
    const source = await readFile(packagePath("node_modules/jsonata/jsonata.js"), "utf8");
    const bound = [...source.matchAll(/staticFrame\.bind\('(\w+)'/g)].map(([, name]) => name);
    expect(bound).to.have.length.above(50);
    expect([...builtIns].sort()).to.deep.equal(bound.sort());
  });

  it("cannot be replaced for the expressions of others", async () => {
    await failureOf(evaluate(translation(), '={} ~> |$sum|{"implementation": "x"}|'));
    expect(await evaluate(translation(), "=$sum([1, 2])")).to.equal(3);
  });
});
