import type { Connector } from "../core/connector.js";
import type { Http } from "../http/http.js";
import { createEmailConnector } from "./email/connector.js";
import { createHttpConnector } from "./http/connector.js";
import { createTwilioConnector } from "./twilio/connector.js";
import { createWebhookConnector } from "./webhook/connector.js";

/** Makes every connector this version ships, by key. They share the one outbound client. */
export function createConnectors({ http }: { http: Http }): ReadonlyMap<string, Connector> {
  const connectors = [
    createTwilioConnector({ http }),
    createEmailConnector({ http }),
    createHttpConnector({ http }),
    createWebhookConnector({ now: Date.now }),
  ];
  return new Map(connectors.map((connector) => [connector.key, connector]));
}
