import type { PreparedCall } from "../../core/connector.js";
import { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import type { MessageDraft } from "../../core/message.js";
import { countSegments } from "../../core/segments.js";
import { type Address, toRecipient, toText } from "./address.js";
import type { SendMessagePayload } from "./endpoints/send-message-payload.js";
import { type Sender, toSender } from "./sender.js";
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
 * here, before it costs anything. The request has the SDK's parameter names.
 *
 * A message with a validity period is valid for that long: Twilio would not send it after so many seconds in its queue,
 * so a retry that begins later makes no sense either. Without one the retries alone decide.
 *
 * @throws PHONE_MISSING, PHONE_INVALID, MESSAGE_EMPTY, MESSAGE_TOO_LONG, MEDIA_INVALID, SENDER_MISSING,
 *   PAYLOAD_INVALID, ENDPOINT_MISCONFIGURED
 */
export function preflight(payload: SendMessagePayload, settings: TwilioSettings): PreparedCall {
  const recipient = toRecipient(payload.to, settings.defaultCountry ?? null);
  const content = toContent(payload);
  const sender = toSender(payload, settings, recipient);
  refuseContradictions(payload, sender);
  return {
    request: toRequest(payload, { recipient, content, sender }),
    recipient: recipient.name,
    message: toDraft(payload, { recipient, content, sender }),
    validForMs: payload.validityPeriod === undefined ? null : payload.validityPeriod * 1_000,
  };
}

function toContent(payload: SendMessagePayload): Content {
  const body = (payload.body ?? "").trim() === "" ? null : (payload.body ?? null);
  const media = toList(payload.mediaUrl);
  if (payload.contentSid !== undefined) {
    if (body === null && media.length === 0) return { body: null, media };
    throw invalid("/contentSid", "stands in place of body and mediaUrl: give one or the other");
  }
  if (body === null && media.length === 0) {
    throw new PatchbayError("MESSAGE_EMPTY", "The message has no body, no mediaUrl and no contentSid");
  }
  if (body !== null) refuseLongBody(body);
  refuseBadMedia(media);
  return { body, media };
}

function refuseLongBody(body: string): void {
  const length = body.length > MAX_CHARACTERS ? [...body].length : body.length;
  if (length <= MAX_CHARACTERS) return;
  const message = `The text has ${length} characters; Twilio takes ${MAX_CHARACTERS}`;
  throw new PatchbayError("MESSAGE_TOO_LONG", message, { length, limit: MAX_CHARACTERS });
}

function refuseBadMedia(media: readonly string[]): void {
  if (media.length > MAX_MEDIA) {
    throw new PatchbayError("MEDIA_INVALID", `The message has ${media.length} media; Twilio takes ${MAX_MEDIA}`, {
      count: media.length,
    });
  }
  for (const [index, url] of media.entries()) {
    if (/^https?:\/\/[^/]/i.test(url) && URL.canParse(url)) continue;
    throw new PatchbayError("MEDIA_INVALID", `/mediaUrl/${index} "${url}" is not an absolute http(s) URL`, { url });
  }
}

/** Parameters that only mean something together with another one. */
function refuseContradictions(payload: SendMessagePayload, { messagingServiceSid }: Sender): void {
  if (payload.contentVariables !== undefined && payload.contentSid === undefined) {
    throw invalid("/contentVariables", "needs a contentSid");
  }
  for (const name of ["sendAt", "shortenUrls", "fallbackFrom"] as const) {
    const asked = payload[name] !== undefined && payload[name] !== false;
    if (asked && messagingServiceSid === null) throw invalid(`/${name}`, "needs a messaging service");
  }
}

interface Parts {
  readonly recipient: Address;
  readonly content: Content;
  readonly sender: Sender;
}

function toRequest(payload: SendMessagePayload, { recipient, content, sender }: Parts): JsonObject {
  const { contentVariables, sendAt, persistentAction, mediaUrl: _, ...plain } = payload;
  const request: JsonObject = { ...plain, to: toText(recipient) };
  put(request, "from", sender.from && toText(sender.from));
  put(request, "messagingServiceSid", sender.messagingServiceSid);
  put(request, "body", content.body);
  if (content.media.length > 0) request.mediaUrl = [...content.media];
  if (contentVariables !== undefined) request.contentVariables = JSON.stringify(contentVariables);
  if (persistentAction !== undefined) request.persistentAction = toList(persistentAction);
  if (sendAt !== undefined) {
    request.sendAt = sendAt.replace(/\.\d+Z$/, "Z");
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

function invalid(path: string, message: string): PatchbayError {
  return new PatchbayError("PAYLOAD_INVALID", `${path} ${message}`, { problems: [{ path, message }] });
}
