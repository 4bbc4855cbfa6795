import { PatchbayError } from "../../core/errors.js";
import type { Json } from "../../core/json.js";
import type { HttpResponse } from "../../http/http.js";
import { cleaned, cleanText, type Hide } from "./hide.js";
import type { KeptRequest } from "./payload.js";
import { readJson } from "./read-json.js";

/** Headers that later steps may want; none that is a secret or says something about the machine behind it. */
const shownHeaders = [
  "content-type",
  "content-language",
  "date",
  "etag",
  "last-modified",
  "link",
  "location",
  "request-id",
  "retry-after",
  "x-correlation-id",
  "x-next-page",
  "x-page",
  "x-per-page",
  "x-request-id",
  "x-total",
  "x-total-count",
  "x-total-pages",
];
const shownFamilies = /^(x-)?ratelimit-/;

/** Gives the headers of an answer that are kept. */
export function toShownHeaders(headers: HttpResponse["headers"], hide: Hide): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => shownHeaders.includes(name) || shownFamilies.test(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, cleanText(value, hide)]));
}

/** A body as later steps see it. */
export interface Body {
  readonly body: Json;
  /** Why the body is null although there was one. */
  readonly omitted?: string;
}

/**
 * Reads a body as the call wants it.
 *
 * What should be JSON and is not is left out of the answer to a change that may be made twice: its status says that it was
 * made, and making it again would change nothing.
 *
 * @throws ENDPOINT_OUTCOME_UNKNOWN when it should be JSON and is not, and the call must not be made twice: nobody knows
 *   whether such an answer comes from the API at all; ENDPOINT_UNREACHABLE for a GET, whose answer is all it is for.
 */
export function readBody(response: HttpResponse, reading: BodyReading): Body {
  const { text } = response;
  const contentType = (response.headers["content-type"] ?? "").toLowerCase();
  const { request, hide } = reading;
  const { read = "auto" } = request;
  if (text.trim() === "" || request.method === "HEAD") return { body: null };
  if (read === "json" || (read === "auto" && /[/+]json\b/.test(contentType))) return readJsonBody(response, reading);
  if (read === "text" || contentType === "" || isText(contentType)) return { body: cleanText(text, hide) };
  return { body: null, omitted: `${contentType.split(";")[0]} is not text` };
}

/** What a body is read with. */
export interface BodyReading {
  readonly request: KeptRequest;
  readonly shown: string;
  readonly hide: Hide;
}

function readJsonBody({ text, status }: HttpResponse, { request, shown, hide }: BodyReading): Body {
  const json = readJson(text);
  if ("value" in json) return { body: cleaned(json.value, hide) };
  if (request.repeatable && request.method !== "GET") return { body: null, omitted: `the answer ${json.problem}` };
  const code = request.repeatable ? "ENDPOINT_UNREACHABLE" : "ENDPOINT_OUTCOME_UNKNOWN";
  const message = `${request.method} ${shown} was answered with HTTP ${status}, but the answer ${json.problem}`;
  const remedy = "If it lasts, read the answer as text (read: text), or ask the API's people.";
  throw new PatchbayError(code, message, {
    httpStatus: status,
    response: { text: cleanText(text.slice(0, 4_096), hide) },
    ...(request.repeatable && { remedy }),
  });
}

function isText(contentType: string): boolean {
  return /^text\/|[/+]xml\b|javascript|yaml|x-www-form-urlencoded|ndjson|json-seq|graphql/.test(contentType);
}
