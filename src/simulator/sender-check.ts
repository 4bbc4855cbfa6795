import { countryOf } from "../phone/phone.js";
import { type Address, splitAddress } from "./addresses.js";
import { magicSender, refusedSenders } from "./magic-numbers.js";
import { Refusal } from "./twilio-errors.js";

const ALPHANUMERIC = /^(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}$/;
const NUMERIC = /^\+?\d+$/;

/**
 * Judges a sender: a number this account owns, or an alphanumeric name of 1 to 11 characters with a letter.
 *
 * @throws Refusal 21212, 21606, 21611, 63007 (a channel sender that is not owned) or what a magic sender asks for.
 * Source: https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id
 */
export function checkSender(text: string, ownedNumbers: ReadonlySet<string>): Address {
  const address = splitAddress(text);
  const magic = refusedSenders.get(address.number);
  if (magic !== undefined) throw new Refusal(magic, text);
  if (address.number === magicSender || ownedNumbers.has(address.number)) return address;
  if (address.channel !== "sms") throw new Refusal(63007, text);
  if (NUMERIC.test(address.number)) throw new Refusal(21606, text);
  if (!ALPHANUMERIC.test(address.number)) throw new Refusal(21212, text);
  return address;
}

/** Countries whose carriers take no names as senders. Source: https://www.twilio.com/en-us/guidelines/us/sms */
const nameless: readonly (string | null)[] = ["US", "CA"];

/**
 * Judges whether a sender reaches a recipient: a name does not in countries whose carriers take numbers only.
 *
 * @throws Refusal 21612
 */
export function checkReach(from: Address, to: Address): void {
  if (from.channel !== "sms" || NUMERIC.test(from.number) || !nameless.includes(countryOf(to.number))) return;
  throw new Refusal(21612, `${from.text} and ${to.text}`);
}
