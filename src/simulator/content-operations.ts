import type { JsonObject } from "../core/json.js";
import { toJsonObject } from "./api-request.js";
import { toIso8601 } from "./message-resource.js";
import { type Asked, found, nothing, type Operation } from "./operation.js";
import { newerPage } from "./paging.js";
import { paging } from "./parameters.js";
import type { SimulatedTemplate } from "./simulated-templates.js";

const host = "https://content.twilio.com";
const all = "/v1/Content";

/**
 * The Content API: lists with and without approvals, one template, its approval, a new one, and asking for WhatsApp's
 * approval. Every account sees the same templates.
 *
 * Source: https://www.twilio.com/docs/content/content-api-resources
 */
export const contentOperations: readonly Operation[] = [
  {
    ...{ name: "ListContent", method: "GET", path: all, query: paging },
    react: (asked) => page(asked, (template) => toResource(template, asked)),
  },
  {
    ...{ name: "CreateContent", method: "POST", path: all },
    react: (asked) => found(toResource(asked.templates.create(toJsonObject(asked.request)), asked), 201),
  },
  {
    ...{ name: "FetchContent", method: "GET", path: `${all}/{Sid}` },
    react: (asked) => found(toResource(asked.templates.require(asked.ids.Sid ?? ""), asked)),
  },
  {
    ...{ name: "DeleteContent", method: "DELETE", path: `${all}/{Sid}` },
    react: ({ templates, ids }) => {
      templates.remove(ids.Sid ?? "");
      return nothing;
    },
  },
  {
    ...{ name: "ListContentAndApprovals", method: "GET", path: "/v1/ContentAndApprovals", query: paging },
    react: (asked) =>
      page(asked, (template) => {
        const { url: _url, links: _links, ...content } = toResource(template, asked);
        return { ...content, approval_requests: toApproval(template) };
      }),
  },
  {
    ...{ name: "FetchApprovalFetch", method: "GET", path: `${all}/{Sid}/ApprovalRequests` },
    react: ({ templates, account, ids }) => {
      const template = templates.require(ids.Sid ?? "");
      const { sid } = template;
      const url = `${host}${all}/${sid}/ApprovalRequests`;
      const whatsapp = { type: "whatsapp", ...toApproval(template) };
      return found({ sid, account_sid: account.accountSid, whatsapp, url });
    },
  },
  {
    ...{ name: "CreateApprovalCreate", method: "POST", path: `${all}/{ContentSid}/ApprovalRequests/whatsapp` },
    react: ({ templates, request, ids }) =>
      found(toApproval(templates.submit(ids.ContentSid ?? "", toJsonObject(request))), 201),
  },
];

function page({ request: { path, query }, templates }: Asked, write: (template: SimulatedTemplate) => JsonObject) {
  return found(newerPage(templates.list().map(write), { path, query, member: "contents" }, host));
}

function toResource(template: SimulatedTemplate, { account: { accountSid } }: Asked): JsonObject {
  const { sid, friendlyName, language, variables, types, createdAt } = template;
  const date = toIso8601(createdAt);
  const url = `${host}${all}/${sid}`;
  return {
    sid,
    account_sid: accountSid,
    friendly_name: friendlyName,
    language,
    variables: { ...variables },
    types,
    date_created: date,
    date_updated: date,
    url,
    links: { approval_fetch: `${url}/ApprovalRequests`, approval_create: `${url}/ApprovalRequests/whatsapp` },
  };
}

function toApproval({ types, approval }: SimulatedTemplate): JsonObject {
  const { status, name, category, rejectionReason } = approval;
  return {
    ...{ name, category, status, rejection_reason: rejectionReason },
    ...{ content_type: Object.keys(types)[0] ?? "", allow_category_change: true },
  };
}
