import type { Twilio } from "twilio";
import type RequestClient from "twilio/lib/base/RequestClient.js";
import type { MessageInstance, MessagePage } from "twilio/lib/rest/api/v2010/account/message.js";
import { PatchbayError } from "../../core/errors.js";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import type { Template } from "../../core/template.js";
import type { Http, HttpResponse } from "../../http/http.js";
import { type Judgement, toLookUpError, toTwilioError } from "./errors.js";
import { loginOf } from "./login.js";
import { createMediaCheck, uncheckedMedia } from "./media-check.js";
import type { TwilioSettings } from "./settings.js";
import { fetchTemplates } from "./whatsapp/content-api.js";

/** Twilio's code for a message that is not scheduled any more. */
const TOO_LATE = "30409";

/** A message as Twilio answers it, with the SDK's names. */
export type TwilioMessage = Pick<
  MessageInstance,
  | "sid"
  | "status"
  | "direction"
  | "to"
  | "from"
  | "messagingServiceSid"
  | "numSegments"
  | "numMedia"
  | "price"
  | "priceUnit"
  | "errorCode"
  | "errorMessage"
  | "dateCreated"
  | "dateSent"
  | "dateUpdated"
>;

/** Calls Twilio's API for one account. */
export interface TwilioClient {
  /**
   * Creates one message.
   *
   * @param parameters By the SDK's names (`mediaUrl`), which are Twilio's but for the first letter.
   * @throws The errors of a connection's `send`; MEDIA_INVALID before anything was sent.
   */
  createMessage(parameters: JsonObject): Promise<TwilioMessage>;
  /** Reads one message. @throws The errors of a connection's `find`. */
  fetchMessage(sid: string): Promise<TwilioMessage>;
  /**
   * Takes a scheduled message back. One that is not scheduled (any more) is read: when it was taken back before, that is the
   * answer.
   *
   * @throws The errors of a connection's `send`.
   */
  cancelMessage(sid: string): Promise<TwilioMessage>;
  /**
   * Reads the account's messages to one recipient, newest first, page by page; a page is asked for when it is wanted.
   *
   * There is no filter by date on purpose: Twilio's DateSent is empty until a message was sent, so the filter would hide
   * exactly those that were taken a moment ago.
   *
   * @throws The errors of a connection's `find`.
   */
  listMessages(to: string, pageSize: number): AsyncGenerator<readonly MessageInstance[]>;
  /** Reads the account's content templates. @throws The errors of a connection's `find`. */
  fetchTemplates(): Promise<readonly Template[]>;
}

/**
 * Makes the client of one account, over our outbound client: messages are created by one request of our own, lists are read
 * by Twilio's SDK, which knows their pages and is loaded when the first list is.
 *
 * Creating is what every order does. Through the SDK it takes 45 µs of its own, and the SDK 250 ms and 23 MB when it is loaded.
 *
 * Failures are named where the answer arrives, below the SDK: its own errors drop the headers (Retry-After, the request
 * id), and raw transport errors carry credentials.
 */
