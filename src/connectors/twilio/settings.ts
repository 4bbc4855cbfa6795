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
  readonly whatsappMarginMinutes?: number;
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
  },
});
