import { expect } from "chai";
import { Cron } from "croner";
import { cronProblem, isTimeZone } from "../../src/collections/schedule.js";

/** The instants at which an expression is due in Berlin after an instant. */
function due(cron: string, after: string, count: number): string[] {
  const job = new Cron(cron, { mode: "5-part", timezone: "Europe/Berlin" });
  return job.nextRuns(count, new Date(after)).map((instant) => instant.toISOString());
}

describe("a schedule", () => {
  it("takes what docs/flows.md names", () => {
    for (const cron of [
      "0 9 * * mon-fri",
      "*/15 * * * *",
      "0 0 L * *",
      "0 9 * jan mon#1",
      "0 9,17 1-7 * 0",
      "0 0 29 2 *",
    ]) {
      expect(cronProblem(cron), cron).to.equal(null);
    }
  });

  it("is due when either day field fits", () => {
    expect(due("0 12 1 * mon", "2026-05-29T12:00:00Z", 2)).to.deep.equal([
      "2026-06-01T10:00:00.000Z",
      "2026-06-08T10:00:00.000Z",
    ]);
  });

  it("knows time zones by their IANA names", () => {
    const names = ["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires", "Berlin", "+02:00", "", "../etc"];
    expect(names.filter(isTimeZone)).to.deep.equal(["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"]);
  });
});

/** What docs/flows.md promises about the days on which clocks change; croner keeps it. */
describe("a schedule in Europe/Berlin", () => {
  it("moves a daily time that does not exist to the first one after the gap", () => {
    expect(due("30 2 * * *", "2026-03-28T12:00:00Z", 2)).to.deep.equal([
      "2026-03-29T01:00:00.000Z",
      "2026-03-30T00:30:00.000Z",
    ]);
  });

  it("takes the first of a daily time that comes twice", () => {
    expect(due("30 2 * * *", "2026-10-24T12:00:00Z", 2)).to.deep.equal([
      "2026-10-25T00:30:00.000Z",
      "2026-10-26T01:30:00.000Z",
    ]);
  });

  it("leaves out other times that do not exist", () => {
    for (const cron of ["*/30 2 * * *", "0,30 2 * * *"]) {
      expect(due(cron, "2026-03-28T12:00:00Z", 1), cron).to.deep.equal(["2026-03-30T00:00:00.000Z"]);
    }
    expect(due("30 2,14 * * *", "2026-03-28T22:00:00Z", 1)).to.deep.equal(["2026-03-29T12:30:00.000Z"]);
  });

  it("is due twice at other times that come twice", () => {
    expect(due("30 2,14 * * *", "2026-10-24T22:00:00Z", 3)).to.deep.equal([
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T01:30:00.000Z",
      "2026-10-25T13:30:00.000Z",
    ]);
    expect(due("0 * * * *", "2026-10-24T23:30:00Z", 3)).to.deep.equal([
      "2026-10-25T00:00:00.000Z",
      "2026-10-25T01:00:00.000Z",
      "2026-10-25T02:00:00.000Z",
    ]);
  });
});
