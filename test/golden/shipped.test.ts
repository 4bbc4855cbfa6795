import { readdirSync } from "node:fs";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import { complaintsOf, preparedShipped, resultsOf } from "./parts.js";

const names = readdirSync(packagePath("collections"), { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

describe("the golden tests of the shipped collections", () => {
  for (const name of names) {
    it(`pass in ${name}`, async function () {
      this.timeout(120_000);
      const prepared = await preparedShipped(name);
      expect(complaintsOf(await resultsOf(prepared))).to.deep.equal([]);
    });
  }

  it("are there for every flow", async () => {
    const untested = [];
    for (const name of names) {
      const { subject, tests } = await preparedShipped(name);
      const tested = new Set(tests.flatMap(({ activate }) => activate));
      untested.push(...subject.flows.map((flow) => flow.name).filter((flow) => !tested.has(flow)));
    }
    expect(untested).to.deep.equal([]);
  });
});
