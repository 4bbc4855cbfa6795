import { isJsonObject } from "../core/json.js";
import type { ServiceSender } from "./account/account-book.js";
import { type Address, parseRecipient } from "./addresses.js";
import { parseCallbackUrl } from "./callback-url.js";
import { refusedRecipients } from "./magic-numbers.js";
import { checkParameters, choice, decimal, flag, type Parameters, sid, text, whole } from "./parameters.js";
import { parseSendAt } from "./schedule.js";
import { checkReach, checkSender } from "./sender-check.js";
import type { MessageDraft } from "./simulated-message.js";
import { renderTemplate, type SimulatedTemplates } from "./simulated-templates.js";
import { Refusal } from "./twilio-errors.js";
import type { WhatsAppWindows } from "./whatsapp-windows.js";

/** What a create request is judged against. */
export interface CreateRules {
  readonly ownedNumbers: ReadonlySet<string>;
  readonly now: () => Date;
  readonly templates: Pick<SimulatedTemplates, "get">;
  readonly windows: Pick<WhatsAppWindows, "isOpen">;
  /** How a messaging service sends; null for one of which nothing is known, which has the pool number. */
  readonly senderOf: (messagingServiceSid: string) => ServiceSender | null;
  /** The sender of a messaging service of which nothing is known. */
  readonly poolNumber: string;
  /** Refuses a recipient that the account may not text: a trial's unverified one, a country that is switched off. */
  readonly checkReach: (to: Address) => void;
}

const MESSAGING_SERVICE = /^MG[0-9a-fA-F]{32}$/;
const CONTENT = /^HX[0-9a-fA-F]{32}$/;
const LONGEST_BODY = 1600;
const MOST_MEDIA = 10;
const LONGEST_VALIDITY_SECONDS = 36_000;

/** All that a create may have. What has a code of its own when it is wrong is `text` here, and judged below. */
const parameters: Parameters = {
  ...{ To: text, From: text, MessagingServiceSid: text, FallbackFrom: text, StatusCallback: text },
  ...{ Body: text, MediaUrl: text, ContentSid: text, ContentVariables: text, PersistentAction: text },
  ...{ ValidityPeriod: text, ScheduleType: text, SendAt: text },
  ...{ ProvideFeedback: flag, ForceDelivery: flag, SmartEncoded: flag, ShortenUrls: flag, SendAsMms: flag },
  Attempt: whole(0),
  MaxPrice: decimal,
  ContentRetention: choice("retain", "discard"),
  AddressRetention: choice("retain", "obfuscate"),
  RiskCheck: choice("enable", "disable"),
  TrafficType: choice("free"),
  ApplicationSid: sid("AP"),
};

/** Source: https://www.twilio.com/docs/api/errors/63016 */
const OUTSIDE_WINDOW = 63016;

/**
 * Judges the form of a create request as Twilio does: what is missing first, then the recipient, the sender and the
 * content. An empty parameter counts as missing. Media are judged by their URL and never fetched; a content
 * template that the simulator does not have is taken as existing and approved.
 *
 * @throws Refusal with Twilio's code
 * Source: https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
 */
export function validateCreate(form: URLSearchParams, rules: CreateRules): MessageDraft {
  requireParts(form);
  const to = checkRecipient(form);
  rules.checkReach(to);
  const messagingServiceSid = checkMessagingService(form.get("MessagingServiceSid") || null);
  const from = checkFrom(form, to, rules);
  checkFallback(form.get("FallbackFrom") || null, messagingServiceSid);
  checkParameters(form, parameters);
  checkContent(form);
  checkValidity(form.get("ValidityPeriod") || null);
  const service = messagingServiceSid === null ? null : rules.senderOf(messagingServiceSid);
  if (from === null && service !== null && service.number === null) throw new Refusal(21704, messagingServiceSid ?? "");
  const sender = from?.number ?? service?.number ?? rules.poolNumber;
  const statusCallback = form.get("StatusCallback") || (service?.statusCallback ?? null);
  if (statusCallback !== null) parseCallbackUrl(statusCallback);
  const contentSid = form.get("ContentSid") || null;
  return {
    to: to.text,
    toNumber: to.number,
    from: from?.text ?? null,
    body: textOf(form, rules),
    contentSid,
    errorAhead: isAllowed({ to, sender, contentSid }, rules) ? null : OUTSIDE_WINDOW,
    media: checkMedia(form),
    messagingServiceSid,
    statusCallback,
    sendAt: parseSendAt(form, rules.now()),
  };
}

