import type { Twilio } from "twilio";
import type RequestClient from "twilio/lib/base/RequestClient.js";
import type {
  MessageInstance,
  MessageListInstanceCreateOptions,
  MessagePage,
} from "twilio/lib/rest/api/v2010/account/message.js";
import { PatchbayError } from "../../core/errors.js";
import { isJsonObject, type JsonObject } from "../../core/json.js";
import type { Http, HttpResponse } from "../../http/http.js";
import { type Judgement, toLookUpError, toTwilioError } from "./errors.js";
import type { TwilioSettings } from "./settings.js";

/** Calls Twilio's API for one account. */
export interface TwilioClient {
  /**
   * Creates one message.
   * @throws The errors of a connection's `send`.
   */
  createMessage(parameters: MessageListInstanceCreateOptions): Promise<MessageInstance>;
  /**
   * Reads the account's messages to one recipient, newest first, page by page; a page is asked for when it is wanted.
   *
   * There is no filter by date on purpose: Twilio's DateSent is empty until a message was sent, so the filter would hide
   * exactly those that were taken a moment ago.
   *
   * @throws The errors of a connection's `find`.
   */
  listMessages(to: string, pageSize: number): AsyncGenerator<readonly MessageInstance[]>;
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
  const open = (): Promise<Twilio> => {
    opened ??= import("twilio").then(({ default: twilio }) => twilio(accountSid, authToken, { httpClient }));
    return opened;
  };
  return {
    createMessage: async (parameters) => {
      const { messages } = await open();
      try {
        return await messages.create(parameters);
      } catch (error) {
        if (error instanceof PatchbayError) throw error;
        // The SDK's own complaint, possibly about an answer: not attached, it may hold the request.
        throw new PatchbayError("ENDPOINT_OUTCOME_UNKNOWN", "Twilio's SDK could not read the answer");
      }
    },
    listMessages: async function* (to, pageSize) {
      const { messages } = await open();
      let page: Pick<MessagePage, "instances" | "nextPage"> | undefined = await lookingUp(
        messages.page({ to, pageSize }),
      );
      while (page) {
        yield page.instances;
        page = await lookingUp(page.nextPage());
      }
    },
  };
}

async function lookingUp<Answer>(answer: Promise<Answer> | undefined): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    throw toLookUpError(error);
  }
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
    const method = toMethod(options.method);
    const response = await http.request({
      method,
      url: toUrl(options, apiUrl.replace(/\/$/, "")),
      headers: {
        authorization: `Basic ${credentials}`,
        "content-type": "application/x-www-form-urlencoded",
        accept: "application/json",
      },
      ...(options.data === undefined ? {} : { body: toForm(options.data) }),
    });
    const judgement: Judgement = { purpose: method === "GET" ? "look-up" : "send", hide, now: Date.now() };
    const body = requireAnswer(response, judgement);
    return {
      statusCode: response.status,
      body: method === "GET" ? requireList(body, response, judgement) : body,
      headers: response.headers,
    };
  };
  // The SDK calls nothing but `request`; its class would bring axios.
  return { request } as unknown as RequestClient;
}

function requireAnswer(response: HttpResponse, judgement: Judgement): JsonObject {
  const { status, text } = response;
  if (status < 200 || status > 299) throw toTwilioError(response, judgement);
  try {
    const body: unknown = JSON.parse(text);
    if (isJsonObject(body)) return body;
  } catch {
    // Named below: not JSON and not an object come to the same.
  }
  throw toTwilioError(response, judgement);
}

/**
 * Gives the two members of a list that say which messages there are. The SDK alone would take any other array, or a
 * missing link to the next page, for a shorter list; and a message that is missing from a list is sent again.
 */
function requireList(body: JsonObject, response: HttpResponse, judgement: Judgement): JsonObject {
  const { messages, next_page_uri } = body;
  const linked = next_page_uri === null || (typeof next_page_uri === "string" && next_page_uri.startsWith("/"));
  if (linked && Array.isArray(messages) && messages.every(isReadable)) return { messages, next_page_uri };
  throw toTwilioError(response, judgement);
}

function isReadable(message: unknown): boolean {
  return (
    isJsonObject(message) &&
    /^(SM|MM)[0-9a-fA-F]{32}$/.test(String(message.sid)) &&
    [message.to, message.direction, message.date_created].every((member) => typeof member === "string") &&
    !Number.isNaN(Date.parse(String(message.date_created)))
  );
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
