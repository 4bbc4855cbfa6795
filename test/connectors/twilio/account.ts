import { createTwilioConnector } from "../../../src/connectors/twilio/connector.js";
import type { Connection } from "../../../src/core/connector.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import { openHttp } from "../../../src/http/open-http.js";

export const accountSid = "AC0123456789abcdef0123456789ABCDEF";
export const authToken = "5ecre7t0ken5ecre7t0ken5ecre7t0ke";
export const messagingServiceSid = `MG${"a".repeat(32)}`;

/** A client that may call this machine only. */
export function openTestHttp(timeoutMs = 5_000): Http {
  return openHttp({ timeoutMs, maxResponseBytes: 100_000, allow: ["127.0.0.1"], userAgent: "patchbay-test" });
}

/** A connection to the test account. */
export function openAccount(http: Http, settings: JsonObject = {}): Connection {
  return createTwilioConnector({ http }).open({ accountSid, authToken, checkMedia: false, ...settings });
}
