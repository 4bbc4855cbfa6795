import type { PatchbayError } from "../../core/errors.js";
import { countryOf } from "../../phone/phone.js";
import { type Address, isNumber } from "./address.js";
import { invalidMember } from "./refusal.js";
import type { Sender } from "./sender.js";

/**
 * Countries whose carriers take no names as senders. There are more, and some want names registered: only Twilio knows
 * those exactly, and answers 21612 for them.
 *
 * Source: https://www.twilio.com/en-us/guidelines/us/sms, …/ca/sms
 */
const nameless: readonly string[] = ["US", "CA"];

/**
 * Refuses a name as a sender where it reaches nobody: in countries without such senders, and with media, which names
 * cannot send. A messaging service may choose another sender by itself, so it is not asked about here.
 *
 * Source: https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id
 *
 * @throws PAYLOAD_INVALID
 */
export function refuseUnreachable(
  { from, messagingServiceSid }: Sender,
  { recipient, media }: { recipient: Address; media: readonly string[] },
): void {
  if (from === null || messagingServiceSid !== null || recipient.whatsapp) return;
  if (isNumber(from) || /^\d+$/.test(from.name)) return;
  const country = countryOf(recipient.name);
  if (country !== null && nameless.includes(country)) {
    throw unreachable(from, `cannot send to ${recipient.name}: carriers in ${country} take numbers only`);
  }
  if (media.length > 0) throw unreachable(from, "cannot send media: only numbers can");
}

function unreachable({ name }: Address, problem: string): PatchbayError {
  return invalidMember("/from", 21612, `"${name}" is a name and ${problem}`);
}
