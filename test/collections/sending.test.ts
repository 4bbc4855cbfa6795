import { expect } from "chai";
import { readQuietHours } from "../../src/collections/quiet-hours.js";

describe("quiet hours that an expression gives", () => {
  it("are read with their defaults", () => {
    expect(readQuietHours({ from: "21:00", to: "08:00" })).to.deep.equal({
      ...{ from: "21:00", to: "08:00", for: "marketing", countries: {}, timeZone: "UTC" },
    });
    const countries = { DE: { from: "20:00", to: "09:00" }, FR: null };
    expect(
      readQuietHours({ from: "21:00", to: "08:00", for: "all", countries, timeZone: "Europe/Berlin" }),
    ).to.deep.equal({
      ...{ from: "21:00", to: "08:00", for: "all", countries, timeZone: "Europe/Berlin" },
    });
  });

  it("say what is wrong with them", () => {
    const good = { from: "21:00", to: "08:00" };
    const wrong: [object, RegExp][] = [
      [{ from: "9pm", to: "08:00" }, /times of day such as 21:00/],
      [{ ...good, to: "24:00" }, /times of day/],
      [{ ...good, to: "21:00" }, /not be the same time/],
      [{ ...good, for: "transactional" }, /marketing or all/],
      [{ ...good, timeZone: "Mars/Base" }, /no time zone Mars\/Base/],
      [{ ...good, countries: { Germany: null } }, /country codes/],
      [{ ...good, countries: { DE: { from: "1:00" } } }, /country codes/],
      [{ ...good, until: "08:00" }, /has no until/],
    ];
    for (const [value, words] of wrong) expect(readQuietHours(value as never), JSON.stringify(value)).to.match(words);
  });
});
