import { isJsonObject, type JsonObject } from "../../core/json.js";
import type { Account } from "../accounts.js";
import { type ApiRequest, toForm } from "../api-request.js";
import { toRfc2822 } from "../message-resource.js";
import { type Answer, jsonAnswer } from "../reaction.js";
import { Refusal } from "../twilio-errors.js";
import type { AccountBook } from "./account-book.js";
import { type ListAsked, newerPage, olderPage } from "./resource-list.js";

/** A request about the account, by somebody who has logged in. */
export interface AccountAsked {
  readonly request: ApiRequest;
  readonly account: Account;
  readonly book: AccountBook;
  readonly startedAt: Date;
}

interface Route {
  readonly method: "GET" | "POST";
  readonly path: RegExp;
  /** What `hidden` calls it. */
  readonly part: string;
  answer(asked: AccountAsked, id: string): Answer;
}

const owned = (rest: string): RegExp => new RegExp(`^/2010-04-01/Accounts/AC[0-9a-fA-F]{32}/${rest}\\.json$`);
const found = (body: JsonObject, status = 200): Answer => jsonAnswer(status, body);
const listAsked = ({ request: { path, query } }: AccountAsked, member: string): ListAsked => ({ path, query, member });

/** Everything that can be asked about an account besides its messages. Sources: Twilio's OpenAPI, by product. */
const routes: readonly Route[] = [
  {
    ...{ method: "GET", path: owned("Balance"), part: "Balance" },
    answer: ({ account, book }) =>
      found({ account_sid: account.accountSid, balance: book.setup.balance, currency: "USD" }),
  },
  {
    ...{ method: "GET", path: owned("IncomingPhoneNumbers"), part: "IncomingPhoneNumbers" },
    answer: (asked) => {
      const wanted = asked.request.query.get("PhoneNumber");
      const all = asked.book.numbers().filter(({ phone_number }) => wanted === null || phone_number === wanted);
      return found(olderPage(all, listAsked(asked, "incoming_phone_numbers")));
    },
  },
  {
    ...{ method: "GET", path: owned("IncomingPhoneNumbers/(PN\\w{32})"), part: "IncomingPhoneNumbers" },
    answer: ({ book }, sid) => found(require(book.numbers(), sid)),
  },
  {
    ...{ method: "POST", path: owned("IncomingPhoneNumbers/(PN\\w{32})"), part: "IncomingPhoneNumbers" },
    answer: (asked, sid) => {
      require(asked.book.numbers(), sid);
      const members = toMembers(toForm(asked.request), numberParameters);
      return found(asked.book.update(sid, { ...members, date_updated: toRfc2822(new Date()) }) ?? {});
    },
  },
  {
    ...{ method: "GET", path: owned("OutgoingCallerIds"), part: "OutgoingCallerIds" },
    answer: (asked) => {
      const verified = asked.book.setup.verified.map((number, index) => ({
        sid: `PN${String(index + 1).padStart(32, "0")}`,
        phone_number: number,
        friendly_name: number,
        account_sid: asked.account.accountSid,
      }));
      return found(olderPage(verified, listAsked(asked, "outgoing_caller_ids")));
    },
  },
  {
    ...{ method: "GET", path: /^\/v1\/Services$/, part: "Services" },
    answer: (asked) => found(newerPage(asked.book.services(), listAsked(asked, "services"))),
  },
  {
    ...{ method: "GET", path: /^\/v1\/Services\/(MG\w{32})$/, part: "Services" },
    answer: ({ book }, sid) => found(require(book.services(), sid)),
  },
  {
    ...{ method: "POST", path: /^\/v1\/Services\/(MG\w{32})$/, part: "Services" },
    answer: ({ request, book }, sid) => {
      require(book.services(), sid);
      return found(book.update(sid, toMembers(toForm(request), serviceParameters)) ?? {});
    },
  },
  {
    ...{ method: "GET", path: /^\/v1\/Services\/(MG\w{32})\/PhoneNumbers$/, part: "Services" },
    answer: (asked, sid) => {
      require(asked.book.services(), sid);
      const pool = asked.book.inService(sid).map((number) => ({ ...pick(number), service_sid: sid }));
      return found(newerPage(pool, listAsked(asked, "phone_numbers")));
    },
  },
  empty(/^\/v1\/Services\/(MG\w{32})\/ChannelSenders$/, "senders"),
  empty(/^\/v1\/Services\/(MG\w{32})\/ShortCodes$/, "short_codes"),
  empty(/^\/v1\/Services\/(MG\w{32})\/AlphaSenders$/, "alpha_senders"),
  {
    ...{ method: "GET", path: /^\/v2\/Channels\/Senders$/, part: "Senders" },
    answer: (asked) => {
      const channel = asked.request.query.get("Channel");
      if (channel === null) throw new Refusal(20001, "'Channel' is required");
      const senders = channel === "whatsapp" ? asked.book.whatsApp() : [];
      return found(newerPage(senders, listAsked(asked, "senders")));
    },
  },
  {
    ...{ method: "GET", path: /^\/v2\/Channels\/Senders\/(XE\w{32})$/, part: "Senders" },
    answer: ({ book }, sid) => found(require(book.whatsApp(), sid)),
  },
  {
    ...{ method: "POST", path: /^\/v2\/Channels\/Senders\/(XE\w{32})$/, part: "Senders" },
    answer: ({ request, book }, sid) => {
      const { webhook } = require(book.whatsApp(), sid);
      const changed = webhookOf(request);
      return found(book.update(sid, { webhook: { ...(webhook as JsonObject), ...changed } }) ?? {}, 202);
    },
  },
  {
    ...{ method: "GET", path: /^\/v1\/Messaging\/GeoPermissions$/, part: "GeoPermissions" },
    answer: ({ request, book }) => {
      const asked = (request.query.get("CountryCode") ?? "US,CA,GB,DE,IN").split(",");
      const off = book.setup.countriesOff;
      return found({
        permissions: asked.map((code) => ({ country_code: code, type: "country", enabled: !off.includes(code) })),
      });
    },
  },
];

