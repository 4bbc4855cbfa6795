import type { MessageStatus } from "../core/message.js";
import type { TwilioCode } from "./twilio-errors.js";

/** Twilio's magic senders that are refused; +15005550006 is the one that works. */
export const refusedSenders: ReadonlyMap<string, TwilioCode> = new Map<string, TwilioCode>([
  ["+15005550001", 21212],
  ["+15005550007", 21606],
  ["+15005550008", 21611],
]);

/** The sender that Twilio's test credentials always accept. */
export const magicSender = "+15005550006";

/**
 * Twilio's magic recipients, each refused with its code.
 *
 * Source: https://www.twilio.com/docs/iam/test-credentials
 */
export const refusedRecipients: ReadonlyMap<string, TwilioCode> = new Map<string, TwilioCode>([
  ["+15005550001", 21211],
  ["+15005550002", 21612],
  ["+15005550003", 21408],
  ["+15005550004", 21610],
  ["+15005550009", 21614],
]);

/** What becomes of a message after it was queued. */
export interface Outcome {
  /** Statuses after `queued`, in order. */
  readonly statuses: readonly MessageStatus[];
  readonly errorCode: number | null;
}

const delivered: Outcome = { statuses: ["sent", "delivered"], errorCode: null };
const undelivered = (errorCode: number): Outcome => ({ statuses: ["sent", "undelivered"], errorCode });
const failed = (errorCode: number): Outcome => ({ statuses: ["failed"], errorCode });

/** A recipient whose carrier does not know the magic sender: another number or a name reaches it. */
const choosyRecipient = "+15005552034";

/**
 * Recipients of our own, for what Twilio reports only after it has accepted a message. Twilio's magic numbers end in
 * 0000 to 0009; ours end in the error code without its second digit (30003 is …3003, 63016 is …6016), or in 2…
 * where there is no error. They work on every channel.
 */
export const outcomes: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  ["+15005552000", { statuses: ["sent"], errorCode: null }], // no delivery receipt ever comes
  ["+15005552001", { statuses: ["sent", "delivered", "read"], errorCode: null }],
  [choosyRecipient, undelivered(30034)], // by the magic sender only; others reach it
  ["+15005553001", failed(30001)], // queue overflow
  ["+15005553002", failed(30002)], // account suspended meanwhile
  ["+15005553003", undelivered(30003)], // handset unreachable
  ["+15005553004", undelivered(30004)], // blocked
  ["+15005553005", failed(30005)], // unknown handset
  ["+15005553006", undelivered(30006)], // landline or unreachable carrier
  ["+15005553007", undelivered(30007)], // filtered
  ["+15005553008", undelivered(30008)], // unknown carrier error
  ["+15005553017", undelivered(30017)], // carrier congestion
  ["+15005553034", undelivered(30034)], // unregistered 10DLC number
  ["+15005553036", failed(30036)], // validity period elapsed in the queue
  ["+15005553410", undelivered(30410)], // provider timeout
  ["+15005553630", failed(30630)], // unsubscribed, noticed late
  ["+15005556016", failed(63016)], // outside WhatsApp's 24-hour window
]);

/** Tells what becomes of a message: what is not allowed fails, and anything but to our magic numbers is delivered. */
export function outcomeOf({ from, toNumber, errorAhead }: Travelling): Outcome {
  if (errorAhead !== null) return failed(errorAhead);
  if (toNumber === choosyRecipient && from !== null && from !== magicSender) return delivered;
  return outcomes.get(toNumber) ?? delivered;
}

/** What decides about a message's way. */
interface Travelling {
  /** Null while a messaging service has not picked its sender. */
  readonly from: string | null;
  readonly toNumber: string;
  readonly errorAhead: number | null;
}
