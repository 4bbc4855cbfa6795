import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { type ApiRequest, toJsonObject } from "../api-request.js";
import { found, type Operation } from "../operation.js";
import { newerPage } from "../paging.js";
import { choice, type Parameter, type Parameters, paging, text, webAddress } from "../parameters.js";
import { Refusal } from "../twilio-errors.js";
import { messagingHost, requireResource } from "./account-book.js";

const path = "/v2/Channels/Senders";

const webhookMembers: Parameters = {
  ...{ callback_url: webAddress, callback_method: choice("POST", "PUT") },
  ...{ fallback_url: webAddress, fallback_method: choice("POST", "PUT") },
  ...{ status_callback_url: webAddress, status_callback_method: text },
};

/** What Twilio takes and the simulator does not simulate: refused, so that nobody believes it was done. */
const notSimulated = ["configuration", "profile"];

/** WhatsApp senders. Source: https://www.twilio.com/docs/whatsapp/api/senders */
export const senderOperations: readonly Operation[] = [
  {
    ...{ name: "ListChannelsSender", method: "GET", path, part: "Senders" },
    query: { ...paging, Channel: choice("whatsapp", "rcs") },
    react: ({ request: { path, query }, book }) => {
      const channel = query.get("Channel");
      if (!channel) throw new Refusal(20001, "'Channel' is required");
      const senders = channel === "whatsapp" ? book.whatsApp() : [];
      return found(newerPage(senders, { path, query, member: "senders" }, messagingHost));
    },
  },
  {
    ...{ name: "FetchChannelsSender", method: "GET", path: `${path}/{Sid}`, part: "Senders" },
    react: ({ book, ids }) => found(requireResource(book.whatsApp(), ids.Sid)),
  },
  {
    ...{ name: "UpdateChannelsSender", method: "POST", path: `${path}/{Sid}`, part: "Senders" },
    react: ({ request, book, ids }) => {
      const sender = requireResource(book.whatsApp(), ids.Sid);
      const webhook = webhookOf(request);
      return found(book.update(sender, { webhook: { ...(sender.webhook as JsonObject), ...webhook } }), 202);
    },
  },
];

/** Reads the one part of a sender that can be changed here. @throws Refusal 20001 */
function webhookOf(request: ApiRequest): JsonObject {
  const { webhook = null, ...rest } = toJsonObject(request);
  const [other] = Object.entries(rest).find(([, value]) => value !== null) ?? [];
  if (other !== undefined) {
    const why = notSimulated.includes(other) ? "the simulator changes only 'webhook' of a sender" : "there is no such";
    throw new Refusal(20001, `'${other}': ${why}`);
  }
  if (webhook === null) return {};
  if (!isJsonObject(webhook)) throw new Refusal(20001, "'webhook' must be an object");
  for (const [name, value] of Object.entries(webhook)) {
    const member = Object.hasOwn(webhookMembers, name) ? webhookMembers[name] : undefined;
    if (member === undefined) throw new Refusal(20001, `'webhook' has no member '${name}'`);
    if (!isAllowed(value, member)) throw new Refusal(20001, `'${name}' is ${JSON.stringify(value)}`);
  }
  return webhook;
}

function isAllowed(value: Json, member: Parameter): boolean {
  return value === null || (typeof value === "string" && (value === "" || member.fits(value)));
}
