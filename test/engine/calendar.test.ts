import { expect } from "chai";
import fc from "fast-check";
import type { ScheduleTrigger } from "../../src/core/flow.js";
import { nextSlot, slotsDue } from "../../src/engine/calendar.js";

const minute = 60_000;
const day = 24 * 60 * minute;

describe("a calendar", () => {
  function schedule(cron: string, timeZone = "UTC", missed: ScheduleTrigger["missed"] = "all"): ScheduleTrigger {
    return { kind: "schedule", cron, timeZone, missed, when: null };
  }

  /** The next slots after an instant. */
  function slots(trigger: ScheduleTrigger, after: string, count: number): string[] {
    const found: string[] = [];
    for (let slot = nextSlot(trigger, new Date(after)); slot !== null && found.length < count; ) {
      found.push(slot.toISOString());
      slot = nextSlot(trigger, slot);
    }
    return found;
  }

  describe("where clocks are put forward", () => {
    it("keeps nine o'clock at nine", () => {
      const nine = "0 9 * * *";
      expect(slots(schedule(nine, "Europe/Berlin"), "2026-03-28T00:00:00Z", 2)).to.deep.equal([
        ...["2026-03-28T08:00:00.000Z", "2026-03-29T07:00:00.000Z"],
      ]);
      expect(slots(schedule(nine, "America/New_York"), "2026-03-07T00:00:00Z", 2)).to.deep.equal([
        ...["2026-03-07T14:00:00.000Z", "2026-03-08T13:00:00.000Z"],
      ]);
    });

    it("fires what falls into the hour that is left out as soon as that is over, once", () => {
      expect(slots(schedule("30 2 * * *", "Europe/Berlin"), "2026-03-28T12:00:00Z", 2)).to.deep.equal([
        ...["2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z"],
      ]);
      expect(slots(schedule("30 2 * * *", "America/New_York"), "2026-03-07T12:00:00Z", 2)).to.deep.equal([
        ...["2026-03-08T07:00:00.000Z", "2026-03-09T06:30:00.000Z"],
      ]);
    });

    it("goes on evenly when it fires every half hour", () => {
      expect(slots(schedule("*/30 * * * *", "Europe/Berlin"), "2026-03-29T00:15:00Z", 3)).to.deep.equal([
        ...["2026-03-29T00:30:00.000Z", "2026-03-29T01:00:00.000Z", "2026-03-29T01:30:00.000Z"],
      ]);
    });
  });

  describe("where clocks are put back", () => {
    it("keeps nine o'clock at nine", () => {
      expect(slots(schedule("0 9 * * *", "Europe/Berlin"), "2026-10-24T00:00:00Z", 2)).to.deep.equal([
        ...["2026-10-24T07:00:00.000Z", "2026-10-25T08:00:00.000Z"],
      ]);
      expect(slots(schedule("0 9 * * *", "America/New_York"), "2026-10-31T00:00:00Z", 2)).to.deep.equal([
        ...["2026-10-31T13:00:00.000Z", "2026-11-01T14:00:00.000Z"],
      ]);
    });

    it("fires once at a time that comes twice, the first time", () => {
      expect(slots(schedule("30 2 * * *", "Europe/Berlin"), "2026-10-24T12:00:00Z", 2)).to.deep.equal([
        ...["2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"],
      ]);
      expect(slots(schedule("30 1 * * *", "America/New_York"), "2026-10-31T12:00:00Z", 2)).to.deep.equal([
        ...["2026-11-01T05:30:00.000Z", "2026-11-02T06:30:00.000Z"],
      ]);
    });

    it("goes on evenly when it fires every half hour", () => {
      expect(slots(schedule("*/30 * * * *", "Europe/Berlin"), "2026-10-25T00:15:00Z", 4)).to.deep.equal([
        ...["2026-10-25T00:30:00.000Z", "2026-10-25T01:00:00.000Z"],
        ...["2026-10-25T01:30:00.000Z", "2026-10-25T02:00:00.000Z"],
      ]);
    });
  });

  it("leaves out the months that have no 31st", () => {
    expect(slots(schedule("0 9 31 * *", "Europe/Berlin"), "2026-01-01T00:00:00Z", 3)).to.deep.equal([
      ...["2026-01-31T08:00:00.000Z", "2026-03-31T07:00:00.000Z", "2026-05-31T07:00:00.000Z"],
    ]);
  });

  it("knows leap days", () => {
    expect(slots(schedule("0 0 29 2 *"), "2026-01-01T00:00:00Z", 2)).to.deep.equal([
      ...["2028-02-29T00:00:00.000Z", "2032-02-29T00:00:00.000Z"],
    ]);
  });

  it("comes to an end with an expression that never matches", () => {
    const never = schedule("0 0 30 2 *");
    const now = new Date("2026-01-01T00:00:00Z");
    expect(nextSlot(never, now)).to.equal(null);
    for (const missed of ["skip", "once", "all"] as const) {
      const due = slotsDue({ ...never, missed }, { firedUntil: new Date("2025-01-01T00:00:00Z"), now, limit: 100 });
      expect(due).to.deep.equal({ slots: [], until: now });
    }
  });

  it("has the same next slot wherever one stands before it, around every change of clocks too", () => {
    const changes = ["2026-03-29T01:00Z", "2026-10-25T01:00Z", "2026-03-08T07:00Z", "2026-11-01T06:00Z"];
    const expressions = ["30 2 * * *", "30 1 * * *", "*/15 * * * *", "*/30 1,2 * * *", "0 2 * * *", "0 3 * * 0"];
    const given = fc.record({
      change: fc.constantFrom(...changes.map((change) => Date.parse(change))),
      offset: fc.integer({ min: -240 * minute, max: 240 * minute }),
      part: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      cron: fc.constantFrom(...expressions),
      timeZone: fc.constantFrom("Europe/Berlin", "America/New_York"),
    });
    fc.assert(
      fc.property(given, ({ change, offset, part, cron, timeZone }) => {
        const after = new Date(change + offset);
        const next = nextSlot(schedule(cron, timeZone), after);
        if (next === null || next <= after) return false;
        const between = new Date(after.getTime() + Math.floor((next.getTime() - after.getTime()) * part));
        return nextSlot(schedule(cron, timeZone), between)?.getTime() === next.getTime();
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  describe("after an outage", () => {
    const hourly = "0 * * * *";
    const firedUntil = new Date("2026-05-01T00:00:00Z");
    const now = new Date("2026-05-01T05:10:00Z");
    const hours = (...given: number[]): Date[] => given.map((hour) => new Date(Date.UTC(2026, 4, 1, hour)));

    it("drops what was missed when it is to skip it", () => {
      expect(slotsDue(schedule(hourly, "UTC", "skip"), { firedUntil, now, limit: 100 })).to.deep.equal({
        slots: [],
        until: now,
      });
    });

    it("fires what is less than a minute late all the same", () => {
      const soon = new Date("2026-05-01T05:00:59Z");
      const due = slotsDue(schedule(hourly, "UTC", "skip"), { firedUntil, now: soon, limit: 100 });
      expect(due).to.deep.equal({ slots: hours(5), until: hours(5)[0] });
    });

    it("fires the newest when it is to fire once", () => {
      const due = slotsDue(schedule(hourly, "UTC", "once"), { firedUntil, now, limit: 100 });
      expect(due).to.deep.equal({ slots: hours(5), until: hours(5)[0] });
    });

    it("fires every one when it is to fire all, a part at a time", () => {
      const trigger = schedule(hourly, "UTC", "all");
      const first = slotsDue(trigger, { firedUntil, now, limit: 3 });
      expect(first).to.deep.equal({ slots: hours(1, 2, 3), until: hours(3)[0] });
      const second = slotsDue(trigger, { firedUntil: first.until, now, limit: 3 });
      expect(second).to.deep.equal({ slots: hours(4, 5), until: now });
    });

    it("goes on after a part that ends with the last slot", () => {
      const trigger = schedule(hourly, "UTC", "all");
      const { until } = slotsDue(trigger, { firedUntil, now, limit: 5 });
      expect(slotsDue(trigger, { firedUntil: until, now, limit: 5 })).to.deep.equal({ slots: [], until: now });
    });

    it("fires nothing twice, and nothing before it is due", () => {
      for (const missed of ["skip", "once", "all"] as const) {
        const trigger = schedule(hourly, "UTC", missed);
        expect(slotsDue(trigger, { firedUntil: hours(5)[0]!, now, limit: 9 }).slots).to.deep.equal([]);
        expect(slotsDue(trigger, { firedUntil: hours(5)[0]!, now: hours(6)[0]!, limit: 9 }).slots).to.deep.equal(
          hours(6),
        );
      }
    });

    it("finds the newest of a hundred thousand, and then no other", () => {
      const trigger = schedule("* * * * *", "Europe/Berlin", "once");
      const late = new Date(firedUntil.getTime() + 70 * day + 30_000);
      const due = slotsDue(trigger, { firedUntil, now: late, limit: 100 });
      const newest = new Date(firedUntil.getTime() + 70 * day);
      expect(due).to.deep.equal({ slots: [newest], until: newest });
      expect(slotsDue(trigger, { firedUntil: due.until, now: late, limit: 100 }).slots).to.deep.equal([]);
    });

    it("finds the newest one that counting finds, whatever the expression and the span", () => {
      const given = fc.record({
        cron: fc.constantFrom("* * * * *", "*/7 * * * *", "30 2 * * *", "0 9 * * 1-5", "0 0 1 * *", "* 3 25 10 *"),
        from: fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 1) }),
        span: fc.integer({ min: 0, max: 300 }),
        unit: fc.constantFrom(1_000, minute, 60 * minute),
      });
      fc.assert(
        fc.property(given, ({ cron, from, span, unit }) => {
          const window = { firedUntil: new Date(from), now: new Date(from + span * unit), limit: 1_000_000 };
          const all = slotsDue(schedule(cron, "Europe/Berlin", "all"), window).slots;
          const once = slotsDue(schedule(cron, "Europe/Berlin", "once"), window).slots;
          return once[0]?.getTime() === all.at(-1)?.getTime() && once.length === Math.min(1, all.length);
        }),
        { seed: 9, numRuns: 40 },
      );
    });
  });
});
