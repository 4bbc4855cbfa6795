import { expect } from "chai";
import fc from "fast-check";
import type { ScheduleTrigger } from "../../src/core/flow.js";
import { nextSlot, slotsDue } from "../../src/engine/calendar.js";

function schedule(cron: string, timeZone = "UTC", missed: ScheduleTrigger["missed"] = "all"): ScheduleTrigger {
  return { kind: "schedule", cron, timeZone, missed, when: null };
}

/** The slots after an instant, one asked for after the other, as UTC without seconds. */
function slots(trigger: ScheduleTrigger, after: string, count: number): string[] {
  const found: string[] = [];
  let slot = nextSlot(trigger, new Date(after));
  while (slot !== null && found.length < count) {
    found.push(short(slot));
    slot = nextSlot(trigger, slot);
  }
  return found;
}

function short(slot: Date): string {
  return slot.toISOString().slice(0, 16);
}

/** @param span Up to when it was dealt with, and now. */
function due(
  trigger: ScheduleTrigger,
  [firedUntil, now]: readonly [string, string],
  limit = 100,
): { slots: string[]; until: string } {
  const { slots, until } = slotsDue(trigger, { firedUntil: new Date(firedUntil), now: new Date(now), limit });
  return { slots: slots.map(short), until: until.toISOString() };
}

/** What a clock in that time zone shows. */
function localTime(instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(instant);
}

