import { readFileSync } from "node:fs";
import { expect } from "chai";
import { type CountryCode, getCountries, getExampleNumber } from "libphonenumber-js/min";
import examples from "libphonenumber-js/mobile/examples";
import { packagePath } from "../../src/config/package-root.js";
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

/** An instant in every week: zones that show the same time at all of them are the same to us. */
const instants = Array.from({ length: 53 }, (_, week) => new Date(Date.UTC(2026, 0, 1 + 7 * week)));

const known = new Map<string, string>();

function timesIn(timeZone: string): string {
  const found = known.get(timeZone);
  if (found !== undefined) return found;
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "short", timeStyle: "short" });
  const times = instants.map((instant) => format.format(instant)).join();
  known.set(timeZone, times);
  return times;
}

function requireZones(number: string, zones: readonly string[]): void {
  const named = new Set(whereaboutsOf(number).timeZones.map(timesIn));
  expect([...named], `${number}: ${whereaboutsOf(number).timeZones}`).to.have.members([...new Set(zones.map(timesIn))]);
}

describe("the table of time zones", () => {
  it("has a zone for the example number of every country", () => {
    for (const country of getCountries()) {
      const number = getExampleNumber(country, examples)?.number ?? "";
      expect(number, country).to.match(/^\+\d+$/);
      expect(whereaboutsOf(number).timeZones, `${country} ${number}`).not.to.deep.equal([]);
    }
  });

  const { countries } = JSON.parse(
    readFileSync(packagePath("test", "fixtures", "phone", "country-zones.json"), "utf8"),
  ) as { countries: Readonly<Record<string, readonly string[]>> };

  /** Islands that share the calling code and the beginnings of another country's mobile numbers. */
  const together: Readonly<Record<string, readonly string[]>> = {
    AU: ["CX", "CC"],
    CX: ["AU", "CC"],
    CC: ["AU", "CX"],
  };

  /** Source: zone.tab of the IANA time zone database. */
  it("names zones of the country for the example number of every country, and all of them where it has one time", () => {
    for (const country of getCountries()) {
      const zones = countries[country];
      if (zones === undefined) continue; // Ascension, Tristan da Cunha and Kosovo are no countries there
      const number = getExampleNumber(country as CountryCode, examples)?.number ?? "";
      const named = new Set(whereaboutsOf(number).timeZones.map(timesIn));
      const theirs = new Set(
        [country, ...(together[country] ?? [])].flatMap((one) => countries[one] ?? []).map(timesIn),
      );
      for (const times of named) expect([...theirs], `${country} ${number}`).to.include(times);
      if (theirs.size === 1) expect([...named], `${country} ${number}`).to.deep.equal([...theirs]);
    }
  });

  it("knows every country of the libraries from the time zone database, but three", () => {
    expect(getCountries().filter((country) => countries[country] === undefined)).to.have.members(["AC", "TA", "XK"]);
  });

  /**
   * Sources: which area codes a state of Brazil has, libphonenumber's resources/geocoding/en/55.txt; which zone a state is in,
   * zone.tab of the IANA time zone database.
   */
  const brazil: Readonly<Record<string, readonly [zones: string, areaCodes: string]>> = {
    "São Paulo": ["America/Sao_Paulo", "11 12 13 14 15 16 17 18 19"],
    "Rio de Janeiro": ["America/Sao_Paulo", "21 22 24"],
    "Espírito Santo": ["America/Sao_Paulo", "27 28"],
    "Minas Gerais": ["America/Sao_Paulo", "31 32 33 34 35 37 38"],
    "Paraná, Santa Catarina": ["America/Sao_Paulo", "41 42 43 44 45 46 47 48 49"],
    "Rio Grande do Sul": ["America/Sao_Paulo", "51 53 54 55"],
    "Distrito Federal, Goiás": ["America/Sao_Paulo", "61 62 64"],
    Tocantins: ["America/Araguaina", "63"],
    "Mato Grosso": ["America/Cuiaba", "65 66"],
    "Mato Grosso do Sul": ["America/Campo_Grande", "67"],
    Acre: ["America/Rio_Branco", "68"],
    Rondônia: ["America/Porto_Velho", "69"],
    Bahia: ["America/Bahia", "71 73 74 75 77"],
    "Sergipe, Alagoas": ["America/Maceio", "79 82"],
    "Pernambuco with Fernando de Noronha": ["America/Recife America/Noronha", "81"],
    "Pernambuco's inland": ["America/Recife", "87"],
    "Paraíba, Rio Grande do Norte, Ceará, Piauí": ["America/Fortaleza", "83 84 85 86 88 89"],
    Pará: ["America/Belem", "91 93 94"],
    "Amazonas, east": ["America/Manaus", "92"],
    "Amazonas, west": ["America/Manaus America/Eirunepe", "97"],
    Roraima: ["America/Boa_Vista", "95"],
    Amapá: ["America/Belem", "96"],
    Maranhão: ["America/Fortaleza", "98 99"],
  };
  for (const [state, [zones, areaCodes]] of Object.entries(brazil)) {
    it(`knows ${state} by its area codes, in landline and mobile numbers`, () => {
      for (const areaCode of areaCodes.split(" ")) {
        requireZones(`+55${areaCode}33214567`, zones.split(" "));
        requireZones(`+55${areaCode}991234567`, zones.split(" "));
      }
    });
  }

  /** Sources: zone.tab and backward of the IANA time zone database; the cities' codes from libphonenumber's resources/geocoding. */
  const cities: readonly [city: string, number: string, zones: string][] = [
    ["Anchorage", "+19072761234", "America/Adak America/Anchorage Pacific/Honolulu"],
    ["Phoenix", "+16025551234", "America/Phoenix"],
    ["Denver", "+13035551234", "America/Denver"],
    ["San Juan", "+17875551234", "America/Puerto_Rico"],
    ["Guam", "+16715551234", "Pacific/Guam"],
    ["Regina", "+13065551234", "America/Regina"],
    ["Winnipeg", "+12045551234", "America/Winnipeg"],
    ["Halifax", "+19025551234", "America/Halifax"],
    ["Mexico City", "+525512345678", "America/Mexico_City"],
    ["Tijuana", "+526641234567", "America/Tijuana"],
    ["Cancún", "+529981234567", "America/Cancun"],
    ["Hermosillo", "+526621234567", "America/Hermosillo America/Mazatlan"],
    ["Moscow", "+74951234567", "Europe/Moscow"],
    ["Yekaterinburg", "+73431234567", "Asia/Yekaterinburg"],
    ["Vladivostok", "+74231234567", "Asia/Vladivostok"],
    ["Kaliningrad", "+74012123456", "Europe/Kaliningrad"],
    ["Almaty", "+77271234567", "Asia/Almaty"],
    ["Sydney", "+61291234567", "Australia/Sydney"],
    ["Auckland", "+6493012345", "Pacific/Auckland"],
    ["Pontianak", "+62561123456", "Asia/Jakarta"],
    ["Denpasar", "+62361123456", "Asia/Makassar"],
    ["Lisbon", "+351211234567", "Europe/Lisbon"],
    ["Madrid", "+34911234567", "Europe/Madrid"],
    ["Santiago", "+56221234567", "America/Santiago"],
    ["Quito", "+59321234567", "America/Guayaquil"],
    ["Kinshasa", "+243123456789", "Africa/Kinshasa"],
    ["Lubumbashi", "+243221234567", "Africa/Lubumbashi"],
    ["Hovd", "+976143123456", "Asia/Hovd"],
    ["Brisbane", "+61732101234", "Australia/Brisbane"],
    ["Gold Coast and Tweed Heads", "+61755001234", "Australia/Brisbane Australia/Sydney"],
    ["Saratov", "+78452123456", "Europe/Saratov"],
    ["Chihuahua", "+526141234567", "America/Chihuahua"],
    ["Ciudad Juárez", "+526561234567", "America/Ciudad_Juarez"],
    ["Ojinaga", "+526261234567", "America/Ojinaga"],
    ["Matamoros", "+528681234567", "America/Matamoros"],
    ["Orlando by its second code", "+16895551234", "America/New_York"],
    ["Saskatchewan by its third code", "+14745551234", "America/Regina"],
    ["Evansville by its second code", "+19305551234", "America/Chicago America/New_York"],
    ["Punta Arenas", "+56612123456", "America/Punta_Arenas"],
    ["Algiers", "+21321123456", "Africa/Algiers"],
    ["Casablanca", "+212522123456", "Africa/Casablanca"],
    ["Tripoli", "+218211234567", "Africa/Tripoli"],
    ["Managua", "+50522123456", "America/Managua"],
    ["Nuuk", "+299321234", "America/Godthab"],
    ["Réunion", "+262692123456", "Indian/Reunion"],
    ["London", "+442079460000", "Europe/London"],
    ["Johannesburg", "+27111234567", "Africa/Johannesburg"],
    ["Delhi", "+911123456789", "Asia/Kolkata"],
  ];
  for (const [city, number, zones] of cities) {
    it(`knows ${city}`, () => requireZones(number, zones.split(" ")));
  }
});
