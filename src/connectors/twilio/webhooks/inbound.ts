import type { Reception, WebhookRequest } from "../../../core/connector.js";
import { PatchbayError } from "../../../core/errors.js";
import type { InboundMessage, ReceivedMedia } from "../../../core/received-message.js";
import { toReception, type Webhook } from "../../define-connector.js";
import type { TwilioSettings } from "../settings.js";
import { requireOwn, text } from "./fields.js";
import { toOptOut } from "./opt-out.js";
import type { Fields } from "./signature.js";

/** Twilio takes an answer for a reply to the customer unless it is TwiML that says nothing. */
const noReply = Object.freeze({
  contentType: "text/xml; charset=utf-8",
  body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
});

/** Twilio allows ten files; what comes beyond a generous number is no message of Twilio's. */
const MOST_MEDIA = 50;

/**
 * Reads a message that came in: SMS, MMS or WhatsApp. Parameters that we do not know are kept in `raw`.
 *
 * Source: https://www.twilio.com/docs/messaging/guides/webhook-request
 */
export const inboundWebhook: Webhook<TwilioSettings> = Object.freeze({
  key: "inbound",
  title: "A message comes in",
  enteredAs: 'at the number, the Messaging Service or the WhatsApp sender: "A message comes in", webhook, HTTP POST',
  receive: (request: WebhookRequest, settings: TwilioSettings) => toMessages(requireOwn(request, settings), null),
});

/** Reads a message that could not be delivered to the ordinary address. It is the same message, with what went wrong. */
export const fallbackWebhook: Webhook<TwilioSettings> = Object.freeze({
  key: "fallback",
  title: "A message comes in, but the address for it fails",
  enteredAs: 'beside it: "Primary handler fails", webhook, HTTP POST',
  receive: (request: WebhookRequest, settings: TwilioSettings) => {
    const fields = requireOwn(request, settings);
    const errorUrl = withoutSecret(text(fields, "ErrorUrl"));
    const shown = errorUrl === "" ? fields : { ...fields, ErrorUrl: errorUrl };
    return toMessages(shown, { errorCode: text(fields, "ErrorCode"), errorUrl });
  },
});

/** Our own addresses carry a secret, and what failed is shown to operators. */
function withoutSecret(url: string): string {
  return url.replace(/(\/hooks\/(?:[^/]+\/){3})[^/]+/, "$1…");
}

function toMessages(fields: Fields, fallback: InboundMessage["fallback"]): Reception {
  const vendorId = text(fields, "MessageSid") || text(fields, "SmsSid");
  const from = split(text(fields, "From"));
  const to = split(text(fields, "To") || text(fields, "MessagingServiceSid"));
  if (vendorId === "" || from.name === "" || to.name === "") {
    throw new PatchbayError("REQUEST_INVALID", "The message has no MessageSid, no From or no To");
  }
  if (from.prefix !== "" && from.prefix !== "whatsapp") {
    return toReception({ ignored: `messages by ${from.prefix} are not followed`, answer: noReply });
  }
  const media = toMedia(fields);
  const body = text(fields, "Body");
  const message: InboundMessage = {
    channel: from.prefix === "whatsapp" ? "whatsapp" : media.length > 0 || vendorId.startsWith("MM") ? "mms" : "sms",
    contact: from.name,
    to: to.name,
    service: text(fields, "MessagingServiceSid") || null,
    body,
    media,
    vendorId,
    quotes: text(fields, "OriginalRepliedMessageSid") || null,
    optOut: toOptOut(text(fields, "OptOutType"), { body, channel: from.prefix === "whatsapp" ? "whatsapp" : "sms" }),
    fallback,
    // Not I-Twilio-Idempotency-Token: it is not signed, and the fallback request of the same message has another one.
    dedupeKey: `twilio:received:${vendorId}`,
    raw: { ...fields },
  };
  return toReception({ messages: [message], answer: noReply });
}

function split(address: string): { prefix: string; name: string } {
  const [, prefix = "", name = ""] = /^(?:([a-z]+):)?(.*)$/is.exec(address.trim()) ?? [];
  return { prefix: prefix.toLowerCase(), name };
}

function toMedia(fields: Fields): ReceivedMedia[] {
  const media: ReceivedMedia[] = [];
  for (let index = 0; index < MOST_MEDIA; index++) {
    const url = text(fields, `MediaUrl${index}`);
    if (url === "") break;
    media.push({ url, contentType: text(fields, `MediaContentType${index}`) || null });
  }
  return media;
}
