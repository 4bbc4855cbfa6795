import { splitAddress } from "./addresses.js";
import { apiVersion } from "./message-resource.js";
import type { Field } from "./signature.js";
import type { SimulatedMessage } from "./simulated-message.js";

/**
 * Gives the form of a status callback for the status a message has now.
 *
 * Source: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
 */
export function toCallbackFields(message: SimulatedMessage): readonly Field[] {
  const { channel, number } = splitAddress(message.to);
  const fields: Field[] = [
    ["MessageSid", message.sid],
    ["SmsSid", message.sid],
    ["AccountSid", message.accountSid],
    ["MessageStatus", message.status],
    ["SmsStatus", message.status],
    ["To", message.to],
    ["ApiVersion", apiVersion],
  ];
  if (message.from !== null) fields.push(["From", message.from]);
  if (message.messagingServiceSid !== null) fields.push(["MessagingServiceSid", message.messagingServiceSid]);
  if (message.errorCode !== null) fields.push(["ErrorCode", String(message.errorCode)]);
  if (channel !== "sms") {
    fields.push(["ChannelPrefix", channel], ["ChannelToAddress", number]);
    if (message.status === "read") fields.push(["EventType", "READ"]);
    if (message.errorCode !== null) fields.push(["ChannelStatusMessage", `The channel met error ${message.errorCode}`]);
    return fields;
  }
  if (message.status === "delivered" || message.status === "undelivered") {
    fields.push(["RawDlrDoneDate", toReceiptDate(message.updatedAt)]);
  }
  return fields;
}

/** A carrier's receipt has its date as YYMMDDhhmm. */
function toReceiptDate(instant: Date): string {
  return instant.toISOString().replace(/\D/g, "").slice(2, 12);
}
