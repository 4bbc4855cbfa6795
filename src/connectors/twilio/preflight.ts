import type { PreparedCall } from "../../core/connector.js";
import type { JsonObject } from "../../core/json.js";
import type { MessageDraft } from "../../core/message.js";
import { countSegments } from "../../core/segments.js";
import { type Address, toRecipient, toText } from "./address.js";
import type { PlainPayload, SendMessagePayload } from "./endpoints/send-message-payload.js";
import { estimatePrice, refuseDear } from "./price.js";
import { invalidMember, refusal, withVendorCode } from "./refusal.js";
import { toSendAt } from "./send-at.js";
import { type Sender, toSender } from "./sender.js";
import { refuseUnreachable } from "./sender-reach.js";
import type { TwilioSettings } from "./settings.js";

const MAX_CHARACTERS = 1_600;
const MAX_MEDIA = 10;

/** What the message says. */
interface Content {
  readonly body: string | null;
  readonly media: readonly string[];
}

/**
 * Checks a message and completes it to the request that will be sent: whatever Twilio is certain to refuse is refused
 * here, before it costs anything, with the code that Twilio would answer. The request has the SDK's parameter names.
 *
 * A message with a validity period is valid for that long: Twilio would not send it after so many seconds in its queue,
 * so a retry that begins later makes no sense either. A scheduled one is valid for as long as Twilio would take it.
 * Without either the retries alone decide.
 *
 * @param now Milliseconds since 1970: what is scheduled must lie ahead.
 * @throws PHONE_MISSING, PHONE_INVALID, MESSAGE_EMPTY, MESSAGE_TOO_LONG, MEDIA_INVALID, SENDER_MISSING,
 *   PAYLOAD_INVALID, ENDPOINT_MISCONFIGURED; `details.vendorCode` is Twilio's code.
 */
export function preflight(payload: PlainPayload, settings: TwilioSettings, now: number): PreparedCall {
  const recipient = readRecipient(payload, settings);
  const content = toContent(payload);
  const sender = toSender(payload, settings, recipient);
  refuseContradictions(payload, sender);
  refuseUnreachable(sender, { recipient, media: content.media });
  const sendAt = payload.sendAt === undefined ? null : toSendAt(payload.sendAt, now);
  const message = toDraft(payload, { recipient, content, sender });
  const price = estimatePrice(message, settings);
  refuseDear(price, payload.maxPrice);
  const validForMs = payload.validityPeriod === undefined ? null : payload.validityPeriod * 1_000;
  return {
    request: toRequest(payload, { recipient, content, sender, sendAt: sendAt?.text ?? null }),
    recipient: recipient.name,
    message,
    validForMs: sendAt?.takenForMs ?? validForMs,
    ...(price === null ? {} : { price }),
  };
}

/** @throws PHONE_MISSING, PHONE_INVALID */
export function readRecipient({ to }: Pick<SendMessagePayload, "to">, { defaultCountry }: TwilioSettings): Address {
  try {
    return toRecipient(to, defaultCountry ?? null);
  } catch (error) {
    throw withVendorCode(error, { PHONE_MISSING: 21604, PHONE_INVALID: 21211 });
  }
}

function toContent(payload: SendMessagePayload): Content {
  const body = (payload.body ?? "").trim() === "" ? null : (payload.body ?? null);
  const media = toList(payload.mediaUrl);
  if (payload.contentSid !== undefined) {
    if (body === null && media.length === 0) return { body: null, media };
    throw invalidMember("/contentSid", 21655, "stands in place of body and mediaUrl: give one or the other");
  }
  if (body === null && media.length === 0) {
    throw refusal("MESSAGE_EMPTY", 21602, { message: "The message has no body, no mediaUrl and no contentSid" });
  }
  if (body !== null) refuseLongBody(body);
  refuseBadMedia(media);
  return { body, media };
}

function refuseLongBody(body: string): void {
  const length = body.length > MAX_CHARACTERS ? [...body].length : body.length;
  if (length <= MAX_CHARACTERS) return;
  const message = `The text has ${length} characters; Twilio takes ${MAX_CHARACTERS}`;
  throw refusal("MESSAGE_TOO_LONG", 21617, { message, length, limit: MAX_CHARACTERS });
}

function refuseBadMedia(media: readonly string[]): void {
  if (media.length > MAX_MEDIA) {
    const message = `The message has ${media.length} media; Twilio takes ${MAX_MEDIA}`;
    throw refusal("MEDIA_INVALID", 21623, { message, count: media.length });
  }
  for (const [index, url] of media.entries()) {
    if (/^https?:\/\/[^/]/i.test(url) && URL.canParse(url)) continue;
    const message = `/mediaUrl/${index} "${url}" is not an absolute http(s) URL`;
    throw refusal("MEDIA_INVALID", 21620, { message, url });
  }
}

/** Parameters that only mean something together with a messaging service, and what Twilio says without one. */
const ofService = { sendAt: 35118, shortenUrls: 21705, fallbackFrom: 21664 } as const;

function refuseContradictions(payload: SendMessagePayload, { messagingServiceSid }: Sender): void {
  if (payload.contentVariables !== undefined && payload.contentSid === undefined) {
    throw invalidMember("/contentVariables", 21654, "needs a contentSid");
  }
  if (messagingServiceSid !== null) return;
  for (const name of ["sendAt", "shortenUrls", "fallbackFrom"] as const) {
    const asked = payload[name] !== undefined && payload[name] !== false;
    if (asked) throw invalidMember(`/${name}`, ofService[name], "needs a messaging service");
  }
}

interface Parts {
  readonly recipient: Address;
  readonly content: Content;
  readonly sender: Sender;
}

function toRequest(
  payload: PlainPayload,
  { recipient, content, sender, sendAt }: Parts & { readonly sendAt: string | null },
): JsonObject {
  const { contentVariables, sendAt: _at, persistentAction, mediaUrl: _media, ...plain } = payload;
  const request: JsonObject = { ...plain, to: toText(recipient) };
  put(request, "from", sender.from && toText(sender.from));
  put(request, "messagingServiceSid", sender.messagingServiceSid);
  put(request, "body", content.body);
  if (content.media.length > 0) request.mediaUrl = [...content.media];
  if (contentVariables !== undefined) request.contentVariables = JSON.stringify(contentVariables);
  if (persistentAction !== undefined) request.persistentAction = toList(persistentAction);
  if (sendAt !== null) {
    request.sendAt = sendAt;
    request.scheduleType = "fixed";
  }
  return request;
}

function toDraft(payload: SendMessagePayload, { recipient, content, sender }: Parts): MessageDraft {
  const mms = content.media.length > 0 || payload.sendAsMms === true;
  const channel = recipient.whatsapp ? "whatsapp" : mms ? "mms" : "sms";
  const body = content.body ?? "";
  return {
    channel,
    from: sender.from?.name ?? null,
    service: sender.messagingServiceSid,
    to: recipient.name,
    body,
    // Only SMS travels in segments; anything else is one message to Twilio's queues.
    segments: channel === "sms" ? countSegments(body).count : 1,
    media: content.media,
  };
}

function put(request: JsonObject, name: string, value: string | null): void {
  if (value === null) delete request[name];
  else request[name] = value;
}

function toList(value: string | readonly string[] | undefined): string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : [...value];
}
