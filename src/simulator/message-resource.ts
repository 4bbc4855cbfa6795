import type { JsonObject } from "../core/json.js";
import { countSegments } from "../core/segments.js";
import { splitAddress } from "./addresses.js";
import type { SimulatedMessage } from "./simulated-message.js";

/** The version in every path and resource. */
export const apiVersion = "2010-04-01";

/** What one segment costs, in US dollars. */
const SEGMENT_PRICE = 0.0079;

/** Writes an instant as Twilio's API of 2010 does: `Thu, 24 Aug 2023 05:01:45 +0000`. */
export function toRfc2822(instant: Date): string {
  return instant.toUTCString().replace("GMT", "+0000");
}

/** Writes an instant as Twilio's newer products do: `2015-07-30T20:12:31Z`. */
export function toIso8601(instant: Date): string {
  return instant.toISOString().replace(/\.\d+Z$/, "Z");
}

/** Tells how many segments Twilio bills: 0 while no sender is picked, 1 for anything but SMS. */
export function segmentsOf(message: SimulatedMessage): number {
  if (message.from === null) return 0;
  const sms = splitAddress(message.to).channel === "sms" && message.media.length === 0;
  return sms ? countSegments(message.body).count : 1;
}

/**
 * Gives a message as the API shows it: numbers as texts, dates in RFC 2822, the price once it was sent.
 *
 * Source: https://www.twilio.com/docs/messaging/api/message-resource#message-properties
 */
export function toResource(message: SimulatedMessage): JsonObject {
  const uri = `/${apiVersion}/Accounts/${message.accountSid}/Messages/${message.sid}`;
  const segments = segmentsOf(message);
  return {
    body: message.body,
    num_segments: String(segments),
    direction: "outbound-api",
    from: message.from,
    date_updated: toRfc2822(message.updatedAt),
    price: message.sentAt === null ? null : (-SEGMENT_PRICE * segments).toFixed(5),
    error_message: message.errorCode === null ? null : `The message met error ${message.errorCode}`,
    uri: `${uri}.json`,
    account_sid: message.accountSid,
    num_media: String(message.media.length),
    to: message.to,
    date_created: toRfc2822(message.createdAt),
    status: message.status,
    sid: message.sid,
    date_sent: message.sentAt === null ? null : toRfc2822(message.sentAt),
    messaging_service_sid: message.messagingServiceSid,
    error_code: message.errorCode,
    price_unit: "USD",
    api_version: apiVersion,
    subresource_uris: { media: `${uri}/Media.json`, feedback: `${uri}/Feedback.json` },
  };
}
