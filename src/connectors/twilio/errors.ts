import type { ErrorCode } from "../../core/error-catalogue.js";
import { PatchbayError } from "../../core/errors.js";
import { isJsonObject, type JsonObject } from "../../core/json.js";
import type { HttpResponse } from "../../http/http.js";
import { errorMeaning } from "./error-dictionary.js";
import type { ErrorClass, ErrorMeaning } from "./error-meaning.js";

const MAX_RESPONSE_CHARACTERS = 4_096;

const codeOfClass: Readonly<Record<ErrorClass, ErrorCode>> = {
  permanent: "ENDPOINT_REFUSED",
  retry: "ENDPOINT_BUSY",
  configuration: "ENDPOINT_MISCONFIGURED",
  "opted-out": "RECIPIENT_OPTED_OUT",
  unknown: "ENDPOINT_OUTCOME_UNKNOWN",
};

const headlines: Partial<Record<ErrorCode, string>> = {
  ENDPOINT_REFUSED: "Twilio refused the message",
  ENDPOINT_BUSY: "Twilio asked us to slow down",
  ENDPOINT_MISCONFIGURED: "Twilio does not accept the connection as it is",
  RECIPIENT_OPTED_OUT: "Twilio did not send the message",
  SESSION_CLOSED: "Twilio refused the message",
  ENDPOINT_OUTCOME_UNKNOWN: "Twilio's answer does not say whether the message was taken",
};

/** A look-up changes nothing, so nothing is unknown after it, and it says nothing about a recipient. */
const codeOfLookUp: Partial<Record<ErrorCode, ErrorCode>> = {
  ENDPOINT_OUTCOME_UNKNOWN: "ENDPOINT_UNREACHABLE",
  RECIPIENT_OPTED_OUT: "ENDPOINT_REFUSED",
  SESSION_CLOSED: "ENDPOINT_REFUSED",
};

/** Codes that ask for more than their class says. */
const codeOfNumber: Readonly<Record<number, ErrorCode>> = { 63016: "SESSION_CLOSED" };

const lookUpHeadlines: Partial<Record<ErrorCode, string>> = {
  ...headlines,
  ENDPOINT_REFUSED: "Twilio refused the look-up",
  ENDPOINT_UNREACHABLE: "Twilio could not be asked",
};

const changeHeadlines: Partial<Record<ErrorCode, string>> = {
  ...headlines,
  ENDPOINT_REFUSED: "Twilio refused the change",
  ENDPOINT_UNREACHABLE: "Nobody knows whether Twilio has made the change; making it again does no harm",
};

const headlinesOf = { send: headlines, "look-up": lookUpHeadlines, change: changeHeadlines };

/** What an answer is judged by besides itself. */
export interface Judgement {
  /** `send` may have created a message; `look-up` only reads; `change` may be made again without harm. */
  readonly purpose: "send" | "look-up" | "change";
  /** Takes credentials out of a text that Twilio may have echoed. */
  readonly hide: (text: string) => string;
  /** Milliseconds since 1970, for a Retry-After that is a date. */
  readonly now: number;
}

/**
 * Names an answer that is not what was asked for.
 *
 * The HTTP status speaks first where it is certain (5xx and unreadable answers may follow a message that was taken; 429
 * never does; 401 is the connection), then Twilio's code, and an unknown 4xx is a refusal in Twilio's own words.
 */
export function toTwilioError(response: HttpResponse, { purpose, hide, now }: Judgement): PatchbayError {
  const { status, headers } = response;
  const text = hide(response.text);
  const body = toObject(text);
  const vendorCode = toVendorCode(body?.code);
  const meaning = vendorCode === null ? null : errorMeaning(vendorCode);
  const sendCode = toErrorCode(status, meaning, vendorCode);
  const code = purpose === "send" ? sendCode : (codeOfLookUp[sendCode] ?? sendCode);
  const headline = headlinesOf[purpose][code];
  const retryAfterMs = toRetryAfterMs(headers["retry-after"], now);
  return new PatchbayError(code, `${headline}: ${toReason({ status, vendorCode, meaning, body })}`, {
    ...(vendorCode === null ? {} : { vendorCode: String(vendorCode) }),
    httpStatus: status,
    ...(headers["twilio-request-id"] === undefined ? {} : { requestId: hide(headers["twilio-request-id"]) }),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    ...(meaning === null ? {} : { remedy: meaning.remedy }),
    response: body !== null && text.length <= MAX_RESPONSE_CHARACTERS ? body : capped(text),
  });
}

/**
 * Names whatever a look-up failed with: a read leaves nothing unknown, so what broke it off may simply be asked again.
 * An error that is not ours is not attached: it may hold the request.
 */
export function toLookUpError(error: unknown): PatchbayError {
  if (!(error instanceof PatchbayError)) {
    return new PatchbayError("ENDPOINT_UNREACHABLE", "Twilio could not be asked: its answer cannot be read");
  }
  if (error.code !== "ENDPOINT_OUTCOME_UNKNOWN") return error;
  return new PatchbayError("ENDPOINT_UNREACHABLE", `Twilio could not be asked: ${error.message}`, error.details);
}

/**
 * Reads a Retry-After header: seconds, or the date to wait for.
 *
 * Source: RFC 9110, 10.2.3
 */
export function toRetryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

function toErrorCode(status: number, meaning: ErrorMeaning | null, vendorCode: number | null): ErrorCode {
  if (status === 401 || [301, 307, 308].includes(status)) return "ENDPOINT_MISCONFIGURED";
  if (status === 429) return "ENDPOINT_BUSY";
  if (status === 408 || status < 400 || status > 499) return "ENDPOINT_OUTCOME_UNKNOWN";
  const own = codeOfNumber[vendorCode ?? 0];
  if (own !== undefined) return own;
  return meaning === null ? "ENDPOINT_REFUSED" : codeOfClass[meaning.class];
}

interface Said {
  readonly status: number;
  readonly vendorCode: number | null;
  readonly meaning: ErrorMeaning | null;
  readonly body: JsonObject | null;
}

function toReason({ status, vendorCode, meaning, body }: Said): string {
  const own = [body?.message, body?.detail, body?.title].find((text) => typeof text === "string" && text !== "");
  const said = meaning?.cause ?? own ?? "no reason was given";
  const source = vendorCode === null ? `HTTP ${status}` : `Twilio error ${vendorCode}, HTTP ${status}`;
  return `${said} (${source})`;
}

function toVendorCode(code: unknown): number | null {
  const number = typeof code === "string" && code.trim() !== "" ? Number(code) : code;
  return typeof number === "number" && Number.isInteger(number) ? number : null;
}

function toObject(text: string): JsonObject | null {
  try {
    const body: unknown = JSON.parse(text);
    return isJsonObject(body) ? body : null;
  } catch {
    return null;
  }
}

function capped(text: string): JsonObject {
  return { text: text.slice(0, MAX_RESPONSE_CHARACTERS) };
}
