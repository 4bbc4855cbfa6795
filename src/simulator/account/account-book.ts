import { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import { countryOf } from "../../phone/country.js";
import type { Account } from "../accounts.js";
import { splitAddress } from "../addresses.js";
import { apiVersion, toIso8601, toRfc2822 } from "../message-resource.js";
import { Refusal } from "../twilio-errors.js";
import type { InboundUrls } from "../virtual-text.js";
import type { AccountChanges, AccountSetup, NumberSetup, ServiceSetup, WhatsAppSetup } from "./account-setup.js";

/** Who takes what is sent to a number. */
export interface Handler {
  /** Null when what is sent there is dropped. */
  readonly urls: InboundUrls | null;
  readonly messagingServiceSid: string | null;
}

/** How a Messaging Service sends. */
export interface ServiceSender {
  /** Null when nothing is in its pool. */
  readonly number: string | null;
  /** For messages that bring none of their own. */
  readonly statusCallback: string | null;
}

/** Everything that a simulated account is and has, as Twilio's resources. */
export interface AccountBook {
  readonly setup: AccountSetup;
  numbers(): readonly JsonObject[];
  services(): readonly JsonObject[];
  whatsApp(): readonly JsonObject[];
  /** The numbers in a service's pool. */
  inService(serviceSid: string): readonly JsonObject[];
  /** Replaces members of a resource of this book, and says that it was updated now. */
  update(resource: JsonObject, members: JsonObject): JsonObject;
  /**
   * Who takes what is sent to this address (`whatsapp:+1…` too); null when nothing is configured for it.
   *
   * @throws REQUEST_INVALID where it is entered in a way that the simulator does not follow: by another method, by an application
   */
  handlerOf(address: string): Handler | null;
  /** Who sends for a Messaging Service and where its messages are followed; null for one that is not known. */
  senderOf(serviceSid: string): ServiceSender | null;
  /** Whether messages to this number's country are switched off. */
  isOff(number: string): boolean;
  /** Replaces parts of the account; resources keep what was configured only where they are not replaced. */
  change(changes: AccountChanges): AccountSetup;
}

interface BookParts {
  readonly account: Account;
  readonly ownedNumbers: readonly string[];
  readonly now: () => Date;
  /** Gives 32 hexadecimal digits that were never given before. */
  readonly newHex: () => string;
}

/** Where Twilio has Messaging Services and channel senders. */
export const messagingHost = "https://messaging.twilio.com";

/** Opens the book of an account: the numbers that may be used as From, and nothing else. */
export function openAccountBook(parts: BookParts): AccountBook {
  let setup: AccountSetup = { ...initial, numbers: parts.ownedNumbers.map((number) => toNumberSetup({ number })) };
  let numbers = setup.numbers.map((number) => toNumber(number, parts));
  let services: JsonObject[] = [];
  let whatsApp: JsonObject[] = [];

  function inService(serviceSid: string): readonly JsonObject[] {
    const pool = setup.services.find(({ sid }) => sid === serviceSid)?.numbers ?? [];
    return numbers.filter(({ phone_number }) => pool.includes(String(phone_number)));
  }

  function serviceOf(number: string): JsonObject | null {
    const found = setup.services.find((service) => service.numbers.includes(number));
    return services.find(({ sid }) => sid === found?.sid) ?? null;
  }

  return {
    get setup() {
      return setup;
    },
    numbers: () => numbers,
    services: () => services,
    whatsApp: () => whatsApp,
    inService,
    update: (resource, members) => {
      const date = numbers.includes(resource) ? toRfc2822(parts.now()) : toIso8601(parts.now());
      return Object.assign(resource, members, "date_updated" in resource ? { date_updated: date } : {});
    },
    handlerOf: (address) => {
      const { channel, number } = splitAddress(address);
      const sender = channel === "whatsapp" ? whatsApp.find(({ sender_id }) => sender_id === address) : undefined;
      if (sender !== undefined) return handlerOfWhatsApp(sender);
      const resource = numbers.find(({ phone_number }) => phone_number === number);
      if (channel !== "sms" || resource === undefined) return null;
      const service = serviceOf(number);
      const sid = service === null ? null : String(service.sid);
      if (service === null || service.use_inbound_webhook_on_number === true) {
        refuseApplication(resource.sms_application_sid);
        const urls = urlsOf(resource, ["sms_url", "sms_method"], ["sms_fallback_url", "sms_fallback_method"]);
        return urls === null ? null : { urls, messagingServiceSid: sid };
      }
      const urls = urlsOf(service, ["inbound_request_url", "inbound_method"], ["fallback_url", "fallback_method"]);
      return { urls, messagingServiceSid: sid };
    },
    senderOf: (serviceSid) => {
      const known = setup.services.find(({ sid }) => sid === serviceSid);
      if (known === undefined) return null;
      const { status_callback: url } = services.find(({ sid }) => sid === serviceSid) ?? {};
      return { number: known.numbers[0] ?? null, statusCallback: typeof url === "string" && url !== "" ? url : null };
    },
    isOff: (number) => setup.countriesOff.includes(countryOf(number) ?? ""),
    change: (changes) => {
      setup = complete(setup, changes);
      if (changes.numbers) numbers = setup.numbers.map((number) => toNumber(number, parts));
      if (changes.services) services = setup.services.map((service) => toService(service, parts));
      if (changes.whatsApp) whatsApp = setup.whatsApp.map((sender) => toWhatsApp(sender, parts));
      return setup;
    },
  };
}

const initial: AccountSetup = {
  ...{ name: "Patchbay simulator", type: "Full", status: "active", balance: "100.00" },
  ...{ numbers: [], services: [], whatsApp: [], countriesOff: [], verified: [], hidden: [] },
};

function complete(before: AccountSetup, { numbers, services, whatsApp, ...others }: AccountChanges): AccountSetup {
  return {
    ...before,
    ...others,
    numbers: numbers?.map(toNumberSetup) ?? before.numbers,
    services: services?.map(toServiceSetup) ?? before.services,
    whatsApp:
      whatsApp?.map(({ number, status = "ONLINE", callbackUrl = null }) => ({ number, status, callbackUrl })) ??
      before.whatsApp,
  };
}

function toNumberSetup(given: Pick<NumberSetup, "number"> & Partial<NumberSetup>): NumberSetup {
  const capabilities = ["voice", "sms", "mms"];
  return { name: given.number, capabilities, smsUrl: "", smsFallbackUrl: "", smsApplicationSid: "", ...given };
}

function toServiceSetup(given: Pick<ServiceSetup, "sid"> & Partial<ServiceSetup>): ServiceSetup {
  const standard = { numbers: [], inboundRequestUrl: null, useInboundWebhookOnNumber: false, a2pRegistered: true };
  return { name: given.sid, ...standard, advancedOptOut: false, stopWords: [], ...given };
}

function toNumber(setup: NumberSetup, { account: { accountSid }, now, newHex }: BookParts): JsonObject {
  const sid = `PN${newHex()}`;
  const can = (what: string): boolean => setup.capabilities.includes(what);
  const createdAt = toRfc2822(now());
  return {
    sid,
    account_sid: accountSid,
    phone_number: setup.number,
    friendly_name: setup.name,
    capabilities: { voice: can("voice"), sms: can("sms"), mms: can("mms"), fax: can("fax") },
    sms_url: setup.smsUrl,
    sms_method: "POST",
    sms_fallback_url: setup.smsFallbackUrl,
    sms_fallback_method: "POST",
    sms_application_sid: setup.smsApplicationSid,
    status_callback: "",
    status_callback_method: "POST",
    ...{ voice_url: null, voice_method: "POST", voice_fallback_url: null, voice_fallback_method: "POST" },
    ...{ voice_application_sid: "", voice_caller_id_lookup: false, voice_receive_mode: "voice", trunk_sid: null },
    ...{ emergency_status: "Inactive", emergency_address_sid: null, emergency_address_status: "unregistered" },
    ...{ address_sid: null, address_requirements: "none", identity_sid: null, bundle_sid: null },
    ...{ origin: "twilio", beta: false, type: "local", status: "in-use" },
    api_version: apiVersion,
    date_created: createdAt,
    date_updated: createdAt,
    uri: `/${apiVersion}/Accounts/${accountSid}/IncomingPhoneNumbers/${sid}.json`,
  };
}

function toService(setup: ServiceSetup, { account: { accountSid }, now }: BookParts): JsonObject {
  const createdAt = toIso8601(now());
  const url = `${messagingHost}/v1/Services/${setup.sid}`;
  return {
    sid: setup.sid,
    account_sid: accountSid,
    friendly_name: setup.name,
    inbound_request_url: setup.inboundRequestUrl,
    inbound_method: "POST",
    fallback_url: null,
    fallback_method: "POST",
    status_callback: null,
    use_inbound_webhook_on_number: setup.useInboundWebhookOnNumber,
    us_app_to_person_registered: setup.a2pRegistered,
    ...{ sticky_sender: true, mms_converter: true, smart_encoding: false, fallback_to_long_code: false },
    ...{ area_code_geomatch: false, scan_message_content: "inherit", synchronous_validation: false },
    ...{ validity_period: 36_000, usecase: "undeclared", date_created: createdAt, date_updated: createdAt, url },
    links: {
      phone_numbers: `${url}/PhoneNumbers`,
      short_codes: `${url}/ShortCodes`,
      alpha_senders: `${url}/AlphaSenders`,
      channel_senders: `${url}/ChannelSenders`,
    },
  };
}

function toWhatsApp({ number, status, callbackUrl }: WhatsAppSetup, { newHex }: BookParts): JsonObject {
  const sid = `XE${newHex()}`;
  return {
    sid,
    sender_id: `whatsapp:${number}`,
    status,
    profile: { ...emptyProfile, name: "Patchbay simulator" },
    webhook: {
      ...{ callback_url: callbackUrl, callback_method: "POST", fallback_url: null, fallback_method: "POST" },
      ...{ status_callback_url: null, status_callback_method: "POST" },
    },
    configuration: {
      ...{ waba_id: "1", verification_method: "sms", verification_code: null },
      ...{ voice_application_sid: null, account_type: null },
    },
    properties: { quality_rating: "HIGH", messaging_limit: "1K Customers/24hr" },
    ...{ offline_reasons: null, compliance: null },
    url: `${messagingHost}/v2/Channels/Senders/${sid}`,
  };
}

const emptyProfile = {
  ...{ about: null, address: null, description: null, vertical: null, accent_color: null },
  ...{ logo_url: null, banner_url: null, privacy_url: null, terms_of_service_url: null },
  ...{ websites: null, emails: null, phone_numbers: null },
};

/** Gives the resource with a SID. @throws Refusal 20404 */
export function requireResource(resources: readonly JsonObject[], sid = ""): JsonObject {
  const resource = resources.find((one) => one.sid === sid);
  if (resource === undefined) throw new Refusal(20404, sid);
  return resource;
}

function handlerOfWhatsApp({ webhook }: JsonObject): Handler | null {
  const entered = (webhook ?? {}) as JsonObject;
  const urls = urlsOf(entered, ["callback_url", "callback_method"], ["fallback_url", "fallback_method"]);
  return urls === null ? null : { urls, messagingServiceSid: null };
}

type Named = readonly [url: string, method: string];

function urlsOf(entered: JsonObject, inbound: Named, fallback: Named): InboundUrls | null {
  const url = urlOf(entered, inbound);
  return url === null ? null : { url, fallbackUrl: urlOf(entered, fallback) };
}

function urlOf(entered: JsonObject, [name, methodName]: Named): string | null {
  const { [name]: url, [methodName]: method } = entered;
  if (typeof url !== "string" || url === "") return null;
  if (method === "POST" || method === null) return url;
  throw unfollowed(`${url} is to be called by ${method}, and the simulator hands texts over by POST only`);
}

function refuseApplication(sid: unknown): void {
  if (typeof sid !== "string" || sid === "") return;
  throw unfollowed(`An application is entered at the number (${sid}), and the simulator has none`);
}

function unfollowed(message: string): PatchbayError {
  return new PatchbayError("REQUEST_INVALID", message);
}
