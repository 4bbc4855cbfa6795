import { createHttpConnector } from "../../../src/connectors/http/connector.js";
import type { CallResult, Connection, Connector } from "../../../src/core/connector.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import { openHttp } from "../../../src/http/open-http.js";

/** The outbound client as the app opens it, with the server's own machine allowed. */
export function openLoopback(timeoutMs = 5_000): Http {
  return openHttp({
    timeoutMs,
    maxResponseBytes: 1_048_576,
    allow: ["127.0.0.1"],
    userAgent: "patchbay/test",
  });
}

/** A connection of the connector `http`; the connector is made once for a client, as in the app. */
export function openConnection(http: Http, settings: JsonObject, now?: () => number): Connection {
  if (now !== undefined) return createHttpConnector({ http, now }).open(settings);
  const connector = connectors.get(http) ?? createHttpConnector({ http });
  connectors.set(http, connector);
  return connector.open(settings);
}

const connectors = new WeakMap<Http, Connector>();

/** Prepares and makes one call, as the engine does. */
export async function request(connection: Connection, payload: JsonObject, effectId = "eff_1"): Promise<CallResult> {
  const prepared = connection.prepare("request", payload);
  return connection.send("request", prepared.request, { effectId, callbackUrl: null });
}