function empty(path: RegExp, member: string): Route {
  return {
    ...{ method: "GET", path, part: "Services" },
    answer: (asked, sid) => {
      require(asked.book.services(), sid);
      return found(newerPage([], listAsked(asked, member)));
    },
  };
}

/** Whether a path is about the account and not about its messages. */
export function isAboutAccount(path: string): boolean {
  return routes.some((route) => route.path.test(path));
}

/** Answers what is asked or changed about an account. @throws Refusal */
export function answerAboutAccount(asked: AccountAsked): Answer {
  const { method, path } = asked.request;
  const route = routes.find((one) => one.method === method && one.path.test(path));
  if (route === undefined) throw new Refusal(20004, method);
  if (asked.book.setup.hidden.includes(route.part)) throw new Refusal(20404, path);
  return route.answer(asked, route.path.exec(path)?.[1] ?? "");
}

function require(resources: readonly JsonObject[], sid: string): JsonObject {
  const resource = resources.find((one) => one.sid === sid);
  if (resource === undefined) throw new Refusal(20404, sid);
  return resource;
}

function pick({ sid, account_sid, phone_number }: JsonObject): JsonObject {
  return { sid: sid ?? null, account_sid: account_sid ?? null, phone_number: phone_number ?? null };
}

type Kind = "url" | "method" | "text" | "flag";
type Parameters = Readonly<Record<string, readonly [member: string, kind: Kind]>>;

const numberParameters: Parameters = {
  FriendlyName: ["friendly_name", "text"],
  SmsUrl: ["sms_url", "url"],
  SmsMethod: ["sms_method", "method"],
  SmsFallbackUrl: ["sms_fallback_url", "url"],
  SmsFallbackMethod: ["sms_fallback_method", "method"],
  SmsApplicationSid: ["sms_application_sid", "text"],
  StatusCallback: ["status_callback", "url"],
  StatusCallbackMethod: ["status_callback_method", "method"],
};

const serviceParameters: Parameters = {
  FriendlyName: ["friendly_name", "text"],
  InboundRequestUrl: ["inbound_request_url", "url"],
  InboundMethod: ["inbound_method", "method"],
  FallbackUrl: ["fallback_url", "url"],
  FallbackMethod: ["fallback_method", "method"],
  StatusCallback: ["status_callback", "url"],
  UseInboundWebhookOnNumber: ["use_inbound_webhook_on_number", "flag"],
};

/** Parameters that we do not have are passed over, as Twilio does. */
function toMembers(form: URLSearchParams, parameters: Parameters): JsonObject {
  const members: Record<string, JsonObject[string]> = {};
  for (const [name, value] of form) {
    const known = parameters[name];
    if (known === undefined) continue;
    const [member, kind] = known;
    if (kind === "url" && value !== "" && !/^https?:\/\/[^/]/i.test(value))
      throw new Refusal(20001, `'${name}' is ${value}`);
    if (kind === "method" && value !== "GET" && value !== "POST") throw new Refusal(20001, `'${name}' is ${value}`);
    members[member] = kind === "flag" ? value === "true" : value;
  }
  return members;
}

function webhookOf({ contentType, body }: ApiRequest): JsonObject {
  if (!contentType.toLowerCase().startsWith("application/json")) throw new Refusal(20001, "the body must be JSON");
  try {
    const sent: unknown = JSON.parse(body);
    if (isJsonObject(sent) && isJsonObject(sent.webhook)) return sent.webhook;
  } catch {
    // Refused below: no JSON and no webhook come to the same.
  }
  throw new Refusal(20001, "the body must have a webhook");
}
