import { defineEndpoint } from "../../define-connector.js";
import type { HttpClient } from "../client.js";
import { type RequestPayload, requestPayloadSchema } from "../payload.js";
import { prepareRequest } from "../prepare-request.js";
import type { HttpSettings } from "../settings.js";

/** Makes any request to the connection's API, and gives its answer: `status`, `headers` and `body`. */
export const request = defineEndpoint<HttpClient, HttpSettings, RequestPayload>({
  key: "request",
  title: "Make a request",
  onRepeat: "duplicate", // of a POST; every prepared call says it for itself
  payload: requestPayloadSchema,
  prepare: prepareRequest,
  send: (client, kept, context) => client.send(kept, context),
});
