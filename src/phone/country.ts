import {
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from "libphonenumber-js/min";

/** Gives the country that a number in E.164 belongs to (`US`), or null when the number does not say. */
export function countryOf(number: string): string | null {
  return parsePhoneNumberFromString(number)?.country ?? null;
}

/** Every country that has phone numbers. */
export function countriesWithNumbers(): readonly string[] {
  return getCountries();
}

/** Gives what numbers of a country begin with (`1` for `US`), or null for none that has numbers. */
export function callingCodeOf(country: string): string | null {
  return isSupportedCountry(country) ? getCountryCallingCode(country) : null;
}
