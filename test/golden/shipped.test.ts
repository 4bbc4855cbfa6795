import { readdirSync } from "node:fs";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import { fuzzCollection } from "../../src/golden/fuzz/fuzz-collection.js";
import { openGolden } from "../../src/open-golden.js";
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

describe("the flows of the shipped collections", () => {
  for (const name of ["twilio", "twilio-whatsapp"]) {
    it(`cope in ${name} with orders and customers that lack any one optional member`, async function () {
      this.timeout(120_000);
      const prepared = await preparedShipped(name);
      const parts = openGolden({ translatorTimeoutMs: 2_000, translatorMemoryMb: 64 });
      try {
        const results = await fuzzCollection(prepared, { parts, order: { runs: 0, seed: 1 } });
        expect(results.flatMap(({ findings }) => findings)).to.deep.equal([]);
        // Whether a message of another flow can be made up is not certain: conditions name flows, steps and error codes.
        const onRecords = new Set(
          prepared.subject.flows.filter(({ on }) => on.kind === "record").map((flow) => flow.name),
        );
        expect(results.filter(({ flow, started }) => onRecords.has(flow) && started === 0)).to.deep.equal([]);
      } finally {
        await parts.close();
      }
    });
  }
});
