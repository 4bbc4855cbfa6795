import { PatchbayError } from "../../core/errors.js";
import { messageStatuses } from "../../core/message.js";
import { foresee } from "../../engine/foresee.js";
import type { ApiDeps } from "../api-deps.js";
import { estimateRequest, message, messageEstimate, toEstimateView, toMessageView } from "../contract/message.js";
import { pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { described, object, oneOf, text } from "../contract/schema.js";
import { aboutMembers, requireDataTypeWithKey } from "../filters.js";
import { meantConnection } from "../meant-connection.js";
import { defineRoute, type Route } from "../route.js";

const filters = {
  status: oneOf(messageStatuses),
  to: described("Recipient in E.164, `+` is %2B in a URL; or an e-mail address in lower case.", text()),
  runId: text(),
  ...aboutMembers,
};

/** Messages that Patchbay sent, newest first. */
export function messageRoutes({ store, engine, installer }: Pick<ApiDeps, "store" | "engine" | "installer">): Route[] {
  const list = defineRoute({
    id: "list-messages",
    method: "GET",
    path: "/api/v1/messages",
    may: "messages:read",
    tag: "Messages",
    summary: "List messages, newest first",
    query: object({}, { ...pagingMembers, ...filters }),
    answers: { 200: pageOf(message) },
    errors: [],
    async handle({ query }) {
      requireDataTypeWithKey(query);
      const { cursor: _cursor, limit: _limit, ...filter } = query;
      return { status: 200, body: toPageView(await store.messages.list(filter, toPaging(query)), toMessageView) };
    },
  });
  const get = defineRoute({
    id: "get-message",
    method: "GET",
    path: "/api/v1/messages/{id}",
    may: "messages:read",
    tag: "Messages",
    summary: "Get a message by its id or by the vendor's (Twilio's SID)",
    answers: { 200: message },
    errors: ["MESSAGE_UNKNOWN"],
    async handle({ params: { id } }) {
      const found = (await store.messages.get(id)) ?? (await store.messages.getByVendorId(id));
      if (found === null) throw new PatchbayError("MESSAGE_UNKNOWN", `There is no message ${id.slice(0, 100)}`);
      return { status: 200, body: toMessageView(found) };
    },
  });
  const cancel = defineRoute({
    id: "cancel-message",
    method: "POST",
    path: "/api/v1/messages/{id}/cancel",
    may: "messages:cancel",
    tag: "Messages",
    summary: "Have the vendor take a scheduled message back; nothing changes when it did before",
    answers: { 200: message },
    errors: [
      ...(["MESSAGE_UNKNOWN", "MESSAGE_NOT_SCHEDULED", "CONNECTION_UNKNOWN"] as const),
      ...(["ENDPOINT_REFUSED", "ENDPOINT_UNREACHABLE", "ENDPOINT_MISCONFIGURED", "ENDPOINT_BUSY"] as const),
    ],
    async handle({ params: { id } }) {
      return { status: 200, body: toMessageView(await engine.cancelMessage(id)) };
    },
  });
  return [list, get, estimateRoute({ store, installer }), cancel];
}

function estimateRoute({ store, installer }: Pick<ApiDeps, "store" | "installer">): Route {
  return defineRoute({
    id: "estimate-message",
    method: "POST",
    path: "/api/v1/message-estimates",
    may: "messages:estimate",
    tag: "Messages",
    summary: "Check a message and count its segments and price, without keeping or sending anything",
    body: estimateRequest,
    answers: { 200: messageEstimate },
    errors: [
      ...([
        "CONNECTION_UNKNOWN",
        "FLOW_UNKNOWN",
        "ENDPOINT_UNKNOWN",
        "PAYLOAD_INVALID",
        "PHONE_MISSING",
        "PHONE_INVALID",
      ] as const),
      ...(["SENDER_MISSING", "MESSAGE_EMPTY", "MESSAGE_TOO_LONG", "MEDIA_INVALID", "ENDPOINT_MISCONFIGURED"] as const),
    ],
    async handle({ body: { connection, endpoint = "send-message", flow, payload } }) {
      const open = meantConnection({ connection, endpoint, flow }, installer.catalog());
      const prepared = open.connection.prepare(endpoint, payload);
      const { message: draft, price = null } = prepared;
      if (draft !== null) {
        const foreseen = await foresee({ connection: open.name, prepared, message: draft }, { store, now: store.now });
        const isSame = foreseen.instead === null;
        return { status: 200, body: toEstimateView(open.name, foreseen, isSame ? price : null) };
      }
      throw new PatchbayError("ENDPOINT_UNKNOWN", `${open.connector.key}/${endpoint} sends no message`);
    },
  });
}
