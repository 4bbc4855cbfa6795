import type { ErrorCode } from "../../core/error-catalogue.js";
import { PatchbayError } from "../../core/errors.js";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import type { HttpResponse } from "../../http/http.js";
import { cleaned, cleanText, type Hide } from "./hide.js";
import type { KeptRequest } from "./payload.js";
import { readJson } from "./read-json.js";

const MAX_RESPONSE_CHARACTERS = 4_096;
const MAX_REASON_CHARACTERS = 300;

/** What an answer is judged by besides itself. */
export interface Judgement {
  readonly request: Pick<KeptRequest, "method" | "repeatable">;
  /** What was called, for people. */
  readonly shown: string;
  readonly hide: Hide;
  /** Milliseconds since 1970, for a Retry-After that is a date. */
  readonly now: number;
}

/** Headers that tell the vendor's people which request it was. */
const requestIds = ["x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid", "cf-ray"];

/**
 * Names an answer whose status is not an expected one, by what it says about the call: certainly without effect and passing
 * (429), without effect for good (other 4xx), or nobody can tell (5xx and 408 after a call that must not be made twice).
 *
 * Source: RFC 9110, 15
 */
export function toHttpError(response: HttpResponse, { request, shown, hide, now }: Judgement): PatchbayError {
  const { status, headers } = response;
  const retryAfterMs = toRetryAfterMs(headers["retry-after"], now);
  const code = codeOf(status, { isRepeatable: request.repeatable, isPaused: retryAfterMs !== null });
  const read = readJson(response.text);
  const body = "value" in read ? cleaned(read.value, hide) : null;
  const reason = reasonIn(body) ?? plainReason(response, hide) ?? "no reason was given";
  const requestId = requestIds.map((name) => headers[name]).find((id) => id !== undefined);
  const moved = movedTo(status, headers.location);
  return new PatchbayError(
    code,
    `${request.method} ${shown} ${verbs[code] ?? "failed"}: ${reason} (HTTP ${status})${moved}`,
    {
      httpStatus: status,
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
      ...(requestId === undefined ? {} : { requestId: cleanText(requestId, hide) }),
      response: keptBody(body, response.text, hide),
    },
  );
}

const verbs: Partial<Record<ErrorCode, string>> = {
  ENDPOINT_BUSY: "is asked to slow down",
  ENDPOINT_REFUSED: "was refused",
  ENDPOINT_MISCONFIGURED: "was refused for its credentials or its address",
  ENDPOINT_OUTCOME_UNKNOWN: "may have taken effect",
};

function codeOf(
  status: number,
  { isRepeatable, isPaused }: { readonly isRepeatable: boolean; readonly isPaused: boolean },
): ErrorCode {
  if (status === 429 || status === 425) return "ENDPOINT_BUSY";
  if ([401, 403, 407, 301, 307, 308].includes(status)) return "ENDPOINT_MISCONFIGURED";
  const isClear = status >= 400 && status < 500 && status !== 408;
  if (isClear) return "ENDPOINT_REFUSED";
  if (!isRepeatable) return "ENDPOINT_OUTCOME_UNKNOWN";
  // A 2xx or 3xx that was not expected would be so again.
  if (status < 400) return "ENDPOINT_REFUSED";
  return isPaused ? "ENDPOINT_BUSY" : "ENDPOINT_UNREACHABLE";
}

function movedTo(status: number, location: string | undefined): string {
  if (status < 300 || status > 399 || location === undefined || !URL.canParse(location)) return "";
  return `; it is said to be at ${new URL(location).host}`;
}

/** Members in which APIs say what is wrong, the more telling ones first. */
const telling = ["message", "error_description", "detail", "error_message", "description", "title", "error", "errors"];

function reasonIn(body: Json, depth = 0): string | null {
  if (typeof body === "string") return body.trim() === "" ? null : body.trim().slice(0, MAX_REASON_CHARACTERS);
  if (depth > 3) return null;
  if (Array.isArray(body)) {
    const reasons = body.slice(0, 3).flatMap((item) => reasonIn(item, depth + 1) ?? []);
    return reasons.length === 0 ? null : reasons.join("; ").slice(0, MAX_REASON_CHARACTERS);
  }
  if (!isJsonObject(body)) return null;
  for (const name of telling) {
    const reason = reasonIn(body[name] ?? null, depth + 1);
    if (reason !== null) return reason;
  }
  return depth === 0 ? null : fieldReasons(body, depth);
}

/** `{ "errors": { "email": ["is taken"] } }` */
function fieldReasons(body: JsonObject, depth: number): string | null {
  const reasons = Object.entries(body)
    .slice(0, 3)
    .flatMap(([name, value]) => {
      const reason = typeof value === "number" ? null : reasonIn(value, depth + 1);
      return reason === null ? [] : [`${name} ${reason}`];
    });
  return reasons.length === 0 ? null : reasons.join("; ").slice(0, MAX_REASON_CHARACTERS);
}

function plainReason({ headers, text }: HttpResponse, hide: Hide): string | null {
  if (/html|octet-stream|image/.test(headers["content-type"] ?? "")) return null;
  const line = cleanText(text, hide).trim().split("\n")[0] ?? "";
  return line === "" || /^[[{<]/.test(line) ? null : line.slice(0, MAX_REASON_CHARACTERS);
}

function keptBody(body: Json, text: string, hide: Hide): JsonObject {
  if (isJsonObject(body) && text.length <= MAX_RESPONSE_CHARACTERS) return body;
  return { text: cleanText(text.slice(0, MAX_RESPONSE_CHARACTERS), hide) };
}

/**
 * Reads a Retry-After header: seconds, or the date to wait for.
 *
 * Source: RFC 9110, 10.2.3
 */
function toRetryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/**
 * Names what broke a call off. A call that only reads leaves nothing unknown; an answer that is too large will be so again.
 */
export function toBrokenOff(error: unknown, { request, shown }: Pick<Judgement, "request" | "shown">): unknown {
  if (!(error instanceof PatchbayError) || error.code !== "ENDPOINT_OUTCOME_UNKNOWN") return error;
  if (request.method !== "GET" && request.method !== "HEAD") return error;
  const isTooLarge = String(error.details.reason).includes("UND_ERR_RES_EXCEEDED_MAX_SIZE");
  const code = isTooLarge ? "ENDPOINT_REFUSED" : "ENDPOINT_UNREACHABLE";
  const remedy = "Ask for less, or raise the connection's maxResponseKilobytes.";
  const message = isTooLarge ? `The answer of ${shown} is larger than this connection takes` : error.message;
  return new PatchbayError(code, message, { ...error.details, ...(isTooLarge && { remedy }) });
}
