import { expect } from "chai";
import type { SilenceTrigger } from "../../src/core/flow.js";
import { silenceDue } from "../../src/engine/silence.js";

const trigger: SilenceTrigger = { kind: "silence", dataType: "shop/Order", forMs: 1_800_000, when: null };

function silentAt(now: string, newestAt: string | null, watchedSince = "2026-01-01T08:00:00Z"): string | null {
  const silence = silenceDue(trigger, {
    flow: "shop/no-orders",
    newestAt: newestAt === null ? null : new Date(newestAt),
    watchedSince: new Date(watchedSince),
    now: new Date(now),
  });
  return silence?.silentSince.toISOString() ?? null;
}

describe("a silence", () => {
  it("is noticed when the newest record is exactly so old, not before", () => {
    expect(silentAt("2026-01-01T09:29:59.999Z", "2026-01-01T09:00:00Z")).to.equal(null);
    expect(silentAt("2026-01-01T09:30:00Z", "2026-01-01T09:00:00Z")).to.equal("2026-01-01T09:00:00.000Z");
  });

  it("begins when somebody began to watch, at the earliest", () => {
    expect(silentAt("2026-01-01T08:29:00Z", "2025-12-24T00:00:00Z")).to.equal(null);
    expect(silentAt("2026-01-01T08:30:00Z", "2025-12-24T00:00:00Z")).to.equal("2026-01-01T08:00:00.000Z");
  });

  it("is noticed when there never was a record", () => {
    expect(silentAt("2026-01-01T08:30:00Z", null)).to.equal("2026-01-01T08:00:00.000Z");
  });

  it("has the same key however late it is noticed, and another one after a record", () => {
    const seen = { flow: "shop/no-orders", watchedSince: new Date("2026-01-01T08:00:00Z") };
    const first = { ...seen, newestAt: new Date("2026-01-01T09:00:00Z") };
    const keys = ["2026-01-01T09:30:00Z", "2026-01-02T12:00:00Z"].map(
      (now) => silenceDue(trigger, { ...first, now: new Date(now) })?.dedupeKey,
    );
    expect(keys).to.deep.equal(Array(2).fill("silence:shop/no-orders:2026-01-01T09:00:00.000Z"));
    const next = { ...seen, newestAt: new Date("2026-01-01T13:00:00Z"), now: new Date("2026-01-02T12:00:00Z") };
    expect(silenceDue(trigger, next)?.dedupeKey).to.equal("silence:shop/no-orders:2026-01-01T13:00:00.000Z");
  });

  it("has a key of its own for each flow", () => {
    const seen = { newestAt: null, watchedSince: new Date(0), now: new Date(2_000_000) };
    const keys = ["a/one", "a/two"].map((flow) => silenceDue(trigger, { ...seen, flow })?.dedupeKey);
    expect(new Set(keys)).to.have.lengthOf(2);
  });
});
