import { isJsonObject, type Json, type JsonObject } from "../../../core/json.js";
import type { AccountRequests } from "./request.js";

/** The account itself. */
export interface TwilioAccount {
  readonly sid: string;
  readonly name: string | null;
  readonly status: string;
  readonly type: string;
}

/** A phone number of the account. */
export interface TwilioNumber {
  readonly sid: string;
  readonly number: string;
  readonly name: string | null;
  readonly capabilities: readonly string[];
  readonly smsUrl: string | null;
  readonly smsMethod: string | null;
  readonly smsFallbackUrl: string | null;
  readonly smsFallbackMethod: string | null;
  readonly smsApplicationSid: string | null;
}

/** A Messaging Service with who is in it. */
export interface TwilioService {
  readonly sid: string;
  readonly name: string | null;
  readonly inboundRequestUrl: string | null;
  readonly inboundMethod: string | null;
  readonly fallbackUrl: string | null;
  readonly fallbackMethod: string | null;
  readonly useInboundWebhookOnNumber: boolean;
  readonly a2pRegistered: boolean | null;
  /** SIDs of the numbers in its pool. */
  readonly numbers: readonly string[];
  /** SIDs of the WhatsApp (and RCS) senders in it. */
  readonly channelSenders: readonly string[];
}

/** A WhatsApp sender. */
export interface TwilioWhatsAppSender {
  readonly sid: string;
  /** `whatsapp:+15005550006` */
  readonly address: string;
  readonly name: string | null;
  readonly status: string;
  readonly callbackUrl: string | null;
  readonly callbackMethod: string | null;
  readonly fallbackUrl: string | null;
  readonly fallbackMethod: string | null;
}

/** Whether messages may be sent to a country. */
export interface TwilioGeoPermission {
  readonly country: string;
  readonly enabled: boolean;
}

/** What Twilio shows of an account: facts in our words, nothing judged. Each throws the errors of a connection's `find`. */
export interface AccountApi {
  account(): Promise<TwilioAccount>;
  balance(): Promise<{ readonly amount: string; readonly currency: string }>;
  numbers(): Promise<readonly TwilioNumber[]>;
  services(): Promise<readonly TwilioService[]>;
  /** How many short codes and alphanumeric names are in a service's pool. */
  otherSenders(serviceSid: string): Promise<number>;
  whatsAppSenders(): Promise<readonly TwilioWhatsAppSender[]>;
  /** Of these countries only. */
  geoPermissions(countries: readonly string[]): Promise<readonly TwilioGeoPermission[]>;
  /** Numbers that a trial account may text. */
  verifiedNumbers(): Promise<readonly string[]>;
  updateNumber(sid: string, form: Readonly<Record<string, string>>): Promise<void>;
  updateService(sid: string, form: Readonly<Record<string, string>>): Promise<void>;
  updateWhatsAppSender(sid: string, webhook: JsonObject): Promise<void>;
}

/**
 * Makes what reads and configures one account.
 *
 * Source: https://github.com/twilio/twilio-oai (api_v2010, messaging_v1, messaging_v2, accounts_v1)
 */
