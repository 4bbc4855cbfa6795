import { validateRequest, validateRequestWithBody } from "twilio/lib/webhooks/webhooks.js";
import type { WebhookRequest } from "../../../core/connector.js";
import { PatchbayError } from "../../../core/errors.js";
import { isJsonObject, type JsonObject } from "../../../core/json.js";

/** A request's parameters as text; a name that came several times has a list. */
export type Fields = Readonly<Record<string, string | string[]>>;

/** A form has to be read and sorted before its signature can be: only what could be Twilio's is. */
const MAX_BYTES = 262_144;

/**
 * Reads the parameters of a request that Twilio signed with one of this account's tokens: there are two while the token is
 * being replaced.
 *
 * A form is covered by the signature itself, any other body by the `bodySHA256` that the signed URL carries. Whatever
 * cannot be checked is refused: no signature, another content type without a hash, an address that is no URL.
 *
 * @throws SIGNATURE_INVALID
 * Source: https://www.twilio.com/docs/usage/security#validating-requests
 */
export function requireSigned({ url, headers, body }: WebhookRequest, ...authTokens: readonly string[]): Fields {
  const signature = headers["x-twilio-signature"];
  if (signature === undefined || signature === "") throw refusal("has no X-Twilio-Signature header");
  if (body.byteLength > MAX_BYTES) throw refusal(`is larger than ${MAX_BYTES} bytes, as none of Twilio's is`);
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  if (isForm(headers["content-type"])) {
    const fields = toFields(new URLSearchParams(text));
    if (authTokens.some((token) => check(() => validateRequest(token, signature, url, fields)))) return fields;
    throw refusal("is a form whose signature does not match");
  }
  if (authTokens.some((token) => check(() => validateRequestWithBody(token, signature, url, text)))) {
    return toJsonFields(text);
  }
  throw refusal("is no form, and its signature or body hash does not match");
}

function isForm(contentType: string | undefined): boolean {
  return /^application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType ?? "");
}

/** The SDK throws instead of answering when the URL is odd. */
function check(validate: () => boolean): boolean {
  try {
    return validate();
  } catch {
    return false;
  }
}

function toFields(form: URLSearchParams): Fields {
  const fields: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of form) {
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    // Not a new list for each: a name that comes a million times would hold everybody up, and nobody has signed it yet.
    else if (Array.isArray(before)) before.push(value);
    else fields[name] = [before, value];
  }
  return fields;
}

function toJsonFields(text: string): Fields {
  const fields: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(parseObject(text))) {
    fields[name] = typeof value === "string" ? value : JSON.stringify(value);
  }
  return fields;
}

function parseObject(text: string): JsonObject {
  try {
    const body: unknown = JSON.parse(text);
    return isJsonObject(body) ? body : {};
  } catch {
    return {};
  }
}

function refusal(problem: string): PatchbayError {
  return new PatchbayError("SIGNATURE_INVALID", `The request ${problem}`);
}
