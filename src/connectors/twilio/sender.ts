import { type ErrorDetails, PatchbayError } from "../../core/errors.js";
import { type Address, isNumber, toSenderAddress } from "./address.js";
import type { SendMessagePayload } from "./endpoints/send-message-payload.js";
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
    throw new PatchbayError(
      "SENDER_MISSING",
      "Neither the payload nor the connection names a sender (from) or a messaging service (messagingServiceSid)",
    );
  }
  const refuse = (problem: string): PatchbayError =>
    own
      ? new PatchbayError("PAYLOAD_INVALID", `/from ${problem}`, problems(problem))
      : new PatchbayError("ENDPOINT_MISCONFIGURED", `The connection's sender ${problem}`, problems(problem));
  return {
    from: isGiven(from) ? toMatching(readSender(from, settings, refuse), recipient, refuse) : null,
    messagingServiceSid: isGiven(messagingServiceSid) ? messagingServiceSid : null,
  };
}

type Refuse = (problem: string) => PatchbayError;

function readSender(from: string, { defaultCountry }: TwilioSettings, refuse: Refuse): Address {
  try {
    return toSenderAddress(from, defaultCountry ?? null);
  } catch {
    throw refuse(`"${from}" is not a phone number, a short code or an alphanumeric name of up to 11 characters`);
  }
}

function toMatching(from: Address, recipient: Address, refuse: Refuse): Address {
  if (from.name === recipient.name) throw refuse(`is the recipient, ${from.name}: nobody can text themselves`);
  if (from.whatsapp === recipient.whatsapp) return from;
  if (from.whatsapp) throw refuse("is a WhatsApp sender, but the recipient is not on whatsapp:");
  if (isNumber(from)) return { ...from, whatsapp: true };
  throw refuse(`"${from.name}" cannot send on WhatsApp: only numbers can`);
}

function hasSender({ from, messagingServiceSid }: { from?: string; messagingServiceSid?: string }): boolean {
  return isGiven(from) || isGiven(messagingServiceSid);
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== "";
}

function problems(message: string): ErrorDetails {
  return { problems: [{ path: "/from", message }] };
}
