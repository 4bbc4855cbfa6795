import type { Twilio } from "twilio";
import type RequestClient from "twilio/lib/base/RequestClient.js";
import type { MessageInstance, MessageListInstanceCreateOptions } from "twilio/lib/rest/api/v2010/account/message.js";
import { PatchbayError } from "../../core/errors.js";
import { isJsonObject, type JsonObject } from "../../core/json.js";
import type { Http, HttpResponse } from "../../http/http.js";
import { toTwilioError } from "./errors.js";
import type { TwilioSettings } from "./settings.js";

/** Calls Twilio's API for one account. */
export interface TwilioClient {
  /**
   * Creates one message.
   * @throws The errors of a connection's `send`.
   */
  createMessage(parameters: MessageListInstanceCreateOptions): Promise<MessageInstance>;
}

/**
 * Makes the client of one account: Twilio's own SDK over our outbound client. The SDK is loaded at the first call.
 *
 * Failures are named where the answer arrives, below the SDK: its own errors drop the headers (Retry-After, the request
 * id), and raw transport errors carry credentials.
 */
export function createTwilioClient(settings: TwilioSettings, http: Http): TwilioClient {
  const { accountSid, authToken } = settings;
  const httpClient = createHttpClient(settings, http);
  let opened: Promise<Twilio> | null = null;
  const open = async (): Promise<Twilio> => {
    const { default: twilio } = await import("twilio");
    return twilio(accountSid, authToken, { httpClient });
  };
  return {
    createMessage: async (parameters) => {
      opened ??= open();
      const { messages } = await opened;
      try {
        return await messages.create(parameters);
      } catch (error) {
        if (error instanceof PatchbayError) throw error;
        // The SDK's own complaint, possibly about an answer: not attached, it may hold the request.
        throw new PatchbayError("ENDPOINT_OUTCOME_UNKNOWN", "Twilio's SDK could not read the answer");
      }
    },
  };
}

/** Loads what the first message would otherwise wait for: the SDK (180 ms) and its messages API (70 ms). */
export async function loadTwilio(): Promise<void> {
  const { default: twilio } = await import("twilio");
  void twilio(`AC${"0".repeat(32)}`, "none").messages;
}

/** The SDK's transport: the only part of it that touches the network, replaced. */
function createHttpClient({ accountSid, authToken, apiUrl }: TwilioSettings, http: Http): RequestClient {
  const credentials = Buffer.from(`${accountSid}:${authToken}`).toString("base64");
  const hide = (text: string): string =>
    [credentials, authToken, accountSid].reduce((hidden, secret) => hidden.replaceAll(secret, "[hidden]"), text);
  const request = async (options: RequestClient.RequestOptions): Promise<unknown> => {
    const response = await http.request({
      method: toMethod(options.method),
      url: toUrl(options, apiUrl.replace(/\/$/, "")),
      headers: {
        authorization: `Basic ${credentials}`,
        "content-type": "application/x-www-form-urlencoded",
        accept: "application/json",
      },
      ...(options.data === undefined ? {} : { body: toForm(options.data) }),
    });
    return { statusCode: response.status, body: requireAnswer(response, hide), headers: response.headers };
  };
  // The SDK calls nothing but `request`; its class would bring axios.
  return { request } as unknown as RequestClient;
}

function requireAnswer(response: HttpResponse, hide: (text: string) => string): JsonObject {
  const { status, text } = response;
  if (status < 200 || status > 299) throw toTwilioError(response, hide, Date.now());
  try {
    const body: unknown = JSON.parse(text);
    if (isJsonObject(body)) return body;
  } catch {
    // Named below: not JSON and not an object come to the same.
  }
  throw toTwilioError(response, hide, Date.now());
}

/** The SDK has no base URL: its path goes to the configured origin. */
function toUrl({ uri, params }: RequestClient.RequestOptions, apiUrl: string): string {
  const path = uri.slice(uri.indexOf("/", "https://".length));
  const query = toForm(params);
  return `${apiUrl}${path}${query === "" ? "" : `?${query}`}`;
}

function toMethod(method: string): "GET" | "POST" | "DELETE" {
  const upper = method.toUpperCase();
  if (upper === "GET" || upper === "POST" || upper === "DELETE") return upper;
  throw new Error(`Twilio's API has no ${upper}`);
}

/** Form encoding with repeated keys for lists, as Twilio reads them. */
function toForm(data: unknown): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(data ?? {})) {
    for (const entry of Array.isArray(value) ? value : [value]) form.append(name, String(entry));
  }
  return form.toString();
}
