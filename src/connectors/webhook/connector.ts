import type { Connector, Reception, WebhookRequest } from "../../core/connector.js";
import { PatchbayError } from "../../core/errors.js";
import type { Concern, Inspection } from "../../core/inspection.js";
import { defineConnector, toReception, type Webhook } from "../define-connector.js";
import { isPing, readDelivery } from "./read-delivery.js";
import { problemOf, type WebhookSettings, webhookSettingsSchema } from "./settings.js";
import { requireVerified } from "./verify.js";

/** Some senders take nothing but 200 for an answer to their trial of the address. */
const heard = Object.freeze({ contentType: "text/plain; charset=utf-8", body: "" });

/** Makes the connector for systems that call us: what they hand over, once it is proven theirs, starts flows. */
export function createWebhookConnector({ now }: { now: () => number }): Connector {
  return defineConnector<WebhookSettings, null>({
    key: "webhook",
    title: "Webhook",
    settings: webhookSettingsSchema,
    endpoints: [],
    webhooks: [inWebhook(now)],
    connect: (settings) => {
      const problem = problemOf(settings);
      if (problem !== null) throw new PatchbayError("ENDPOINT_MISCONFIGURED", `Webhook settings: ${problem}`);
      return null;
    },
    inspect: async (_client, settings) => inspectionOf(settings),
  });
}

function inWebhook(now: () => number): Webhook<WebhookSettings> {
  return Object.freeze({
    key: "in",
    title: "What the sender calls",
    enteredAs: "at the sender: the delivery URL of its webhook, in JSON",
    delivers: true,
    receive: (request: WebhookRequest, settings: WebhookSettings) => receive(request, settings, now()),
  });
}

function receive(request: WebhookRequest, settings: WebhookSettings, now: number): Reception {
  // Believed in nothing: it is answered, and that is all.
  if (isPing(request, settings)) return toReception({ answer: heard });
  requireVerified(request, settings, now);
  return toReception({ deliveries: [readDelivery(request, settings)], answer: heard });
}

const unverified: Concern = {
  code: "webhook-unverified",
  level: "problem",
  about: null,
  message: "Nothing proves who calls (verification: none): whoever learns the address can make up orders",
  remedy: "Set verification to hmac, header or basic, as the sender offers it.",
};

const rotating: Concern = {
  code: "secret-being-replaced",
  level: "note",
  about: null,
  message: "Two secrets hold (otherSecret)",
  remedy: "Remove the old one when the sender uses the new one.",
};

/** The sender cannot be asked; what is known is how it is told from others. */
function inspectionOf({ verification, otherSecret }: WebhookSettings): Inspection {
  const concerns = [...(verification === "none" ? [unverified] : []), ...(otherSecret === undefined ? [] : [rotating])];
  return { account: null, senders: [], concerns };
}
