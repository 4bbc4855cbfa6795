import type { Connector } from "../../core/connector.js";
import { PatchbayError } from "../../core/errors.js";
import type { Http } from "../../http/http.js";
import { isCountry } from "../../phone/phone.js";
import { defineConnector } from "../define-connector.js";
import { createTwilioClient, type TwilioClient } from "./client.js";
import { sendMessage } from "./endpoints/send-message.js";
import { type TwilioSettings, twilioSettingsSchema } from "./settings.js";
import { fallbackWebhook, inboundWebhook } from "./webhooks/inbound.js";
import { statusWebhook } from "./webhooks/status.js";
import { templateWish } from "./whatsapp/template.js";

/** Makes the connector for Twilio: messages out, their delivery and their replies back. */
export function createTwilioConnector({ http }: { http: Http }): Connector {
  return defineConnector<TwilioSettings, TwilioClient>({
    key: "twilio",
    title: "Twilio",
    settings: twilioSettingsSchema,
    endpoints: [sendMessage],
    webhooks: [statusWebhook, inboundWebhook, fallbackWebhook],
    templates: {
      wanted: ({ from }) => from?.startsWith("whatsapp:") === true,
      wish: templateWish,
      fetch: (client) => client.fetchTemplates(),
    },
    connect: (settings) => {
      refuseUnknownCountry(settings);
      return createTwilioClient(settings, http);
    },
  });
}

function refuseUnknownCountry({ defaultCountry }: TwilioSettings): void {
  if (defaultCountry === undefined || isCountry(defaultCountry.toUpperCase())) return;
  throw new PatchbayError(
    "ENDPOINT_MISCONFIGURED",
    `Twilio settings: /defaultCountry "${defaultCountry}" is not a country code such as US or DE`,
  );
}