export function createTwilioClient(settings: TwilioSettings, http: Http): TwilioClient {
  const { accountSid, authToken } = settings;
  const call = createCall(settings, http);
  let opened: Promise<Twilio> | null = null;
  const open = (): Promise<Twilio> => {
    opened ??= import("twilio").then(({ default: twilio }) =>
      twilio(accountSid, authToken, { httpClient: toHttpClient(call) }),
    );
    return opened;
  };
  const media = settings.checkMedia ? createMediaCheck(http, Date.now) : uncheckedMedia;
  const pathOf = (sid: string): string => `/2010-04-01/Accounts/${accountSid}/Messages/${encodeURIComponent(sid)}.json`;
  const fetchMessage = async (sid: string): Promise<TwilioMessage> => {
    const { body } = await lookingUp(call({ method: "GET", path: pathOf(sid), one: true }));
    return toMessage(body);
  };
  return {
    fetchTemplates: async () => {
      try {
        return await fetchTemplates(settings, http);
      } catch (error) {
        throw toLookUpError(error);
      }
    },
    fetchMessage,
    cancelMessage: async (sid) => {
      try {
        const { body } = await call({ method: "POST", path: pathOf(sid), form: "Status=canceled" });
        return toMessage(body);
      } catch (error) {
        if (!(error instanceof PatchbayError) || error.details.vendorCode !== TOO_LATE) throw error;
        const message = await fetchMessage(sid);
        if (message.status === "canceled") return message;
        throw error;
      }
    },
    createMessage: async (parameters) => {
      if (parameters.mediaUrl !== undefined) await media.check(parameters);
      const form = toForm(parameters, capitalised);
      const path = `/2010-04-01/Accounts/${accountSid}/Messages.json`;
      return call({ method: "POST", path, form }).then(({ body }) => toMessage(body));
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

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** What Twilio leaves out is undefined here, as the SDK gives it: whoever reads it must not believe the types. */
function toMessage(body: JsonObject): TwilioMessage {
  const dateCreated = toDate(body.date_created);
  const message: unknown = {
    sid: body.sid,
    status: body.status,
    direction: body.direction,
    to: body.to,
    from: body.from,
    messagingServiceSid: body.messaging_service_sid,
    numSegments: body.num_segments,
    numMedia: body.num_media,
    price: body.price,
    priceUnit: body.price_unit,
    errorCode: body.error_code,
    errorMessage: body.error_message,
    dateCreated,
    dateSent: toDate(body.date_sent),
    dateUpdated: body.date_updated === body.date_created ? dateCreated : toDate(body.date_updated),
  };
  return message as TwilioMessage;
}

/** What is no date stays as it came. */
function toDate(written: Json | undefined): Json | Date | undefined {
  if (typeof written !== "string") return written;
  const date = new Date(written);
  return Number.isNaN(date.getTime()) ? written : date;
}

async function lookingUp<Answer>(answer: Promise<Answer>): Promise<Answer>;
async function lookingUp<Answer>(answer: Promise<Answer> | undefined): Promise<Answer | undefined>;
async function lookingUp<Answer>(answer: Promise<Answer> | undefined): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    throw toLookUpError(error);
  }
}

/** One request to Twilio's API; `path` may have a query. */
interface Request {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly form?: string | undefined;
  /** Whether one message is asked for, not a list. */
  readonly one?: boolean;
}

/** A complete answer that is what was asked for. */
interface Answer {
  readonly body: JsonObject;
  readonly response: HttpResponse;
}

/** Makes what touches the network, for the SDK too. */
function createCall(settings: TwilioSettings, http: Http): (request: Request) => Promise<Answer> {
  const { authorization, hide } = loginOf(settings);
  const origin = settings.apiUrl.replace(/\/$/, "");
  const headers = {
    authorization,
    "content-type": "application/x-www-form-urlencoded",
    accept: "application/json",
  };
  return async ({ method, path, form, one = false }) => {
    const body = form === undefined ? {} : { body: form };
    const response = await http.request({ method, url: origin + path, headers, ...body });
    const judgement: Judgement = { purpose: method === "GET" ? "look-up" : "send", hide, now: Date.now() };
    const answer = requireAnswer(response, judgement);
    return { body: method === "GET" && !one ? requireList(answer, response, judgement) : answer, response };
  };
}

/** The SDK's transport: the only part of it that touches the network, replaced. */
function toHttpClient(call: (request: Request) => Promise<Answer>): RequestClient {
  const request = async (options: RequestClient.RequestOptions): Promise<unknown> => {
    const { body, response } = await call({
      method: toMethod(options.method),
      path: toPath(options),
      form: options.data === undefined ? undefined : toForm(options.data),
    });
    return { statusCode: response.status, body, headers: response.headers };
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
function toPath({ uri, params }: RequestClient.RequestOptions): string {
  const path = uri.slice(uri.indexOf("/", "https://".length));
  const query = toForm(params);
  return query === "" ? path : `${path}?${query}`;
}

function toMethod(method: string): "GET" | "POST" | "DELETE" {
  const upper = method.toUpperCase();
  if (upper === "GET" || upper === "POST" || upper === "DELETE") return upper;
  throw new Error(`Twilio's API has no ${upper}`);
}

/** Form encoding with repeated keys for lists, as Twilio reads them. */
function toForm(data: unknown, rename: (name: string) => string = (name) => name): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(data ?? {})) {
    for (const entry of Array.isArray(value) ? value : [value]) form.append(rename(name), String(entry));
  }
  return form.toString();
}
