import { expect } from "chai";
import fc from "fast-check";
import type { Translation } from "../../src/translation/translation.js";
import { startTestTranslation } from "./parts.js";
import { flows, hourly, plots, sharedPlots } from "./plots.js";
import { type Making, type Plot, World } from "./run-model.js";

const SEED = 20_260_101;

describe("whatever happens to a run", () => {
  let translation: Translation;
  before(() => {
    translation = startTestTranslation();
  });
  after(() => translation.stop());

  async function live(plot: Plot, making: Omit<Making, "maxPerSecond">): Promise<void> {
    const world = await World.open(translation, { ...making, maxPerSecond: plot.maxPerSecond });
    try {
      const violations = await world.live(plot);
      expect(violations, violations.join("\n")).to.deep.equal([]);
    } finally {
      await world.close();
    }
  }

  it("nothing is sent twice, nothing is lost, nothing stays unsaid and everything ends", async function () {
    this.timeout(120_000);
    const alone = { flows, shared: false };
    await fc.assert(
      fc.asyncProperty(plots, (plot) => live(plot, alone)),
      { seed: SEED, numRuns: 100 },
    );
  });

  it("the same is so for processes that share the store, and they take turns, keep one pace and fire each slot once", async function () {
    this.timeout(120_000);
    const together = { flows: [...flows, hourly], shared: true };
    await fc.assert(
      fc.asyncProperty(sharedPlots, (plot) => live(plot, together)),
      { seed: SEED, numRuns: 100 },
    );
  });
});
