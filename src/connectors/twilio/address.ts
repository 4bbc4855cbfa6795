import { PatchbayError } from "../../core/errors.js";
import { toE164 } from "../../phone/phone.js";

/** Where a message goes to or comes from, taken apart. */
export interface Address {
  readonly whatsapp: boolean;
  /** E.164 for a recipient; for a sender also a short code or an alphanumeric name. */
  readonly name: string;
}

const SHORT_CODE = /^\d{3,8}$/;
const ALPHANUMERIC = /^(?=.*[A-Za-z])[A-Za-z0-9 +&_-]{1,11}$/;
const E164 = /^\+[1-9]\d{1,14}$/;

/**
 * What a sender in the settings may look like.
 *
 * Source: https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id
 */
export const senderPattern =
  "^(\\+[1-9]\\d{1,14}|\\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 +&_-]{1,11}|whatsapp:\\+[1-9]\\d{1,14})$";

/** Writes an address as Twilio reads it. */
export function toText({ whatsapp, name }: Address): string {
  return whatsapp ? `whatsapp:${name}` : name;
}

/**
 * Reads a recipient: a phone number as people write it, with `whatsapp:` before it for WhatsApp.
 *
 * @throws PHONE_MISSING, PHONE_INVALID
 */
export function toRecipient(written: string | undefined, defaultCountry: string | null): Address {
  const { whatsapp, rest } = split(written ?? "");
  if (rest === "") throw new PatchbayError("PHONE_MISSING", "There is no phone number in `to`");
  return { whatsapp, name: toE164(rest, defaultCountry) };
}

/**
 * Reads a sender: a phone number as people write it, a short code, an alphanumeric name, or `whatsapp:` and a number.
 *
 * @throws PHONE_INVALID when it is none of them.
 */
export function toSenderAddress(written: string, defaultCountry: string | null): Address {
  const { whatsapp, rest } = split(written);
  const ready = E164.test(rest) || (!whatsapp && (SHORT_CODE.test(rest) || ALPHANUMERIC.test(rest)));
  return { whatsapp, name: ready ? rest : toE164(rest, defaultCountry) };
}

/** Tells whether a sender is a phone number: only those exist on WhatsApp. */
export function isNumber({ name }: Address): boolean {
  return E164.test(name);
}

function split(written: string): { whatsapp: boolean; rest: string } {
  const text = written.trim();
  return /^whatsapp:/i.test(text)
    ? { whatsapp: true, rest: text.slice("whatsapp:".length).trim() }
    : { whatsapp: false, rest: text };
}
