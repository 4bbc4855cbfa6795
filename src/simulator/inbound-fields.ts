import { countSegments } from "../core/segments.js";
import { splitAddress } from "./addresses.js";
import { apiVersion } from "./message-resource.js";
import type { Field } from "./signature.js";
import type { VirtualText } from "./virtual-text.js";

/**
 * Gives the form of the request with which Twilio hands over a message that came in.
 *
 * Source: https://www.twilio.com/docs/messaging/guides/webhook-request
 */
export function toInboundFields(text: VirtualText, sid: string, accountSid: string): readonly Field[] {
  const { from, to, body, media, messagingServiceSid, optOutType, repliesTo } = text;
  const { channel, number } = splitAddress(from);
  const fields: Field[] = [
    ["MessageSid", sid],
    ["SmsSid", sid],
    ["SmsMessageSid", sid],
    ["AccountSid", accountSid],
    ["From", from],
    ["To", to],
    ["Body", body],
    ["NumMedia", String(media.length)],
    ["NumSegments", String(Math.max(1, countSegments(body).count))],
    ["SmsStatus", "received"],
    ["ApiVersion", apiVersion],
  ];
  for (const [index, { url, contentType }] of media.entries()) {
    fields.push([`MediaUrl${index}`, url], [`MediaContentType${index}`, contentType]);
  }
  if (messagingServiceSid !== null) fields.push(["MessagingServiceSid", messagingServiceSid]);
  if (optOutType !== null) fields.push(["OptOutType", optOutType]);
  if (repliesTo !== null) fields.push(["OriginalRepliedMessageSid", repliesTo], ["OriginalRepliedMessageSender", to]);
  if (channel === "whatsapp") {
    fields.push(["WaId", number.replace("+", "")], ["ProfileName", "A virtual phone"]);
    fields.push(["MessageType", media.length > 0 ? "image" : "text"]);
  }
  return [...fields, ...Object.entries(text.parameters)];
}
