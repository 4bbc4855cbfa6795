import { expect } from "chai";
import type { SilenceTrigger } from "../../src/core/flow.js";
import { type Silence, silenceDue } from "../../src/engine/silence.js";

const minute = 60_000;
const trigger: SilenceTrigger = { kind: "silence", dataType: "shop/Order", forMs: 30 * minute, when: null };

describe("a silence", () => {
  const at = (time: string): Date => new Date(`2026-03-01T${time}:00Z`);

  function at1200(newest: string | null, watchedSince = "00:00", now = "12:00"): Silence | null {
    const newestAt = newest === null ? null : at(newest);
    return silenceDue(trigger, { flow: "a/quiet", newestAt, watchedSince: at(watchedSince), now: at(now) });
  }

  it("is due when the newest event is as old as the trigger says, not a moment earlier", () => {
    expect(at1200("11:31")).to.equal(null);
    expect(at1200("11:30")?.silentSince).to.deep.equal(at("11:30"));
  });

  it("counts from when the flow was switched on when nothing has come since", () => {
    expect(at1200(null, "11:31")).to.equal(null);
    expect(at1200(null, "11:30")?.silentSince).to.deep.equal(at("11:30"));
    expect(at1200("09:00", "11:31")).to.equal(null);
    expect(at1200("09:00", "11:30")?.silentSince).to.deep.equal(at("11:30"));
  });

  it("has one name however often it is noticed, and another one after the next event", () => {
    const first = at1200("11:00")?.dedupeKey;
    expect(at1200("11:00", "00:00", "18:00")?.dedupeKey).to.equal(first);
    expect(at1200("11:10")?.dedupeKey).to.not.equal(first);
    expect(first).to.equal("silence:a/quiet:2026-03-01T11:00:00.000Z");
  });

  it("is not due when the newest event is of the future, as by a clock that was set back", () => {
    expect(at1200("13:00")).to.equal(null);
  });
});
