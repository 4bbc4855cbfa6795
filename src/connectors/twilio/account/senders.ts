import type { InspectedSender, SenderWebhook } from "../../../core/inspection.js";
import { toSenderAddress, toText } from "../address.js";
import type { TwilioSettings } from "../settings.js";
import type { TwilioNumber, TwilioService, TwilioWhatsAppSender } from "./account-api.js";

/** What an account can send from, as Twilio has it. */
export interface TwilioSenders {
  readonly numbers: readonly TwilioNumber[];
  readonly services: readonly TwilioService[];
  readonly whatsApp: readonly TwilioWhatsAppSender[];
}

/** Gives the sender of the settings as Twilio writes it; null when they name none. */
export function ownSender({ from, defaultCountry }: TwilioSettings): string | null {
  return from === undefined || from === "" ? null : toText(toSenderAddress(from, defaultCountry ?? null));
}

/** Puts numbers, services and WhatsApp senders side by side: where each hands over what comes in, and which we send from. */
export function toSenders(found: TwilioSenders, settings: TwilioSettings): InspectedSender[] {
  return [
    ...found.numbers.map((number) => fromNumber(number, found, settings)),
    ...found.services.map((service) => fromService(service, found, settings)),
    ...found.whatsApp.map((sender) => fromWhatsApp(sender, found, settings)),
  ];
}

function fromNumber(number: TwilioNumber, { services }: TwilioSenders, settings: TwilioSettings): InspectedSender {
  const service = services.find(({ numbers }) => numbers.includes(number.sid)) ?? null;
  const isHandled = service !== null && !service.useInboundWebhookOnNumber;
  const { sid, smsUrl, smsMethod, smsFallbackUrl, smsFallbackMethod, smsApplicationSid } = number;
  const insteadOf = smsApplicationSid === null ? null : `the application ${smsApplicationSid}`;
  return {
    id: sid,
    kind: "number",
    address: number.number,
    name: number.name,
    capabilities: number.capabilities,
    status: null,
    memberOf: service?.sid ?? null,
    used: ownSender(settings) === number.number || (service !== null && isOwn(service, settings)),
    webhooks:
      isHandled || !number.capabilities.includes("sms")
        ? []
        : [
            slot("inbound", "SmsUrl", { url: smsUrl, method: smsMethod, insteadOf }),
            slot("fallback", "SmsFallbackUrl", { url: smsFallbackUrl, method: smsFallbackMethod, insteadOf }),
          ],
  };
}

function fromService(service: TwilioService, { numbers }: TwilioSenders, settings: TwilioSettings): InspectedSender {
  const own = numbers.find(({ number }) => number === ownSender(settings));
  const { sid, inboundRequestUrl, inboundMethod, fallbackUrl, fallbackMethod } = service;
  return {
    id: sid,
    kind: "service",
    address: sid,
    name: service.name,
    capabilities: [],
    status: null,
    memberOf: null,
    // Answers to our number come in by the service that has the word for it.
    used: isOwn(service, settings) || (own !== undefined && service.numbers.includes(own.sid)),
    webhooks: service.useInboundWebhookOnNumber
      ? []
      : [
          slot("inbound", "InboundRequestUrl", { url: inboundRequestUrl, method: inboundMethod }),
          slot("fallback", "FallbackUrl", { url: fallbackUrl, method: fallbackMethod }),
        ],
  };
}

function fromWhatsApp(
  sender: TwilioWhatsAppSender,
  { services }: TwilioSenders,
  settings: TwilioSettings,
): InspectedSender {
  const { sid, address, name, status } = sender;
  const service = services.find(({ channelSenders }) => channelSenders.includes(sid)) ?? null;
  return {
    ...{ id: sid, kind: "whatsapp", address, name, status, memberOf: service?.sid ?? null },
    capabilities: ["whatsapp"],
    used: ownSender(settings) === address,
    webhooks: [
      slot("inbound", "webhook.callback_url", { url: sender.callbackUrl, method: sender.callbackMethod }),
      slot("fallback", "webhook.fallback_url", { url: sender.fallbackUrl, method: sender.fallbackMethod }),
    ],
  };
}

function isOwn({ sid }: TwilioService, { messagingServiceSid }: TwilioSettings): boolean {
  return sid === messagingServiceSid;
}

/** Twilio enters an example of its own at a number that is bought. */
const EXAMPLE = /^https?:\/\/demo\.twilio\.com\//;

interface Entered {
  readonly url: string | null;
  readonly method: string | null;
  readonly insteadOf?: string | null;
}

function slot(webhook: string, field: string, { url, method, insteadOf = null }: Entered): SenderWebhook {
  const entered = url === null ? { url, method: null } : { url: withoutPassword(url), method };
  return { webhook, field, ...entered, placeholder: url !== null && EXAMPLE.test(url), insteadOf };
}

/** An address may carry a login of another system. */
function withoutPassword(url: string): string {
  return url.replace(/^(https?:\/\/[^/:@]*):[^/@]*@/, "$1:…@");
}
