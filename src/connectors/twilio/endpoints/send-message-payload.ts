import type { JsonSchema } from "../../../core/json.js";

/** A template that a flow asks for, by name or by SID, with a value for each of its placeholders. */
export interface WantedTemplate {
  readonly name?: string;
  readonly contentSid?: string;
  readonly language?: string;
  readonly variables?: Readonly<Record<string, string | number>>;
}

/** What a flow gives to `twilio/send-message`; the schema says what each member means. */
export interface SendMessagePayload {
  readonly to?: string;
  readonly body?: string;
  readonly mediaUrl?: string | readonly string[];
  readonly mediaBytes?: number | readonly number[];
  readonly largeMedia?: "refuse" | "link";
  readonly template?: WantedTemplate;
  readonly from?: string;
  readonly messagingServiceSid?: string;
  readonly contentSid?: string;
  readonly contentVariables?: Readonly<Record<string, string>>;
  readonly sendAt?: string;
  readonly validityPeriod?: number;
  readonly fallbackFrom?: string;
  readonly sendAsMms?: boolean;
  readonly smartEncoded?: boolean;
  readonly shortenUrls?: boolean;
  readonly persistentAction?: string | readonly string[];
  readonly provideFeedback?: boolean;
  readonly attempt?: number;
  readonly contentRetention?: "retain" | "discard";
  readonly addressRetention?: "retain" | "obfuscate";
  readonly riskCheck?: "enable" | "disable";
  readonly messageIntent?: string;
  readonly applicationSid?: string;
  readonly maxPrice?: number;
  readonly trafficType?: "free";
  readonly forceDelivery?: boolean;
}

/** A message that is one thing to send, with what was large replaced. */
export type PlainPayload = Omit<SendMessagePayload, "template" | "mediaBytes" | "largeMedia">;

const text = (description: string): object => ({ type: "string", description });
const sid = (prefix: string, description: string): object => ({
  type: "string",
  pattern: `^${prefix}[0-9a-fA-F]{32}$`,
  description,
});
const flag = (description: string): object => ({ type: "boolean", description });
const choice = (values: readonly string[], description: string): object => ({ enum: values, description });
const texts = (description: string): object => ({ type: ["string", "array"], items: { type: "string" }, description });

/** What Twilio would answer to a value of the wrong form. */
const codesOfMembers = Object.freeze({
  to: 21211,
  from: 21212,
  messagingServiceSid: 21705,
  contentSid: 21655,
  contentVariables: 21656,
  sendAt: 35114,
  validityPeriod: 21624,
  mediaUrl: 21620,
});

/** Gives Twilio's code for a member whose value does not fit the schema, where it has one. */
export function codeOfMember(name: string): number | null {
  return Object.hasOwn(codesOfMembers, name) ? codesOfMembers[name as keyof typeof codesOfMembers] : null;
}

/**
 * Closed schema of the payload. `to` and the text are not `required` here: their absence has errors of its own, which
 * say more than a path.
 *
 * Left out on purpose: StatusCallback, by which Patchbay follows delivery itself, and ScheduleType, which has one value and
 * goes with `sendAt`.
 *
 * Source: https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
 */
export const sendMessagePayloadSchema: JsonSchema = Object.freeze({
  type: "object",
  additionalProperties: false,
  properties: {
    to: text("Recipient: a phone number, with whatsapp: before it for WhatsApp. Needed."),
    body: text("Text, up to 1,600 characters."),
    mediaUrl: texts("Up to 10 public http(s) URLs of pictures or other media; makes it an MMS."),
    mediaBytes: {
      type: ["integer", "array"],
      minimum: 0,
      items: { type: "integer", minimum: 0 },
      description: "Sizes of the media in bytes, in the order of mediaUrl; 0 for an unknown one.",
    },
    largeMedia: choice(
      ["refuse", "link"],
      "What becomes of media that mediaBytes says are too large (16 MB on WhatsApp, 5 MB by MMS): link puts a link into the text.",
    ),
    template: {
      type: "object",
      additionalProperties: false,
      properties: {
        name: { type: "string", minLength: 1, description: "Friendly name of the content template." },
        contentSid: sid("HX", "Its SID, in place of the name."),
        language: { type: "string", minLength: 1, description: "Needed when the name exists in several languages." },
        variables: {
          type: "object",
          additionalProperties: { type: ["string", "number"] },
          description: "A value for each of its placeholders, by name.",
        },
      },
      description:
        "Content template: alone it is what is sent; beside body or mediaUrl it is what WhatsApp gets when the recipient has not written within 24 hours.",
    },
    from: text("Sender: number, short code or alphanumeric name. The connection's sender when left out."),
    messagingServiceSid: sid("MG", "Messaging service that chooses the sender."),
    contentSid: sid("HX", "Content template, in place of text and media."),
    contentVariables: {
      type: "object",
      additionalProperties: { type: "string" },
      description: "Values of the template's placeholders by name; the template's own values where left out.",
    },
    sendAt: {
      type: "string",
      pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$",
      description: "When Twilio shall send it (UTC), 5 minutes to 35 days ahead. Needs a messaging service.",
    },
    validityPeriod: {
      type: "integer",
      minimum: 1,
      maximum: 36_000,
      description: "Seconds the message may wait in Twilio's queue; after that it is neither sent nor tried again.",
    },
    fallbackFrom: text("SMS sender that takes over where RCS fails. Needs a messaging service with an RCS sender."),
    sendAsMms: flag("Send a long text as one MMS instead of several SMS segments."),
    smartEncoded: flag("Replace look-alike Unicode characters so that the text fits GSM-7."),
    shortenUrls: flag("Shorten links. Needs a messaging service with link shortening."),
    persistentAction: texts("Rich actions, such as a WhatsApp location: geo:37.78,-122.4|Label."),
    provideFeedback: flag("Announce that the outcome will be reported to Twilio's feedback resource."),
    attempt: { type: "integer", minimum: 1, description: "How often this message was tried, over all providers." },
    contentRetention: choice(["retain", "discard"], "Whether Twilio keeps the text."),
    addressRetention: choice(["retain", "obfuscate"], "Whether Twilio keeps the recipient's number."),
    riskCheck: choice(["enable", "disable"], "Whether Twilio checks for SMS pumping and compliance risks."),
    messageIntent: text("What the message is for (otp, notifications, marketing, …), for Twilio's compliance checks."),
    applicationSid: sid(
      "AP",
      "TwiML application that hears of the delivery where Patchbay has no PUBLIC_URL to hear of it.",
    ),
    maxPrice: {
      type: "number",
      exclusiveMinimum: 0,
      description:
        "What the message may cost, in the currency of the connection's prices: refused when its estimate is higher. Twilio itself takes no notice of it since June 2024.",
    },
    trafficType: choice(["free"], "Kind of traffic that Twilio does not charge for, where the account has it."),
    forceDelivery: flag("Try recipients that Twilio takes for landlines, too. Reserved by Twilio."),
  },
});
