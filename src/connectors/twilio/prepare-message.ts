import type { KnownTemplates, PreparedCall } from "../../core/connector.js";
import { PatchbayError } from "../../core/errors.js";
import type { Session, SessionRefusal } from "../../core/session.js";
import type { PlainPayload, SendMessagePayload } from "./endpoints/send-message-payload.js";
import { errorMeaning } from "./error-dictionary.js";
import { withinMediaLimits } from "./media-limits.js";
import { preflight, readRecipient } from "./preflight.js";
import type { TwilioSettings } from "./settings.js";
import { type FilledTemplate, fillTemplate, knownTemplate } from "./whatsapp/template.js";

const MINUTE_MS = 60_000;

/**
 * How long WhatsApp allows free text after a contact's message.
 *
 * Source: https://www.twilio.com/docs/api/errors/63016
 */
const WINDOW_MS = 24 * 60 * MINUTE_MS;

/** Taken off the window where the settings say nothing: the message has to arrive in it. */
const MARGIN_MINUTES = 5;

const OUTSIDE_WINDOW = 63016;

/** Whether something is allowed without condition, or why not outside the window. */
type Outside = Session["outside"] | null;

/**
 * Prepares a message: what the flow says, the template that it gives, or, on WhatsApp, one in the window after the contact's
 * last message and the other outside of it.
 *
 * @param now Milliseconds since 1970.
 * @throws What `preflight` does; TEMPLATE_UNKNOWN, TEMPLATE_NOT_APPROVED
 */
export function prepareMessage(
  { template, ...payload }: SendMessagePayload,
  settings: TwilioSettings,
  { templates: known, now }: { readonly templates: KnownTemplates | undefined; readonly now: number },
): PreparedCall {
  const { whatsapp } = readRecipient(payload, settings);
  const own = withinMediaLimits(payload, whatsapp ? "whatsapp" : "mms");
  if (template === undefined) {
    const call = preflight(own, settings, now);
    const bare = knownTemplate(own, known);
    if (!whatsapp) return shown(call, bare);
    if (own.contentSid === undefined) return within(call, { label: labelOf(own), outside: silence() }, settings);
    return within(shown(call, bare), { label: bare?.label ?? "", outside: bare?.refusal ?? null }, settings);
  }
  if (own.contentSid !== undefined) throw invalid("/template", "and contentSid are two templates: give one of them");
  const filled = fillTemplate(template, known);
  const instead = shown(preflight(inPlaceOf(own, filled), settings, now), filled);
  if (!hasContent(own)) return alone(instead, filled, { whatsapp, settings });
  const call = preflight(own, settings, now);
  if (!whatsapp) return call;
  const { request, message } = instead;
  const outside = filled.refusal ?? { label: filled.label, request, message };
  return within(call, { label: labelOf(own), outside }, settings);
}

/** A template without anything to say instead: one that is not approved may answer, and be the first message never. */
function alone(
  call: PreparedCall,
  { label, refusal, barred }: FilledTemplate,
  { whatsapp, settings }: { whatsapp: boolean; settings: TwilioSettings },
): PreparedCall {
  if (!whatsapp) return call;
  if (refusal !== null && barred) throw new PatchbayError(refusal.code, refusal.message, { remedy: refusal.remedy });
  return within(call, { label, outside: refusal }, settings);
}

/** Sets the condition that a call may leave only within the window. */
function within(
  call: PreparedCall,
  { label, outside }: { label: string; outside: Outside },
  { whatsappMarginMinutes = MARGIN_MINUTES }: TwilioSettings,
): PreparedCall {
  const { message, request } = call;
  if (outside === null || message === null) return call;
  const session: Session = {
    channel: "whatsapp",
    // A service chooses the sender itself, as a rule the one that the contact knows.
    sender: message.from,
    contact: message.to,
    ms: WINDOW_MS - whatsappMarginMinutes * MINUTE_MS,
    leavesAt: typeof request.sendAt === "string" ? request.sendAt : null,
    label,
    outside,
  };
  return { ...call, session };
}

/** Why free text goes nowhere outside the window, with the remedy that Twilio's own refusal would have. */
function silence(): SessionRefusal {
  const meaning = errorMeaning(OUTSIDE_WINDOW);
  return {
    code: "SESSION_CLOSED",
    message: meaning?.cause.replace(/\.$/, "") ?? "WhatsApp does not allow free text now",
    remedy: meaning?.remedy ?? "Send an approved template.",
  };
}

function inPlaceOf(payload: PlainPayload, { contentSid, contentVariables }: FilledTemplate): PlainPayload {
  const { body: _body, mediaUrl: _media, ...rest } = payload;
  const hasValues = Object.keys(contentVariables).length > 0;
  return { ...rest, contentSid, ...(hasValues ? { contentVariables } : {}) };
}

/** Shows what the recipient will read where the request has only the template's SID. */
function shown(call: PreparedCall, template: FilledTemplate | null): PreparedCall {
  if (call.message === null || template === null || template.body === null) return call;
  return { ...call, message: { ...call.message, body: template.body } };
}

function hasContent({ body = "", mediaUrl = [] }: PlainPayload): boolean {
  return body.trim() !== "" || mediaUrl.length > 0;
}

function labelOf({ mediaUrl = [] }: PlainPayload): string {
  return mediaUrl.length > 0 ? "free text with media" : "free text";
}

function invalid(path: string, message: string): PatchbayError {
  return new PatchbayError("PAYLOAD_INVALID", `${path} ${message}`, { problems: [{ path, message }] });
}
