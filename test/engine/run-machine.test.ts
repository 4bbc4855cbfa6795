import { expect } from "chai";
import fc from "fast-check";
import type { Translation } from "../../src/translation/translation.js";
import { startTestTranslation } from "./parts.js";
import { flows, plots } from "./plots.js";
import { type Plot, World } from "./run-model.js";

const SEED = 20_260_101;

describe("whatever happens to a run", () => {
  let translation: Translation;
  before(() => {
    translation = startTestTranslation();
  });
  after(() => translation.stop());

  async function live(plot: Plot): Promise<void> {
    const world = await World.open(translation, flows);
    try {
      const violations = await world.live(plot);
      expect(violations, violations.join("\n")).to.deep.equal([]);
    } finally {
      await world.close();
    }
  }

  it("nothing is sent twice, nothing is lost, nothing stays unsaid and everything ends", async function () {
    this.timeout(120_000);
    await fc.assert(fc.asyncProperty(plots, live), { seed: SEED, numRuns: 100 });
  });
});
