import { expect } from "chai";
import { whereaboutsOf } from "../../src/phone/whereabouts.js";

describe("where a number is at home", () => {
  it("is its country's time zone where there is one", () => {
    expect(whereaboutsOf("+4930901820")).to.deep.equal({ country: "DE", timeZones: ["Europe/Berlin"] });
    expect(whereaboutsOf("+919876543210")).to.deep.equal({ country: "IN", timeZones: ["Asia/Calcutta"] });
    expect(whereaboutsOf("+819012345678").timeZones).to.deep.equal(["Asia/Tokyo"]);
  });

  it("is told by the area code where a country has several", () => {
    const homes: [string, string[]][] = [
      ["+16175551212", ["America/New_York"]],
      ["+13125551212", ["America/Chicago"]],
      ["+14155551212", ["America/Los_Angeles"]],
      ["+18085551212", ["Pacific/Honolulu"]],
      ["+16045551212", ["America/Vancouver"]],
      ["+5511912345678", ["America/Sao_Paulo"]],
      ["+5592912345678", ["America/Manaus"]],
      ["+556832241234", ["America/Rio_Branco"]],
    ];
    for (const [number, zones] of homes) expect(whereaboutsOf(number).timeZones, number).to.deep.equal(zones);
  });

  it("is all that it could be where nobody can tell", () => {
    expect(whereaboutsOf("+12085551212").timeZones).to.include.members(["America/Denver", "America/Los_Angeles"]);
    expect(whereaboutsOf("+61412345678").timeZones).to.include.members(["Australia/Perth", "Australia/Sydney"]);
    expect(whereaboutsOf("+18005551212").timeZones.length).to.be.above(10);
  });

  it("is nowhere for what is no number", () => {
    for (const address of ["ann@example.com", "+4930901820@example.com", "81-90-1234@5678.example"]) {
      expect(whereaboutsOf(address)).to.deep.equal({ country: null, timeZones: [] });
    }
  });

  it("names zones that every clock knows", () => {
    for (let code = 1; code < 999; code++) {
      for (const timeZone of whereaboutsOf(`+${code}2125551212`).timeZones) {
        expect(() => new Intl.DateTimeFormat("en", { timeZone }), timeZone).not.to.throw();
      }
    }
  });
});
