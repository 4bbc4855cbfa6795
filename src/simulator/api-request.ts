import { isJsonObject, type JsonObject } from "../core/json.js";
import { Refusal } from "./twilio-errors.js";

/** One request, with its body read. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly contentType: string;
  readonly body: string;
}

/** Gives the form of a request; any other content type counts as no parameters at all, as at Twilio. */
export function toForm(request: ApiRequest): URLSearchParams {
  const isForm = request.contentType.toLowerCase().startsWith("application/x-www-form-urlencoded");
  return new URLSearchParams(isForm ? request.body : "");
}

/** Gives the JSON object of a request. @throws Refusal 20001 */
export function toJsonObject({ contentType, body }: ApiRequest): JsonObject {
  try {
    const value: unknown = contentType.toLowerCase().startsWith("application/json") ? JSON.parse(body) : null;
    if (isJsonObject(value)) return value;
  } catch {
    // Said below.
  }
  throw new Refusal(20001, "this is taken as application/json, and must be a JSON object");
}
