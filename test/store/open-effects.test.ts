import { expect } from "chai";
import type { Effect } from "../../src/core/effect.js";
import { createOpenEffects, MAX_OPEN_EFFECTS } from "../../src/store/sqlite/open-effects.js";
import { at, intended, moved, sampleEffect } from "./samples.js";
import { tempStore } from "./temp-store.js";

const place = { connection: "shop/twilio", recipient: "+16175551212" };
const stored = async (): Promise<void> => {};
const settled = (effect: Effect, more: Partial<Effect> = {}): Effect => {
  return { ...effect, state: "refused", settledAt: at(1), ...more };
};

describe("the memory of open effects", () => {
  it("knows an effect from before it is stored until what settles it is stored", async () => {
    const open = createOpenEffects([]);
    const effect = sampleEffect();
    expect(open.mayHave(place)).to.equal(false);
    await open.follow([intended(effect)], async () => {
      expect(open.mayHave(place)).to.equal(true);
    });
    expect(open.mayHave(place)).to.equal(true);
    await open.follow([moved(settled(effect))], async () => {
      expect(open.mayHave(place)).to.equal(true);
    });
    expect(open.mayHave(place)).to.equal(false);
  });

  it("forgets what was not stored, and keeps what was to be settled", async () => {
    const open = createOpenEffects([]);
    const refused = (): Promise<never> => Promise.reject(new Error("refused"));
    await open.follow([intended(sampleEffect())], refused).catch(() => {});
    expect(open.mayHave(place)).to.equal(false);
    const effect = sampleEffect();
    await open.follow([intended(effect)], stored);
    await open.follow([moved(settled(effect))], refused).catch(() => {});
    expect(open.mayHave(place)).to.equal(true);
  });

  it("lets an attempt that is not the newest any more settle nothing, unless it took effect", async () => {
    const open = createOpenEffects([]);
    const first = sampleEffect({ attempts: 1 });
    await open.follow([intended(first)], stored);
    await open.follow([{ kind: "effect-restarted", effect: { ...first, attempts: 2 }, from: "unknown" }], stored);
    await open.follow([moved(settled(first))], stored);
    expect(open.mayHave(place)).to.equal(true);
    await open.follow([moved(settled(first, { state: "done" }))], stored);
    expect(open.mayHave(place)).to.equal(false);
  });

  it("tells recipients and connections apart, and leaves out what has no recipient", async () => {
    const open = createOpenEffects([{ id: "eff_1", ...place, attempts: 1 }]);
    await open.follow([intended(sampleEffect({ recipient: null }))], stored);
    expect(open.mayHave(place)).to.equal(true);
    expect(open.mayHave({ ...place, recipient: "+1" })).to.equal(false);
    expect(open.mayHave({ ...place, connection: "shop/other" })).to.equal(false);
  });

  it("rules nothing out when more is open than it remembers", () => {
    const many = Array.from({ length: MAX_OPEN_EFFECTS + 1 }, (_, n) => ({ id: `eff_${n}`, ...place, attempts: 1 }));
    expect(createOpenEffects(many).mayHave({ ...place, recipient: "+1" })).to.equal(true);
  });

  it("begins with what is open in the database", async () => {
    await using temp = await tempStore();
    const effect = sampleEffect();
    const first = await temp.open();
    await first.commit([intended(effect)]);
    await first.close();
    const store = await temp.open();
    expect((await store.effects.olderOpen(place, null))?.id).to.equal(effect.id);
    await store.commit([moved(settled(effect))]);
    expect(await store.effects.olderOpen(place, null)).to.equal(null);
    await store.close();
  });
});
