import type { PatchbayError } from "../../core/errors.js";
import { type Address, isNumber, toSenderAddress } from "./address.js";
import type { SendMessagePayload } from "./endpoints/send-message-payload.js";
import { invalidMember, refusal } from "./refusal.js";
import type { TwilioSettings } from "./settings.js";

/** Who sends: a sender, a messaging service that chooses one, or a sender out of a service's pool. */
export interface Sender {
  readonly from: Address | null;
  readonly messagingServiceSid: string | null;
}

/**
 * Chooses the sender: the payload's when it names one in either way, else the connection's.
 *
 * On WhatsApp a plain number is that number's WhatsApp sender; other plain senders do not exist there.
 *
 * @throws SENDER_MISSING when neither names one.
 * @throws PAYLOAD_INVALID when the payload's sender cannot send this, ENDPOINT_MISCONFIGURED when the connection's
 *   cannot: the one is put right in the flow, the other in the connection.
 */
export function toSender(payload: SendMessagePayload, settings: TwilioSettings, recipient: Address): Sender {
  const own = hasSender(payload);
  const { from, messagingServiceSid } = own ? payload : settings;
  if (!own && !hasSender(settings)) {
    const message =
      "Neither the payload nor the connection names a sender (from) or a messaging service (messagingServiceSid)";
    throw refusal("SENDER_MISSING", 21603, { message });
  }
  const refuse: Refuse = (vendorCode, problem) => {
    if (own) return invalidMember("/from", vendorCode, problem);
    const problems = [{ path: "/from", message: problem }];
    return refusal("ENDPOINT_MISCONFIGURED", vendorCode, { message: `The connection's sender ${problem}`, problems });
  };
  return {
    from: isGiven(from) ? toMatching(readSender(from, settings, refuse), recipient, refuse) : null,
    messagingServiceSid: isGiven(messagingServiceSid) ? messagingServiceSid : null,
  };
}

/** Makes the error for a sender, with the code that Twilio would answer. */
type Refuse = (vendorCode: number, problem: string) => PatchbayError;

function readSender(from: string, { defaultCountry }: TwilioSettings, refuse: Refuse): Address {
  try {
    return toSenderAddress(from, defaultCountry ?? null);
  } catch {
    throw refuse(21212, `"${from}" is not a phone number, a short code or an alphanumeric name of up to 11 characters`);
  }
}

/** Twilio's codes for a sender that is the recipient, and for one on another channel. */
const SAME = 21211;
const OTHER_CHANNEL = 21910;

function toMatching(from: Address, recipient: Address, refuse: Refuse): Address {
  if (from.name === recipient.name) throw refuse(SAME, `is the recipient, ${from.name}: nobody can text themselves`);
  if (from.whatsapp === recipient.whatsapp) return from;
  if (from.whatsapp) throw refuse(OTHER_CHANNEL, "is a WhatsApp sender, but the recipient is not on whatsapp:");
  if (isNumber(from)) return { ...from, whatsapp: true };
  throw refuse(OTHER_CHANNEL, `"${from.name}" cannot send on WhatsApp: only numbers can`);
}

function hasSender({ from, messagingServiceSid }: { from?: string; messagingServiceSid?: string }): boolean {
  return isGiven(from) || isGiven(messagingServiceSid);
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== "";
}