/** What the phone shows: a template's text with its values in place of a body. */
function textOf(form: URLSearchParams, { templates }: CreateRules): string {
  const template = templates.get(form.get("ContentSid") ?? "");
  if (template === null) return form.get("Body") ?? "";
  const variables: unknown = JSON.parse(form.get("ContentVariables") || "{}");
  const values = isJsonObject(variables) ? variables : {};
  return renderTemplate(
    template,
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])),
  );
}

/** WhatsApp takes free text, and templates that it has not approved, only while the contact's window is open. */
function isAllowed(
  { to, sender, contentSid }: { to: Address; sender: string; contentSid: string | null },
  { templates, windows }: CreateRules,
): boolean {
  if (to.channel !== "whatsapp") return true;
  const template = contentSid === null ? null : templates.get(contentSid);
  if (contentSid !== null && (template === null || template.approval.status === "approved")) return true;
  return windows.isOpen(to.number, sender);
}

function requireParts(form: URLSearchParams): void {
  if (!form.get("To")) throw new Refusal(21604);
  if (!form.get("From") && !form.get("MessagingServiceSid")) throw new Refusal(21603);
  const media = form.getAll("MediaUrl").some((url) => url !== "");
  if (!form.get("Body") && !form.get("ContentSid") && !media) throw new Refusal(21602);
}

function checkRecipient(form: URLSearchParams): Address {
  const to = parseRecipient(form.get("To") ?? "");
  const magic = refusedRecipients.get(to.number);
  if (magic !== undefined) throw new Refusal(magic, to.text);
  return to;
}

function checkFrom(form: URLSearchParams, to: Address, rules: CreateRules): Address | null {
  const text = form.get("From");
  if (!text) return null;
  const from = checkSender(text, rules.ownedNumbers);
  if (from.channel !== to.channel) throw new Refusal(21910, `${from.text} and ${to.text}`);
  if (!form.get("MessagingServiceSid")) checkReach(from, to);
  if (from.text === to.text) throw new Refusal(21211, `${to.text} is the sender itself`);
  return from;
}

function checkMessagingService(sid: string | null): string | null {
  if (sid !== null && !MESSAGING_SERVICE.test(sid)) throw new Refusal(21705, sid);
  return sid;
}

/** A sender of this account would have to be in the service's pool, which the simulator does not know. */
function checkFallback(sender: string | null, messagingServiceSid: string | null): void {
  if (sender === null) return;
  if (messagingServiceSid === null) throw new Refusal(21664);
  if (!/^(\+[1-9]\d{1,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11})$/.test(sender))
    throw new Refusal(21666, sender);
}

function checkContent(form: URLSearchParams): void {
  const body = form.get("Body") ?? "";
  if (body.length > LONGEST_BODY && [...body].length > LONGEST_BODY) throw new Refusal(21617);
  const contentSid = form.get("ContentSid") || null;
  if (contentSid !== null && !CONTENT.test(contentSid)) throw new Refusal(21655, contentSid);
  const variables = form.get("ContentVariables") || null;
  if (variables === null) return;
  if (contentSid === null) throw new Refusal(21654);
  if (!isTextObject(variables)) throw new Refusal(21656);
}

function isTextObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return isJsonObject(value) && Object.values(value).every((member) => typeof member === "string");
  } catch {
    return false;
  }
}

function checkMedia(form: URLSearchParams): readonly string[] {
  const media = form.getAll("MediaUrl").filter((url) => url !== "");
  if (media.length > MOST_MEDIA) throw new Refusal(21623);
  const wrong = media.find((url) => !/^https?:\/\/[^/]/i.test(url) || !URL.canParse(url));
  if (wrong !== undefined) throw new Refusal(21620, wrong);
  return media;
}

function checkValidity(seconds: string | null): void {
  if (seconds === null) return;
  const value = Number(seconds);
  if (/^\d+$/.test(seconds) && value >= 1 && value <= LONGEST_VALIDITY_SECONDS) return;
  throw new Refusal(21624, seconds);
}
