import { parsePhoneNumberFromString } from "libphonenumber-js/min";

/** Gives the country that a number in E.164 belongs to (`US`), or null when the number does not say. */
export function countryOf(number: string): string | null {
  return parsePhoneNumberFromString(number)?.country ?? null;
}
