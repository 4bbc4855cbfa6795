import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import { type CountedHour, type Counts, HOUR_MS, hourOf, noCounts } from "../../src/core/hourly-counts.js";
import { firstIdAt, type IdPrefix } from "../../src/core/id.js";
import type { Opened } from "./opened.js";
import { sampleEffect, sampleEvent, sampleMessage, sampleRun, start } from "./samples.js";

/** What is counted of what was made, and what is kept of that. */
export function hoursContract(opened: Opened): void {
  describe("hours", () => {
    const hour = hourOf(start);
    const inHours = (hours: number): Date => new Date(hour.getTime() + hours * HOUR_MS);
    let made = 0;
    /** An id of something made so many milliseconds after the hour began. */
    const idAt = (prefix: IdPrefix, ms: number): string => {
      made += 1;
      return firstIdAt(prefix, new Date(hour.getTime() + ms)) + String(made).padStart(16, "0");
    };

    it("are counted by what was made in them: not a moment before, not at their end", async () => {
      const store = opened();
      const runs = [-1, 0, HOUR_MS - 1, HOUR_MS].map((ms) => sampleRun({ id: idAt("run", ms), flow: "shop/a" }));
      const failed = { status: "failed", dueAt: null, finishedAt: start } as const;
      const other = sampleRun({ id: idAt("run", 5), flow: "shop/b", ...failed });
      const sent = ["delivered", "sent", "delivered"].map((status, index) =>
        sampleMessage({ id: idAt("msg", index), effectId: `eff_${index}`, flow: "shop/a", status: status as "sent" }),
      );
      const calls = (["done", "refused", "done"] as const).map((state, index) =>
        sampleEffect({ id: idAt("eff", index), state, connection: index === 2 ? "shop/other" : "shop/twilio" }),
      );
      const notMade = sampleEffect({ id: idAt("eff", 9), state: "refused", attempts: 0 });
      const before = sampleEffect({ id: idAt("eff", -1), state: "done" });
      const events = [0, 1, HOUR_MS].map((ms) => sampleEvent({ id: idAt("evt", ms), key: `R${ms}` }));
      const changed = sampleEvent({ id: idAt("evt", 2), kind: "record.updated" });
      const cart = sampleEvent({ id: idAt("evt", 3), dataType: "shop/Cart" });
      await store.commit([
        ...[...runs, other].map((run): Change => ({ kind: "run-created", run })),
        ...[...calls, notMade, before].map((effect): Change => ({ kind: "effect-intended", effect })),
        ...sent.map((message): Change => ({ kind: "message-recorded", message })),
        ...[...events, changed, cart].map((event): Change => ({ kind: "event-recorded", event })),
      ]);
      expect(await store.hourlyCounts.count(hour, inHours(1))).to.deep.equal({
        records: { "shop/Order": 2, "shop/Cart": 1 },
        runs: { "shop/a": { queued: 2 }, "shop/b": { failed: 1 } },
        messages: { "shop/a": { delivered: 2, sent: 1 } },
        calls: { "shop/twilio": { done: 1, refused: 1 }, "shop/other": { done: 1 } },
        newest: { "shop/a": runs[2]!.id, "shop/b": other.id },
      } satisfies Counts);
      expect(await store.hourlyCounts.count(inHours(2), inHours(3))).to.deep.equal(noCounts);
    });

    it("are kept as they were counted last, and forgotten by their age", async () => {
      const store = opened();
      const counted = (hours: number, minutes: number, more: Partial<Counts> = {}): CountedHour => ({
        hour: inHours(hours),
        countedAt: new Date(hour.getTime() + minutes * 60_000),
        counts: { ...noCounts, ...more },
      });
      const keep = (one: CountedHour) => store.commit([{ kind: "hour-counted", counted: one }]);
      const newer = counted(1, 70, { records: { "shop/Order": 2 }, newest: { "shop/a": "run_1" } });
      await keep(counted(1, 65, { records: { "shop/Order": 1 } }));
      await keep(newer);
      await keep(counted(1, 69));
      await keep(counted(0, 61));
      await keep(counted(2, 180));
      expect(await store.hourlyCounts.list(hour, inHours(2))).to.deep.equal([counted(0, 61), newer]);
      await store.commit([{ kind: "hours-forgotten", before: inHours(1) }]);
      expect(await store.hourlyCounts.list(hour, inHours(9))).to.deep.equal([newer, counted(2, 180)]);
    });

    it("have beside them how many outcomes are unknown, up to a limit", async () => {
      const store = opened();
      const effects = (["unknown", "unknown", "done", "unknown"] as const).map((state) => sampleEffect({ state }));
      await store.commit(effects.map((effect): Change => ({ kind: "effect-intended", effect })));
      expect(await store.effects.unknown(10)).to.equal(3);
      expect(await store.effects.unknown(2)).to.equal(2);
    });
  });
}
