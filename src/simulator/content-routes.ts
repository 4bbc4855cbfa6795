import { isJsonObject, type JsonObject } from "../core/json.js";
import { type Account, requireLogin } from "./accounts.js";
import type { ApiRequest } from "./api-request.js";
import { type Answer, jsonAnswer } from "./reaction.js";
import type { SimulatedTemplate, SimulatedTemplates } from "./simulated-templates.js";
import { Refusal } from "./twilio-errors.js";

/** Everything below this path is the Content API, which Twilio has on a host of its own. */
export const contentPath = "/v1/Content";

const PATH = /^\/v1\/(Content|ContentAndApprovals)(?:\/(HX[0-9a-fA-F]{32})(\/ApprovalRequests(\/whatsapp)?)?)?$/;
const USUAL_PAGE = 50;
const LARGEST_PAGE = 1_000;
const host = "https://content.twilio.com";

/** What the routes work with. */
export interface ContentParts {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly templates: SimulatedTemplates;
}

/**
 * Answers as the Content API does: lists with and without approvals, one template, its approval, a new one, and asking for
 * WhatsApp's approval. Every account sees the same templates.
 *
 * @throws Refusal
 * Source: https://www.twilio.com/docs/content/content-api-resources
 */
export function routeContent(request: ApiRequest, { accounts, templates }: ContentParts): Answer {
  const [, collection, sid, approval, submission] = PATH.exec(request.path) ?? [];
  if (collection === undefined || (collection === "ContentAndApprovals" && sid !== undefined)) {
    throw new Refusal(20404, request.path);
  }
  const { accountSid } = requireLogin(accounts, request.authorization);
  if (sid === undefined) return collectionAnswer(request, templates, { accountSid, collection });
  if (submission !== undefined) {
    if (request.method !== "POST") throw new Refusal(20004, request.method);
    return jsonAnswer(201, toApproval(templates.submit(sid, parseBody(request))));
  }
  const template = templates.require(sid);
  if (request.method === "GET") {
    return jsonAnswer(200, approval === undefined ? toResource(template, accountSid) : toVerdict(template, accountSid));
  }
  if (request.method !== "DELETE" || approval !== undefined) throw new Refusal(20004, request.method);
  templates.remove(sid);
  return { status: 204, headers: {}, body: "" };
}

interface Collection {
  readonly accountSid: string;
  readonly collection: string;
}

function collectionAnswer(request: ApiRequest, templates: SimulatedTemplates, of: Collection): Answer {
  if (request.method === "GET") return jsonAnswer(200, toPage(request, templates.list(), of));
  if (request.method !== "POST" || of.collection !== "Content") throw new Refusal(20004, request.method);
  return jsonAnswer(201, toResource(templates.create(parseBody(request)), of.accountSid));
}

function toVerdict(template: SimulatedTemplate, accountSid: string): JsonObject {
  const { sid } = template;
  const url = `${host}${contentPath}/${sid}/ApprovalRequests`;
  return { sid, account_sid: accountSid, whatsapp: { type: "whatsapp", ...toApproval(template) }, url };
}

function parseBody({ contentType, body }: ApiRequest): JsonObject {
  try {
    const value: unknown = contentType.toLowerCase().startsWith("application/json") ? JSON.parse(body) : null;
    if (isJsonObject(value)) return value;
  } catch {
    // Said below.
  }
  throw new Refusal(20001, "the Content API takes a JSON object as application/json");
}

function toPage(
  { path, query }: ApiRequest,
  templates: readonly SimulatedTemplate[],
  { accountSid, collection }: Collection,
): JsonObject {
  const size = Math.min(LARGEST_PAGE, wholeOf(query.get("PageSize"), USUAL_PAGE, 1));
  const page = wholeOf(query.get("Page"), 0, 0);
  const url = (number: number): string => `${host}${path}?PageSize=${size}&Page=${number}`;
  const shown = templates.slice(page * size, (page + 1) * size);
  const withApproval = collection === "ContentAndApprovals";
  return {
    contents: shown.map((template) => {
      const { url: _url, links: _links, ...content } = toResource(template, accountSid);
      return withApproval ? { ...content, approval_requests: toApproval(template) } : toResource(template, accountSid);
    }),
    meta: {
      page,
      page_size: size,
      first_page_url: url(0),
      previous_page_url: page === 0 ? null : url(page - 1),
      next_page_url: (page + 1) * size < templates.length ? url(page + 1) : null,
      url: url(page),
      key: "contents",
    },
  };
}

function wholeOf(text: string | null, otherwise: number, least: number): number {
  if (text === null) return otherwise;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least) return value;
  throw new Refusal(20001, `${text} is no page`);
}

function toResource(template: SimulatedTemplate, accountSid: string): JsonObject {
  const { sid, friendlyName, language, variables, types, createdAt } = template;
  const date = createdAt.toISOString().replace(/\.\d+Z$/, "Z");
  const url = `${host}${contentPath}/${sid}`;
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
