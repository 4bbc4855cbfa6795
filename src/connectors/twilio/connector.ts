import type { Connector } from "../../core/connector.js";
import { PatchbayError } from "../../core/errors.js";
import type { Http } from "../../http/http.js";
import { isCountry } from "../../phone/phone.js";
import { defineConnector } from "../define-connector.js";
import { type AccountApi, createAccountApi } from "./account/account-api.js";
import { enterWebhooks } from "./account/enter-webhooks.js";
import { inspectAccount } from "./account/inspect.js";
import { createAccountRequests } from "./account/request.js";
import { createTwilioClient, type TwilioClient } from "./client.js";
import { cancelMessage } from "./endpoints/cancel-message.js";
import { fetchMessage } from "./endpoints/fetch-message.js";
import { sendMessage } from "./endpoints/send-message.js";
import { openMediaDesk } from "./media-desk.js";
import { openMessageDesk } from "./message-desk.js";
import { type TwilioSettings, twilioSettingsSchema } from "./settings.js";
import { fallbackWebhook, inboundWebhook } from "./webhooks/inbound.js";
import { statusWebhook } from "./webhooks/status.js";
import { templateWish } from "./whatsapp/template.js";

/** What one connection calls Twilio by: for messages, and for the account itself. */
interface TwilioReach extends TwilioClient {
  readonly account: AccountApi;
}

/** Makes the connector for Twilio: messages out, their delivery and their replies back. */
export function createTwilioConnector({ http }: { http: Http }): Connector {
  return defineConnector<TwilioSettings, TwilioReach>({
    key: "twilio",
    title: "Twilio",
    settings: twilioSettingsSchema,
    endpoints: [sendMessage, cancelMessage, fetchMessage],
    webhooks: [statusWebhook, inboundWebhook, fallbackWebhook],
    messages: openMessageDesk,
    media: (_client, settings) => openMediaDesk(settings, http),
    templates: {
      wanted: ({ from }) => from?.startsWith("whatsapp:") === true,
      wish: templateWish,
      fetch: (client) => client.fetchTemplates(),
    },
    connect: (settings) => {
      refuseUnknownCountry(settings);
      refuseUnknownTimeZones(settings);
      const account = createAccountApi(settings.accountSid, createAccountRequests(settings, http));
      return { ...createTwilioClient(settings, http), account };
    },
    inspect: ({ account }, settings) => inspectAccount(account, settings),
    enterWebhooks: ({ account }, sender, urls) => enterWebhooks(account, sender, urls),
  });
}

function refuseUnknownTimeZones({ timeZone, senders = [] }: TwilioSettings): void {
  const named = senders.map((rule, index) => [`/senders/${index}/timeZone`, rule.timeZone] as const);
  for (const [path, name] of [["/timeZone", timeZone] as const, ...named]) {
    if (name === undefined || isTimeZone(name)) continue;
    throw new PatchbayError(
      "ENDPOINT_MISCONFIGURED",
      `Twilio settings: ${path} "${name}" is not a time zone such as UTC`,
    );
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function refuseUnknownCountry({ defaultCountry }: TwilioSettings): void {
  if (defaultCountry === undefined || isCountry(defaultCountry.toUpperCase())) return;
  throw new PatchbayError(
    "ENDPOINT_MISCONFIGURED",
    `Twilio settings: /defaultCountry "${defaultCountry}" is not a country code such as US or DE`,
  );
}
