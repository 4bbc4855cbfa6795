import { isJsonObject, type JsonObject } from "../../../core/json.js";
import { type ApprovalState, approvalStates, type Template } from "../../../core/template.js";
import type { Http, HttpResponse } from "../../../http/http.js";
import { toTwilioError } from "../errors.js";
import { loginOf } from "../login.js";
import type { TwilioSettings } from "../settings.js";

/** A page has to fit into one answer, and a template with buttons takes some kilobytes. */
const PAGE_SIZE = 100;
/** Templates past this many pages are not looked at: WhatsApp allows an account 6,000 of them. */
const MAX_PAGES = 60;

/**
 * Forms that cannot be the first message to a contact, approved or not.
 *
 * Source: https://www.twilio.com/docs/api/errors/63016
 */
const repliesOnly: readonly string[] = ["twilio/list-picker", "twilio/location"];

/**
 * Fetches every template of an account, with how far each is on its way to be allowed on WhatsApp.
 *
 * @throws The errors of a connection's `find`.
 * Source: https://www.twilio.com/docs/content/content-api-resources#fetch-all-content-and-approvals
 */
export async function fetchTemplates(settings: TwilioSettings, http: Http): Promise<readonly Template[]> {
  const templates: Template[] = [];
  let next: string | null = `/v1/ContentAndApprovals?PageSize=${PAGE_SIZE}`;
  for (let page = 0; next !== null && page < MAX_PAGES; page++) {
    const { contents, nextPath } = await readPage(next, settings, http);
    templates.push(...contents.flatMap(toTemplate));
    next = nextPath;
  }
  return templates;
}

interface Page {
  readonly contents: readonly JsonObject[];
  readonly nextPath: string | null;
}

async function readPage(path: string, settings: TwilioSettings, http: Http): Promise<Page> {
  const { authorization, hide } = loginOf(settings);
  const response = await http.request({
    method: "GET",
    url: contentUrl(settings.apiUrl) + path,
    headers: { authorization, accept: "application/json" },
  });
  const { contents, meta } = toObject(response);
  if (response.status !== 200 || !Array.isArray(contents)) {
    throw toTwilioError(response, { purpose: "look-up", hide, now: Date.now() });
  }
  const next = isJsonObject(meta) ? meta.next_page_url : null;
  return {
    contents: contents.filter(isJsonObject),
    // Only the path: credentials go to nobody but the configured address.
    nextPath: typeof next === "string" && URL.canParse(next) ? pathOf(new URL(next)) : null,
  };
}

/** Templates live on a host of their own; a simulator has them where it has everything. */
function contentUrl(apiUrl: string): string {
  const origin = apiUrl.replace(/\/$/, "");
  return /^https:\/\/api\.([\w-]+\.)*twilio\.com$/.test(origin) ? origin.replace("//api.", "//content.") : origin;
}

function pathOf({ pathname, search }: URL): string {
  return pathname + search;
}

function toObject({ text }: HttpResponse): JsonObject {
  try {
    const body: unknown = JSON.parse(text);
    return isJsonObject(body) ? body : {};
  } catch {
    return {};
  }
}

/** What has no SID or no name cannot be asked for. */
function toTemplate(content: JsonObject): Template[] {
  const { sid, friendly_name: name, language, types, variables, approval_requests: asked } = content;
  if (typeof sid !== "string" || typeof name !== "string" || !isJsonObject(types)) return [];
  const forms = Object.keys(types);
  const form = forms[0] ?? "twilio/text";
  return [
    {
      id: sid,
      name,
      language: typeof language === "string" ? language : "",
      form,
      body: bodyOf(types),
      variables: variablesOf(types, isJsonObject(variables) ? variables : {}),
      approval: approvalOf(isJsonObject(asked) ? asked : {}),
      opensConversations: !forms.every((one) => repliesOnly.includes(one)),
    },
  ];
}

function bodyOf(types: JsonObject): string | null {
  for (const type of Object.values(types)) {
    if (isJsonObject(type) && typeof type.body === "string") return type.body;
    if (isJsonObject(type) && typeof type.title === "string") return type.title;
  }
  return null;
}

/** The placeholders that stand anywhere in it; what else `variables` names is never filled in. */
function variablesOf(types: JsonObject, samples: JsonObject): Record<string, string> {
  const names = [...JSON.stringify(types).matchAll(placeholder)].map(([, name = ""]) => name);
  return Object.fromEntries([...new Set(names)].map((name) => [name, textOf(samples[name])]));
}

function approvalOf({ status, category, rejection_reason: reason }: JsonObject): Template["approval"] {
  const state = status === undefined || status === "" ? "unsubmitted" : toState(textOf(status));
  return { state, category: textOf(category) || null, rejectionReason: textOf(reason) || null };
}

function toState(word: string): ApprovalState {
  return approvalStates.find((state) => state === word.toLowerCase()) ?? "unknown";
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** `{{1}}`, `{{name}}`. */
export const placeholder = /\{\{\s*([\w.-]+)\s*\}\}/g;