export function createAccountApi(accountSid: string, requests: AccountRequests): AccountApi {
  const own = `/2010-04-01/Accounts/${accountSid}`;
  const { get, list, postForm, postJson } = requests;
  const inService = (sid: string, what: string, member: string) =>
    list("messaging", `/v1/Services/${sid}/${what}`, member);
  return {
    account: async () => toAccount(await get("api", `${own}.json`)),
    balance: async () => toBalance(await get("api", `${own}/Balance.json`)),
    numbers: async () => {
      const found = await list("api", `${own}/IncomingPhoneNumbers.json`, "incoming_phone_numbers");
      return found.map(toNumber);
    },
    services: async () => {
      const services: TwilioService[] = [];
      for (const service of await list("messaging", "/v1/Services", "services")) {
        const sid = text(service.sid) ?? "";
        const numbers = await inService(sid, "PhoneNumbers", "phone_numbers");
        const senders = await inService(sid, "ChannelSenders", "senders");
        services.push(toService(service, { numbers: sidsOf(numbers), channelSenders: sidsOf(senders) }));
      }
      return services;
    },
    otherSenders: async (sid) => {
      const shortCodes = await inService(sid, "ShortCodes", "short_codes");
      return shortCodes.length + (await inService(sid, "AlphaSenders", "alpha_senders")).length;
    },
    whatsAppSenders: async () =>
      (await list("messaging", "/v2/Channels/Senders?Channel=whatsapp", "senders")).map(toWhatsAppSender),
    geoPermissions: async (countries) => {
      const { permissions } = await get("accounts", `/v1/Messaging/GeoPermissions?CountryCode=${countries.join(",")}`);
      return Array.isArray(permissions) ? permissions.filter(isJsonObject).map(toGeoPermission) : [];
    },
    verifiedNumbers: async () => {
      const found = await list("api", `${own}/OutgoingCallerIds.json`, "outgoing_caller_ids");
      return found.flatMap(({ phone_number }) => text(phone_number) ?? []);
    },
    updateNumber: async (sid, form) => void (await postForm("api", `${own}/IncomingPhoneNumbers/${sid}.json`, form)),
    updateService: async (sid, form) => void (await postForm("messaging", `/v1/Services/${sid}`, form)),
    updateWhatsAppSender: async (sid, webhook) =>
      void (await postJson("messaging", `/v2/Channels/Senders/${sid}`, { webhook })),
  };
}

/** What is empty says as little as what is not there. */
function text(value: Json | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function sidsOf(found: readonly JsonObject[]): readonly string[] {
  return found.flatMap(({ sid }) => text(sid) ?? []);
}

function toAccount({ sid, friendly_name, status, type }: JsonObject): TwilioAccount {
  return { sid: text(sid) ?? "", name: text(friendly_name), status: text(status) ?? "", type: text(type) ?? "" };
}

function toBalance({ balance, currency }: JsonObject): { amount: string; currency: string } {
  return { amount: text(balance) ?? "", currency: text(currency) ?? "" };
}

function toNumber(number: JsonObject): TwilioNumber {
  const { capabilities } = number;
  const can = isJsonObject(capabilities) ? Object.entries(capabilities) : [];
  return {
    sid: text(number.sid) ?? "",
    number: text(number.phone_number) ?? "",
    name: text(number.friendly_name),
    capabilities: can.flatMap(([name, has]) => (has === true ? [name.toLowerCase()] : [])),
    smsUrl: text(number.sms_url),
    smsMethod: text(number.sms_method),
    smsFallbackUrl: text(number.sms_fallback_url),
    smsFallbackMethod: text(number.sms_fallback_method),
    smsApplicationSid: text(number.sms_application_sid),
  };
}

function toService(service: JsonObject, members: Pick<TwilioService, "numbers" | "channelSenders">): TwilioService {
  const registered = service.us_app_to_person_registered;
  return {
    sid: text(service.sid) ?? "",
    name: text(service.friendly_name),
    inboundRequestUrl: text(service.inbound_request_url),
    inboundMethod: text(service.inbound_method),
    fallbackUrl: text(service.fallback_url),
    fallbackMethod: text(service.fallback_method),
    useInboundWebhookOnNumber: service.use_inbound_webhook_on_number === true,
    a2pRegistered: typeof registered === "boolean" ? registered : null,
    ...members,
  };
}

function toWhatsAppSender({ sid, sender_id, status, profile, webhook }: JsonObject): TwilioWhatsAppSender {
  const urls = isJsonObject(webhook) ? webhook : {};
  return {
    sid: text(sid) ?? "",
    address: text(sender_id) ?? "",
    name: isJsonObject(profile) ? text(profile.name) : null,
    status: text(status) ?? "",
    callbackUrl: text(urls.callback_url),
    callbackMethod: text(urls.callback_method),
    fallbackUrl: text(urls.fallback_url),
    fallbackMethod: text(urls.fallback_method),
  };
}

function toGeoPermission({ country_code, enabled }: JsonObject): TwilioGeoPermission {
  return { country: text(country_code) ?? "", enabled: enabled === true };
}
