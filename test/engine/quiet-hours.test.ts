import { expect } from "chai";
import fc from "fast-check";
import type { QuietHours } from "../../src/core/sending.js";
import { quietUntil } from "../../src/engine/quiet-hours.js";

const night: QuietHours = { from: "21:00", to: "08:00", for: "marketing", countries: {}, timeZone: "UTC" };

function until(hours: QuietHours, given: readonly string[], now: string) {
  // A country stands in front of the zones.
  const [first = "", ...others] = given;
  const country = /^[A-Z]{2}$/.test(first) ? first : null;
  const timeZones = country === null ? given : others;
  const quiet = quietUntil(hours, { country, timeZones }, Date.parse(now));
  return quiet === null ? null : `${new Date(quiet.until).toISOString()} ${quiet.timeZone}`;
}

/** What a clock in a zone shows, by another way than the code's. */
function shown(timeZone: string, at: number): string {
  return new Date(at).toLocaleTimeString("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
}

describe("quiet hours", () => {
  it("last until they are over by the recipient's clock, to the millisecond", () => {
    expect(until(night, ["Europe/Berlin"], "2026-07-01T19:00:00.000Z")).to.equal(
      "2026-07-02T06:00:00.000Z Europe/Berlin",
    );
    expect(until(night, ["Europe/Berlin"], "2026-07-01T18:59:59.999Z")).to.equal(null);
    expect(until(night, ["Europe/Berlin"], "2026-07-02T05:59:59.999Z")).to.equal(
      "2026-07-02T06:00:00.000Z Europe/Berlin",
    );
    expect(until(night, ["Europe/Berlin"], "2026-07-02T06:00:00.000Z")).to.equal(null);
    expect(until(night, ["Asia/Kolkata"], "2026-07-01T16:00:00.000Z")).to.equal(
      "2026-07-02T02:30:00.000Z Asia/Kolkata",
    );
  });

  it("may lie within one day", () => {
    const noon = { ...night, from: "12:00", to: "13:30" };
    expect(until(noon, ["UTC"], "2026-07-01T12:10:00.000Z")).to.equal("2026-07-01T13:30:00.000Z UTC");
    expect(until(noon, ["UTC"], "2026-07-01T11:59:00.000Z")).to.equal(null);
    expect(until(noon, ["UTC"], "2026-07-01T13:30:00.000Z")).to.equal(null);
  });

  it("are an hour shorter or longer when clocks are put forward or back", () => {
    const nights: [string, string, string][] = [
      ["Europe/Berlin", "2026-03-28T20:00:00.000Z", "2026-03-29T06:00:00.000Z"],
      ["Europe/Berlin", "2026-10-24T19:00:00.000Z", "2026-10-25T07:00:00.000Z"],
      ["America/New_York", "2026-03-08T02:00:00.000Z", "2026-03-08T12:00:00.000Z"],
      ["America/New_York", "2026-11-01T01:00:00.000Z", "2026-11-01T13:00:00.000Z"],
      ["Australia/Lord_Howe", "2026-10-03T12:00:00.000Z", "2026-10-03T21:00:00.000Z"],
    ];
    for (const [zone, begins, ends] of nights) expect(until(night, [zone], begins), begins).to.equal(`${ends} ${zone}`);
  });

  it("end where clocks jump over their end, and begin anew where the hour comes twice", () => {
    const small = { ...night, from: "01:00", to: "02:30" };
    expect(until(small, ["Europe/Berlin"], "2026-03-29T00:30:00.000Z")).to.equal(
      "2026-03-29T01:00:00.000Z Europe/Berlin",
    );
    expect(until(small, ["Europe/Berlin"], "2026-10-25T00:10:00.000Z")).to.equal(
      "2026-10-25T00:30:00.000Z Europe/Berlin",
    );
    expect(until(small, ["Europe/Berlin"], "2026-10-25T01:10:00.000Z")).to.equal(
      "2026-10-25T01:30:00.000Z Europe/Berlin",
    );
  });

  it("hold while it is quiet in any of the zones in which somebody may be", () => {
    const zones = ["America/New_York", "America/Los_Angeles"];
    expect(until(night, zones, "2026-07-01T12:30:00.000Z")).to.equal("2026-07-01T15:00:00.000Z America/Los_Angeles");
    expect(until(night, zones, "2026-07-02T01:00:00.000Z")).to.equal("2026-07-02T15:00:00.000Z America/Los_Angeles");
    expect(until(night, zones, "2026-07-01T20:00:00.000Z")).to.equal(null);
  });

  it("end when it is quiet in the fewest zones where these leave no time at all", () => {
    const zones = ["Pacific/Honolulu", "America/New_York", "Europe/Berlin", "Asia/Shanghai", "Pacific/Auckland"];
    const quiet = quietUntil(night, { country: null, timeZones: zones }, Date.parse("2026-07-01T01:00:00.000Z"));
    if (quiet !== null) expect(quiet.until - Date.parse("2026-07-01T01:00:00.000Z")).to.be.below(86_400_000);
    expect(quiet?.timeZone ?? "5 time zones").to.equal("5 time zones");
  });

  it("are others in some countries, or none", () => {
    const hours = { ...night, countries: { FR: { from: "20:00", to: "10:00" }, DE: null } };
    expect(until(hours, ["FR", "Europe/Paris"], "2026-07-01T18:30:00.000Z")).to.equal(
      "2026-07-02T08:00:00.000Z Europe/Paris",
    );
    expect(until(hours, ["DE", "Europe/Berlin"], "2026-07-01T22:00:00.000Z")).to.equal(null);
    expect(until(hours, ["AT", "Europe/Vienna"], "2026-07-01T18:30:00.000Z")).to.equal(null);
  });

  it("go by their own zone where nobody knows the recipient's", () => {
    const hours = { ...night, timeZone: "America/New_York" };
    expect(until(hours, [], "2026-07-01T12:30:00.000Z")).to.equal(null);
    expect(until(hours, [], "2026-07-01T11:30:00.000Z")).to.equal("2026-07-01T12:00:00.000Z America/New_York");
  });

  it("never let anything go while clocks show them, and hold nothing longer than they last", () => {
    const zones = [
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Asia/Kolkata",
      "America/Sao_Paulo",
      "Africa/Casablanca",
    ];
    const time = fc.integer({ min: 0, max: 95 }).map((quarter) => {
      const [hours, minutes] = [Math.floor(quarter / 4), (quarter % 4) * 15];
      return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
    });
    const instant = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 11, 31) });
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.tuple(time, time), instant, (zone, [from, to], now) => {
        fc.pre(from !== to);
        const isQuiet = (at: number): boolean => {
          const clock = shown(zone, at);
          return from < to ? clock >= from && clock < to : clock >= from || clock < to;
        };
        const quiet = quietUntil({ ...night, from, to }, { country: null, timeZones: [zone] }, now);
        expect(quiet !== null).to.equal(isQuiet(now));
        if (quiet === null) return;
        expect(isQuiet(quiet.until)).to.equal(false);
        expect(isQuiet(quiet.until - 1)).to.equal(true);
      }),
      { numRuns: 300 },
    );
  });
});
