import type { CallContext, CallResult } from "../../../core/connector.js";
import { PatchbayError } from "../../../core/errors.js";
import type { Json, JsonObject } from "../../../core/json.js";
import { type MessageReport, toMessageStatus } from "../../../core/message.js";
import { defineEndpoint } from "../../define-connector.js";
import type { TwilioClient, TwilioMessage } from "../client.js";
import { findMessage } from "../find-message.js";
import { toMessageReport } from "../message-report.js";
import { prepareMessage } from "../prepare-message.js";
import { senderPaceOf } from "../sender-pace.js";
import type { TwilioSettings } from "../settings.js";
import { codeOfMember, type SendMessagePayload, sendMessagePayloadSchema } from "./send-message-payload.js";

/**
 * Sends one SMS, MMS or WhatsApp message and returns Twilio's message resource, as a rule still `queued`; delivery is
 * reported later through the status callback.
 *
 * Source: https://www.twilio.com/docs/messaging/api/message-resource
 */
export const sendMessage = defineEndpoint<TwilioClient, TwilioSettings, SendMessagePayload>({
  key: "send-message",
  title: "Send a message",
  onRepeat: "duplicate", // Twilio has no idempotency key: two calls are two messages
  payload: sendMessagePayloadSchema,
  testText: { to: "=$record.to", body: "=$record.text" },
  codeOfMember,
  prepare: (payload, settings, templates) => prepareMessage(payload, settings, { templates, now: Date.now() }),
  senderOf: senderPaceOf,
  send: (client, request, { callbackUrl }) => client.createMessage(toParameters(request, callbackUrl)).then(toResult),
  find: async (client, request, search) => {
    const found = await findMessage(client, request, search);
    return typeof found === "string" ? found : { ...toResult(found), report: toReport(found) };
  },
});

/** The prepared request has the parameters already; only the callback belongs to the single call. */
function toParameters(request: JsonObject, callbackUrl: CallContext["callbackUrl"]): JsonObject {
  return callbackUrl === null ? request : { ...request, statusCallback: callbackUrl };
}

/** Statuses that a message has before anybody would be told of it. */
const unreported: readonly string[] = ["accepted", "scheduled", "queued", "sending"];

/** What callbacks would have told meanwhile: they were for a process that died, or are lost. */
export function toReport(message: TwilioMessage): MessageReport | null {
  if (unreported.includes(message.status)) return null;
  return toMessageReport({
    sid: message.sid,
    status: message.status,
    errorCode: String(message.errorCode ?? ""),
    errorMessage: message.errorMessage ?? "",
    from: message.from ?? "",
    effectId: null,
    price: message.price,
    priceUnit: message.priceUnit,
    raw: toResponse(message),
  });
}

export function toResult(message: TwilioMessage): CallResult {
  if (!/^(SM|MM)[0-9a-fA-F]{32}$/.test(String(message.sid))) {
    throw new PatchbayError("ENDPOINT_OUTCOME_UNKNOWN", "Twilio answered with success, but without a message SID");
  }
  const channel = message.to?.startsWith("whatsapp:") ? "WhatsApp" : message.sid.startsWith("MM") ? "MMS" : "SMS";
  return {
    summary: `${channel} to ${message.to?.replace(/^whatsapp:/, "")} ${message.status}`,
    vendorId: message.sid,
    response: toResponse(message),
    messageStatus: toMessageStatus(String(message.status)),
  };
}

/** The fields that say something; the account, its URLs and the text we sent ourselves are left out. */
function toResponse(message: TwilioMessage): JsonObject {
  return {
    sid: message.sid,
    status: message.status,
    direction: orNull(message.direction),
    to: orNull(message.to),
    from: orNull(message.from),
    messaging_service_sid: orNull(message.messagingServiceSid),
    num_segments: orNull(message.numSegments),
    num_media: orNull(message.numMedia),
    price: orNull(message.price),
    price_unit: orNull(message.priceUnit),
    error_code: orNull(message.errorCode),
    error_message: orNull(message.errorMessage),
    date_created: toInstant(message.dateCreated),
    date_sent: toInstant(message.dateSent),
    date_updated: toInstant(message.dateUpdated),
  };
}

function orNull(value: Json | undefined): Json {
  return value ?? null;
}

/** Dates that could not be read are handed on as they came. */
function toInstant(date: unknown): Json {
  if (date instanceof Date) return Number.isNaN(date.getTime()) ? null : date.toISOString();
  return typeof date === "string" ? date : null;
}
