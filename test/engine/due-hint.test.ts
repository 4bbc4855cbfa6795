import { expect } from "chai";
import { createDueHint } from "../../src/engine/due-hint.js";
import { openTestEngine, type TestEngine } from "./parts.js";

describe("the hint of what is due", () => {
  it("asks at first, and then slowly while nothing is expected", () => {
    const hint = createDueHint();
    expect(hint.isDue(0)).to.equal(true);
    hint.foundNone(0);
    expect([500, 4_999, 5_000].map(hint.isDue)).to.deep.equal([false, false, true]);
    expect(hint.isDue(-5_000), "after the clock was set back").to.equal(true);
  });

  it("asks when something has become due, and while something is being put down", () => {
    const hint = createDueHint();
    hint.foundNone(0);
    hint.expectAt(2_000);
    hint.expectAt(3_000);
    expect([1_999, 2_000].map(hint.isDue)).to.deep.equal([false, true]);
    hint.foundNone(2_500);
    expect(hint.isDue(3_100)).to.equal(false);
    hint.expectSoon(3_200);
    hint.foundNone(3_300);
    expect(hint.isDue(3_400), "its commit may be under way").to.equal(true);
  });

  describe("of an engine", () => {
    let test: TestEngine;
    afterEach(() => test.close());

    it("leaves the store alone while nothing is due", async () => {
      test = await openTestEngine([]);
      const asked = { files: 0, checks: 0 };
      const { attachments, messages } = test.store;
      const engine = test.another("bob", {
        store: {
          ...test.store,
          attachments: { ...attachments, due: (...given) => ++asked.files && attachments.due(...given) },
          messages: { ...messages, dueChecks: (...given) => ++asked.checks && messages.dueChecks(...given) },
        } as typeof test.store,
      });
      for (let ticks = 0; ticks < 18; ticks++) {
        test.clock.now += 500;
        await engine.tick();
        await engine.idle();
      }
      await engine.stop();
      expect(asked).to.deep.equal({ files: 2, checks: 2 });
    });
  });
});
