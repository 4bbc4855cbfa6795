import type { JsonSchema } from "../../core/json.js";
import { senderPattern } from "./address.js";

/** One Twilio account, as a connection names it. */
export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** SID of an API key, whose secret calls are made with in place of the auth token. */
  readonly apiKey?: string;
  readonly apiKeySecret?: string;
  /** Also signs webhooks, while the token is being replaced. */
  readonly secondaryAuthToken?: string;
  readonly from?: string;
  readonly messagingServiceSid?: string;
  readonly defaultCountry?: string;
  readonly apiUrl: string;
  readonly senders?: readonly SenderRule[];
  readonly dailyCap?: number;
  readonly timeZone?: string;
  readonly checkMedia: boolean;
  readonly mmsMegabytes: number;
  readonly whatsappMegabytes: number;
  readonly deleteMediaAfterFetch: boolean;
  /** By country, with `/mms` or `/whatsapp` behind it where it is not the price of an SMS segment. */
  readonly prices?: Readonly<Record<string, number>>;
  readonly currency: string;
  readonly whatsappMarginMinutes?: number;
}

/** What an account says about some of its senders; what it leaves out is as usual for senders of their kind. */
export interface SenderRule {
  /** A sender as messages name it, or a messaging service's SID; `*` stands for anything. */
  readonly match: string;
  readonly segmentsPerSecond?: number;
  readonly paced?: boolean;
  readonly numbers?: number;
  readonly dailyCap?: number;
  readonly timeZone?: string;
}

const timeZone = {
  type: "string",
  minLength: 1,
  default: "UTC",
  title: "Time zone",
  description: "IANA name (America/New_York): at its midnight a new day is counted.",
} as const;

/** Schema of what is said about senders; the first rule that matches a sender counts. */
const senderRuleSchema: JsonSchema = Object.freeze({
  type: "object",
  additionalProperties: false,
  required: ["match"],
  properties: {
    match: {
      type: "string",
      minLength: 1,
      title: "Senders",
      description:
        "+14155550100, 12345, Acme, whatsapp:+14155550100 or a messaging service's SID; * for any characters.",
    },
    segmentsPerSecond: {
      type: "number",
      exclusiveMinimum: 0,
      title: "Segments a second",
      description: "What Twilio lets each number send. On WhatsApp and for MMS a message is one segment.",
    },
    paced: {
      type: "boolean",
      default: true,
      title: "Paced",
      description: "false: messages leave as they come, and wait in Twilio's queue.",
    },
    numbers: {
      type: "integer",
      minimum: 1,
      default: 1,
      title: "Numbers",
      description: "How many senders the messaging service has in its pool: its pace is that many times one sender's.",
    },
    dailyCap: {
      type: "integer",
      minimum: 1,
      title: "Segments a day",
      description: "No more leaves in one day; the rest waits for the next.",
    },
    timeZone,
  },
});

/** Schema of a Twilio connection's settings. */
export const twilioSettingsSchema: JsonSchema = Object.freeze({
  type: "object",
  additionalProperties: false,
  required: ["accountSid", "authToken"],
  dependentRequired: { apiKey: ["apiKeySecret"], apiKeySecret: ["apiKey"] },
  properties: {
    accountSid: {
      type: "string",
      pattern: "^AC[0-9a-fA-F]{32}$",
      title: "Account SID",
      description: "Begins with AC; on the first page of the Twilio console.",
    },
    authToken: {
      type: "string",
      minLength: 1,
      writeOnly: true,
      title: "Auth token",
      description: "Beside the account SID. It also proves that webhooks come from Twilio.",
    },
    apiKey: {
      type: "string",
      pattern: "^SK[0-9a-fA-F]{32}$",
      title: "API key SID",
      description: "Calls are made with this key in place of the auth token, which is then for webhooks only.",
    },
    apiKeySecret: {
      type: "string",
      minLength: 1,
      writeOnly: true,
      title: "API key secret",
      description: "Shown once by Twilio, when the key is made.",
    },
    secondaryAuthToken: {
      type: "string",
      minLength: 1,
      writeOnly: true,
      title: "Other auth token",
      description: "While the auth token is being replaced: webhooks signed with either are taken.",
    },
    from: {
      type: "string",
      pattern: senderPattern,
      title: "Sender",
      description: "+E.164 number, short code, alphanumeric name (11 characters), or whatsapp:+E.164.",
    },
    messagingServiceSid: {
      type: "string",
      pattern: "^MG[0-9a-fA-F]{32}$",
      title: "Messaging service SID",
      description: "Lets Twilio choose the sender. With a sender as well, the sender must be in the service's pool.",
    },
    defaultCountry: {
      type: "string",
      pattern: "^[A-Za-z]{2}$",
      title: "Default country",
      description: "ISO code (US) by which phone numbers without country code are read.",
    },
    whatsappMarginMinutes: {
      type: "integer",
      minimum: 0,
      maximum: 1_380,
      title: "WhatsApp margin",
      description: "So many minutes before WhatsApp's 24 hours are over, a template is sent; 5 when left out.",
    },
    apiUrl: {
      type: "string",
      pattern: "^https?://[^/?#@\\s]+/?$",
      default: "https://api.twilio.com",
      title: "API address",
      description: "Scheme, host and port of the API; another one than Twilio's only for a simulator.",
    },
    senders: {
      type: "array",
      maxItems: 200,
      items: senderRuleSchema,
      title: "Senders",
      description: "Pace and daily cap of senders for whom they are not as usual; the first entry that matches counts.",
    },
    dailyCap: {
      type: "integer",
      minimum: 1,
      title: "Segments a day",
      description: "No more leaves in one day by all senders together; the rest waits for the next.",
    },
    timeZone,
    checkMedia: {
      type: "boolean",
      default: true,
      title: "Look at media before they are sent",
      description:
        "Asks for the size of every file that a message carries (HEAD), and refuses what Twilio would not take: too large, or not there.",
    },
    mmsMegabytes: {
      type: "integer",
      minimum: 1,
      maximum: 100,
      default: 5,
      title: "Largest file of an MMS, in MB",
      description: "A larger file that comes with an MMS is not fetched.",
    },
    whatsappMegabytes: {
      type: "integer",
      minimum: 1,
      maximum: 100,
      default: 25,
      title: "Largest file by WhatsApp, in MB",
      description: "A larger file that comes by WhatsApp is not fetched.",
    },
    prices: {
      type: "object",
      propertyNames: { pattern: "^[A-Z]{2}(/(mms|whatsapp))?$" },
      additionalProperties: { type: "number", minimum: 0 },
      title: "Prices",
      description:
        "What you pay, for estimates and maxPrice: by country (US) for one segment of an SMS, US/mms and US/whatsapp for one message.",
    },
    currency: {
      type: "string",
      pattern: "^[A-Z]{3}$",
      default: "USD",
      title: "Currency",
      description: "ISO code of the currency of the prices.",
    },
    deleteMediaAfterFetch: {
      type: "boolean",
      default: false,
      title: "Delete media at Twilio",
      description: "Deletes files at Twilio once they have been fetched and stored here.",
    },
  },
});