describe("the slots of a schedule", () => {
  it("come at nine on the clock every day of a year, across both changes of the clocks", () => {
    for (const timeZone of ["Europe/Berlin", "America/New_York"]) {
      let slot = new Date("2026-01-01T00:00:00Z");
      for (let day = 0; day < 365; day++) {
        slot = nextSlot(schedule("0 9 * * *", timeZone), slot)!;
        expect(localTime(slot, timeZone)).to.equal("09:00");
      }
      expect(slot.toISOString()).to.match(/^2026-12-31/);
    }
  });

  it("come right after the gap when clocks go forward over a daily time", () => {
    expect(slots(schedule("30 2 * * *", "Europe/Berlin"), "2026-03-28T12:00Z", 2)).to.deep.equal([
      "2026-03-29T01:00",
      "2026-03-30T00:30",
    ]);
    expect(slots(schedule("30 2 * * *", "America/New_York"), "2026-03-07T12:00Z", 2)).to.deep.equal([
      "2026-03-08T07:00",
      "2026-03-09T06:30",
    ]);
  });

  it("come once when clocks go back over a daily time", () => {
    expect(slots(schedule("30 2 * * *", "Europe/Berlin"), "2026-10-24T12:00Z", 2)).to.deep.equal([
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
    expect(slots(schedule("30 1 * * *", "America/New_York"), "2026-10-31T12:00Z", 2)).to.deep.equal([
      "2026-11-01T05:30",
      "2026-11-02T06:30",
    ]);
  });

  it("come at every half hour that passes when an interval meets a change of the clocks", () => {
    const half = schedule("*/30 * * * *", "Europe/Berlin");
    expect(slots(half, "2026-03-29T00:15Z", 3)).to.deep.equal([
      "2026-03-29T00:30",
      "2026-03-29T01:00",
      "2026-03-29T01:30",
    ]);
    expect(slots(half, "2026-10-24T23:45Z", 4)).to.deep.equal([
      "2026-10-25T00:00",
      "2026-10-25T00:30",
      "2026-10-25T01:00",
      "2026-10-25T01:30",
    ]);
  });

  it("are the same whenever they are asked for, each once, in the nights when clocks change", () => {
    const nights = {
      "Europe/Berlin": ["2026-03-28T22:00Z", "2026-10-24T22:00Z"],
      "America/New_York": ["2026-03-08T04:00Z", "2026-11-01T03:00Z"],
    };
    for (const [timeZone, begins] of Object.entries(nights)) {
      for (const cron of ["30 2 * * *", "30 1 * * *", "*/20 * * * *", "0,30 2 * * *", "0 1-3 * * *"]) {
        for (const begin of begins) expectSameSlots(schedule(cron, timeZone), new Date(begin));
      }
    }
  });

  it("leave out the months that have no such day", () => {
    expect(slots(schedule("0 0 31 * *"), "2026-01-31T12:00Z", 3)).to.deep.equal([
      "2026-03-31T00:00",
      "2026-05-31T00:00",
      "2026-07-31T00:00",
    ]);
  });

  it("come on the last day of every month for L", () => {
    expect(slots(schedule("0 0 L * *"), "2028-01-31T12:00Z", 3)).to.deep.equal([
      "2028-02-29T00:00",
      "2028-03-31T00:00",
      "2028-04-30T00:00",
    ]);
  });

  it("come on leap days only, over a century that has none at its end too", () => {
    expect(slots(schedule("0 12 29 2 *"), "2026-01-01T00:00Z", 2)).to.deep.equal([
      "2028-02-29T12:00",
      "2032-02-29T12:00",
    ]);
    expect(slots(schedule("0 12 29 2 *"), "2096-03-01T00:00Z", 1)).to.deep.equal(["2104-02-29T12:00"]);
  });

  it("never come for a day that does not exist", () => {
    const never = schedule("0 0 31 2 *", "Europe/Berlin");
    expect(nextSlot(never, new Date("2026-01-01T00:00Z"))).to.equal(null);
    for (const missed of ["skip", "once", "all"] as const) {
      expect(due({ ...never, missed }, ["2020-01-01T00:00Z", "2026-01-01T00:00Z"])).to.deep.equal({
        slots: [],
        until: "2026-01-01T00:00:00.000Z",
      });
    }
  });
});

/** How far apart the questions are: no multiple of any schedule's interval. */
const STEP_MS = 7 * 60_000;

/** Compares what is found from many instants of a night with one walk through it. */
function expectSameSlots(trigger: ScheduleTrigger, night: Date): void {
  const morning = new Date(night.getTime() + 70 * STEP_MS);
  const walked = slotsDue(trigger, { firedUntil: night, now: morning, limit: 1_000 }).slots.map(Number);
  const once = { ...trigger, missed: "once" } as const;
  const found: number[] = [];
  for (let at = night.getTime(); at < morning.getTime(); at += STEP_MS) {
    const until = new Date(at + STEP_MS);
    found.push(...slotsDue(trigger, { firedUntil: new Date(at), now: until, limit: 100 }).slots.map(Number));
    const newest = slotsDue(once, { firedUntil: night, now: until, limit: 100 }).slots.map(Number);
    expect(newest, `${trigger.cron} in ${trigger.timeZone} at ${until.toISOString()}`).to.deep.equal(
      walked.filter((slot) => slot <= until.getTime()).slice(-1),
    );
  }
  expect(found, `${trigger.cron} in ${trigger.timeZone}`).to.deep.equal(walked);
}

describe("the slots that are due", () => {
  const hourly = "0 * * * *";

  it("are none before the next one, and one when it comes", () => {
    for (const missed of ["skip", "once", "all"] as const) {
      const trigger = schedule(hourly, "UTC", missed);
      expect(due(trigger, ["2026-01-01T08:00Z", "2026-01-01T08:59:59Z"]).slots).to.deep.equal([]);
      expect(due(trigger, ["2026-01-01T08:00Z", "2026-01-01T09:00:00Z"])).to.deep.equal({
        slots: ["2026-01-01T09:00"],
        until: "2026-01-01T09:00:00.000Z",
      });
    }
  });

  it("leave out what is more than a minute late when missed ones are skipped", () => {
    const trigger = schedule(hourly, "UTC", "skip");
    expect(due(trigger, ["2026-01-01T05:30Z", "2026-01-01T09:01:00Z"]).slots).to.deep.equal(["2026-01-01T09:00"]);
    expect(due(trigger, ["2026-01-01T05:30Z", "2026-01-01T09:01:00.001Z"]).slots).to.deep.equal([]);
  });

  it("are the newest only when missed ones fire once", () => {
    const trigger = schedule(hourly, "UTC", "once");
    expect(due(trigger, ["2026-01-01T05:30Z", "2026-01-01T09:45Z"])).to.deep.equal({
      slots: ["2026-01-01T09:00"],
      until: "2026-01-01T09:45:00.000Z",
    });
  });

  it("are found at once after years of missed minutes", () => {
    const trigger = schedule("* * * * *", "Europe/Berlin", "once");
    expect(due(trigger, ["2000-01-01T00:00Z", "2026-01-01T09:45:59.999Z"]).slots).to.deep.equal(["2026-01-01T09:45"]);
  });

  it("are every one, oldest first and so many at a time, when all missed ones fire", () => {
    const trigger = schedule(hourly, "UTC", "all");
    const first = due(trigger, ["2026-01-01T05:30Z", "2026-01-01T09:45Z"], 3);
    expect(first).to.deep.equal({
      slots: ["2026-01-01T06:00", "2026-01-01T07:00", "2026-01-01T08:00"],
      until: "2026-01-01T08:00:00.000Z",
    });
    expect(due(trigger, [first.until, "2026-01-01T09:45Z"], 3)).to.deep.equal({
      slots: ["2026-01-01T09:00"],
      until: "2026-01-01T09:45:00.000Z",
    });
  });

  it("are none when the clock was set back", () => {
    expect(due(schedule(hourly), ["2026-01-01T09:00Z", "2026-01-01T07:30Z"])).to.deep.equal({
      slots: [],
      until: "2026-01-01T09:00:00.000Z",
    });
  });

  it("are the same in all, however often they are asked for", () => {
    const steps = fc.array(fc.integer({ min: 1, max: 5 * 3_600_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), (pauses, limit) => {
        const trigger = schedule("*/7 * * * *", "Europe/Berlin");
        const begin = new Date("2026-10-24T20:00Z");
        let firedUntil = begin;
        let now = begin.getTime();
        const fired: number[] = [];
        for (const pause of pauses) {
          now += pause;
          const answer = slotsDue(trigger, { firedUntil, now: new Date(now), limit });
          expect(answer.slots.length).to.be.at.most(limit);
          fired.push(...answer.slots.map(Number));
          firedUntil = answer.until;
        }
        const all = slotsDue(trigger, { firedUntil: begin, now: firedUntil, limit: 10_000 }).slots.map(Number);
        expect(fired).to.deep.equal(all);
      }),
      { numRuns: 50 },
    );
  });
});
