import { createHash } from "node:crypto";
import type { CallContext, CallResult } from "../../core/connector.js";
import { canonicalJson, type JsonObject } from "../../core/json.js";
import type { Http, HttpResponse } from "../../http/http.js";
import { readBody, toShownHeaders } from "./answer.js";
import { createLogin, type Login } from "./authorize.js";
import { type Budget, createBudget } from "./budget.js";
import { callOut } from "./caller.js";
import { toHttpError } from "./errors.js";
import { cleaned } from "./hide.js";
import { readPages } from "./paginate.js";
import { fromKept, type KeptRequest, type Paging } from "./payload.js";
import type { HttpSettings } from "./settings.js";
import { createTarget, type Target } from "./target.js";

/** Makes the calls of one connection. */
export interface HttpClient {
  /** Makes a kept call once. @throws The errors of a connection's `send`. */
  send(request: JsonObject, context: CallContext): Promise<CallResult>;
}

interface ClientParts {
  readonly settings: HttpSettings;
  readonly http: Http;
  readonly login: Login;
  readonly target: Target;
  readonly now: () => number;
}

/** Makes the client of one connection, over our outbound client; makes no request. @throws ENDPOINT_MISCONFIGURED */
export function createHttpClient(settings: HttpSettings, http: Http, now: () => number): HttpClient {
  const parts = { settings, http, now, login: createLogin(settings, http, now), target: createTarget(settings) };
  return { send: (kept, context) => send(kept, context, parts) };
}

async function send(kept: JsonObject, { effectId }: CallContext, parts: ClientParts): Promise<CallResult> {
  const request = fromKept(kept);
  const { timeoutSeconds, maxResponseKilobytes } = parts.settings;
  const budget = createBudget({ ms: timeoutSeconds * 1_000, bytes: maxResponseKilobytes * 1_024 });
  const url = parts.target.resolve(request.path);
  const call: Call = { request, headers: headersOf(request, kept, effectId), budget };
  if (request.paginate !== undefined) return sendForPages(url, { ...call, paging: request.paginate }, parts);
  const response = await callFor(url, call, parts);
  const shown = parts.target.show(url);
  const body = readBody(response, { request, shown, hide: parts.login.hide });
  return toResult(`${request.method} ${shown}: ${response.status}`, {
    status: response.status,
    headers: toShownHeaders(response.headers, parts.login.hide),
    ...body,
  });
}

interface Call {
  readonly request: KeptRequest;
  readonly headers: Readonly<Record<string, string>>;
  readonly budget: Budget;
}

async function sendForPages(first: URL, call: Call & { paging: Paging }, parts: ClientParts): Promise<CallResult> {
  const { login, target } = parts;
  let last: HttpResponse | null = null;
  const { items, pages, complete } = await readPages(first, call.paging, async (url) => {
    target.requireAllowed(url);
    const response = await callFor(url, call, parts);
    last = response;
    // The answer of a page is JSON whatever its content type says.
    const request = { ...call.request, read: "json" } as const;
    const { body } = readBody(response, { request, shown: target.show(url), hide: (text) => text });
    return { url, headers: response.headers, body };
  });
  const { status, headers } = last ?? { status: 200, headers: {} };
  const more = complete ? "" : "; there are more";
  const counted = `${pages} ${pages === 1 ? "page" : "pages"}, ${items.length} ${items.length === 1 ? "item" : "items"}`;
  return toResult(`GET ${target.show(first)}: ${counted}${more}`, {
    status,
    headers: toShownHeaders(headers, login.hide),
    body: cleaned(items, login.hide),
    pages,
    complete,
  });
}

async function callFor(url: URL, { request, headers, budget }: Call, parts: ClientParts): Promise<HttpResponse> {
  const body = request.json === undefined ? (request.text ?? null) : JSON.stringify(request.json);
  const response = await callOut({ request, url, headers, body }, budget, parts);
  const isExpected = request.expect?.includes(response.status) ?? (response.status >= 200 && response.status < 300);
  if (isExpected) return response;
  throw toHttpError(response, { request, shown: parts.target.show(url), hide: parts.login.hide, now: parts.now() });
}

function headersOf(request: KeptRequest, kept: JsonObject, effectId: string): Record<string, string> {
  const { idempotencyHeader, contentType, headers } = request;
  return {
    accept: request.read === "text" ? "*/*" : "application/json, */*;q=0.5",
    ...headers,
    ...(contentType === undefined ? {} : { "content-type": contentType }),
    ...(idempotencyHeader === undefined ? {} : { [idempotencyHeader.toLowerCase()]: idempotencyKey(kept, effectId) }),
  };
}

/** The same on every attempt, and another one for another request: what was refused and put right is no repetition. */
function idempotencyKey(kept: JsonObject, effectId: string): string {
  const digest = createHash("sha256").update(canonicalJson(kept)).digest("hex").slice(0, 16);
  return `${effectId}-${digest}`;
}

function toResult(summary: string, response: JsonObject): CallResult {
  return { summary, vendorId: null, response, messageStatus: null };
}
