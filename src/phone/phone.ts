import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from "libphonenumber-js/min";
import { PatchbayError } from "../core/errors.js";

/** Longer than any number with its extension; what is longer is no number, and too long for a message. */
const MAX_LENGTH = 60;

/**
 * Gives a phone number in E.164 (`+16175551212`).
 *
 * Accepts the ways people write numbers (`(617) 555-1212`, `0049 30 …`, `+44 20 …`); a number without `+` is read
 * as one of `defaultCountry`. Numbers are checked for a possible length, not for being assigned: new ranges and test
 * numbers must pass, and the vendor has the last word.
 *
 * A number just given is known when it comes back: a message is checked right after its translator has read the number.
 *
 * @param defaultCountry ISO 3166-1 alpha-2 (`US`), or null when numbers must carry their country code.
 * @throws PHONE_MISSING for an empty value, PHONE_INVALID otherwise.
 * Source: ITU-T E.164; https://gitlab.com/catamphetamine/libphonenumber-js
 */
export function toE164(written: string, defaultCountry: string | null): string {
  const text = written.trim();
  if (text === "") throw new PatchbayError("PHONE_MISSING", "The phone number is empty");
  const country = defaultCountry === null ? undefined : requireCountry(defaultCountry);
  if (given.has(text)) return text;
  const number = readNumber(text, country);
  if (given.size >= MAX_GIVEN) given.clear();
  given.add(number);
  return number;
}

/** A memory of what reading would only give again, which takes 8 µs: it changes no result. */
const given = new Set<string>();
const MAX_GIVEN = 1_000;

/** Ten digits as they are written in North America, where no area code begins with 0 or 1. */
const northAmerican = /^\(?[2-9]\d{2}\)?[ .-]?\d{3}[ .-]?\d{4}$/;

function readNumber(text: string, country: CountryCode | undefined): string {
  // The library finds out which of 25 countries a number belongs to: 8 µs for what does not change it.
  if (country !== undefined && northAmerican.test(text) && getCountryCallingCode(country) === "1") {
    return `+1${text.replace(/\D/g, "")}`;
  }
  const plain = text.slice(0, MAX_LENGTH).normalize("NFKC");
  const number = parsePhoneNumberFromString(
    plain.replace(/^00[\s.-]*(?=[1-9])/, "+"),
    country ? { defaultCountry: country } : {},
  );
  if (number?.isPossible() && text.length <= MAX_LENGTH) return number.number;
  const hint = text.startsWith("+")
    ? ""
    : country
      ? ` as a number of ${country}`
      : "; it has no country code and no default country is set";
  const phone = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
  throw new PatchbayError("PHONE_INVALID", `"${phone}" is not a phone number${hint}`, { phone });
}

/** Gives the country (`US`) a number in E.164 belongs to, as far as its first digits say; null when they do not. */
export function countryOf(e164: string): string | null {
  return parsePhoneNumberFromString(e164)?.country ?? null;
}

/** Gives what of a number in E.164 is dialled within its country; all of its digits when the country is not known. */
export function nationalOf(e164: string): string {
  return parsePhoneNumberFromString(e164)?.nationalNumber ?? e164.slice(1);
}

/** Gives the calling code of a country (`1` for `US`); null for what is no country. */
export function callingCodeOf(country: string): string | null {
  return isSupportedCountry(country) ? getCountryCallingCode(country) : null;
}

/** Tells whether this is an ISO 3166-1 alpha-2 code that phone numbers can be read for. */
export function isCountry(code: string): boolean {
  return isSupportedCountry(code);
}

function requireCountry(code: string): CountryCode {
  const upper = code.toUpperCase();
  if (isSupportedCountry(upper)) return upper;
  throw new PatchbayError("PHONE_INVALID", `"${code.slice(0, MAX_LENGTH)}" is not a country code such as US or DE`, {
    country: code,
  });
}
