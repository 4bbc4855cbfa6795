import type { JsonSchema } from "../../core/json.js";
import { senderPattern } from "./address.js";

/** One Twilio account, as a connection names it. */
export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** Also signs webhooks, while the token is being replaced. */
  readonly secondaryAuthToken?: string;
  readonly from?: string;
  readonly messagingServiceSid?: string;
  readonly defaultCountry?: string;
  readonly apiUrl: string;
  readonly checkMedia: boolean;
  readonly mmsMegabytes: number;
  readonly whatsappMegabytes: number;
  readonly deleteMediaAfterFetch: boolean;
  /** By country, with `/mms` or `/whatsapp` behind it where it is not the price of an SMS segment. */
  readonly prices?: Readonly<Record<string, number>>;
  readonly currency: string;
}

/** Schema of a Twilio connection's settings. */
export const twilioSettingsSchema: JsonSchema = Object.freeze({
  type: "object",
  additionalProperties: false,
  required: ["accountSid", "authToken"],
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
    apiUrl: {
      type: "string",
      pattern: "^https?://[^/?#@\\s]+/?$",
      default: "https://api.twilio.com",
      title: "API address",
      description: "Scheme, host and port of the API; another one than Twilio's only for a simulator.",
    },
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
