import type { Connector } from "../core/connector.js";
import type { Http } from "../http/http.js";
import { loadTwilio } from "./twilio/client.js";
import { createTwilioConnector } from "./twilio/connector.js";

/** Makes every connector this version ships, by key. They share the one outbound client. */
export function createConnectors({ http }: { http: Http }): ReadonlyMap<string, Connector> {
  const connectors = [createTwilioConnector({ http })];
  return new Map(connectors.map((connector) => [connector.key, connector]));
}

/**
 * Loads the vendors' libraries, which the first call of each would otherwise wait for (Twilio's takes 250 ms).
 * Worth doing when a server starts; doing it twice costs nothing.
 */
export async function warmUpConnectors(): Promise<void> {
  await loadTwilio();
}
