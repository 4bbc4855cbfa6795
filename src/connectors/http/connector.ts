import type { Connector } from "../../core/connector.js";
import type { Http } from "../../http/http.js";
import { defineConnector } from "../define-connector.js";
import { createHttpClient, type HttpClient } from "./client.js";
import { request } from "./endpoints/request.js";
import { type HttpSettings, httpSettingsSchema, refuseContradictions } from "./settings.js";

/** Makes the connector for any API over HTTP. */
export function createHttpConnector({ http, now = Date.now }: { http: Http; now?: () => number }): Connector {
  return defineConnector<HttpSettings, HttpClient>({
    key: "http",
    title: "HTTP",
    settings: httpSettingsSchema,
    endpoints: [request],
    webhooks: [],
    connect: (settings) => {
      refuseContradictions(settings);
      return createHttpClient(settings, http, now);
    },
  });
}
