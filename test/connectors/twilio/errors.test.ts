import { expect } from "chai";
import { toRetryAfterMs } from "../../../src/connectors/twilio/errors.js";

const now = Date.parse("2026-01-31T09:00:00Z");

describe("toRetryAfterMs", () => {
  it("reads seconds", () => {
    expect(toRetryAfterMs("7", now)).to.equal(7_000);
    expect(toRetryAfterMs(" 0 ", now)).to.equal(0);
  });

  it("reads a date as the time until then", () => {
    expect(toRetryAfterMs("Sat, 31 Jan 2026 09:01:30 GMT", now)).to.equal(90_000);
  });

  it("does not wait for a date that has passed", () => {
    expect(toRetryAfterMs("Sat, 31 Jan 2026 08:00:00 GMT", now)).to.equal(0);
  });

  it("gives nothing for what is neither", () => {
    for (const header of [undefined, "", "soon", "-"]) expect(toRetryAfterMs(header, now)).to.equal(null);
  });
});
