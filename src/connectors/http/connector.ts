import type { Connector } from "../../core/connector.js";
import type { DeclaredEndpoints } from "../../core/declared-endpoint.js";
import type { Http } from "../../http/http.js";
import { defineConnector } from "../define-connector.js";
import { createHttpClient, type HttpClient } from "./client.js";
import { declareEndpoints } from "./declared.js";
import { request } from "./endpoints/request.js";
import { type HttpSettings, httpSettingsSchema, refuseContradictions } from "./settings.js";

/** Makes the connector for any API over HTTP. */
export function createHttpConnector({ http, now = Date.now }: { http: Http; now?: () => number }): Connector {
  // Every step of a flow that is checked asks for its connection's.
  const declared = new WeakMap<DeclaredEndpoints, ReturnType<typeof declareEndpoints>>();
  return defineConnector<HttpSettings, HttpClient>({
    key: "http",
    title: "HTTP",
    settings: httpSettingsSchema,
    endpoints: [request],
    webhooks: [],
    declare: (endpoints) => {
      const known = declared.get(endpoints) ?? declareEndpoints(endpoints);
      declared.set(endpoints, known);
      return known;
    },
    connect: (settings) => {
      refuseContradictions(settings);
      return createHttpClient(settings, http, now);
    },
  });
}
