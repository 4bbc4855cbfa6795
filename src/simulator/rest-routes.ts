import type { AccountBook } from "./account/account-book.js";
import { answerAboutAccount, isAboutAccount } from "./account/account-routes.js";
import { type Account, requireAccount, requireLogin } from "./accounts.js";
import type { ApiRequest } from "./api-request.js";
import { contentPath, routeContent } from "./content-routes.js";
import { type MediaParts, routeMedia, toMediaPlace } from "./media-routes.js";
import { apiVersion, toRfc2822 } from "./message-resource.js";
import type { MessageRoutes } from "./message-routes.js";
import { type Answer, jsonAnswer, type Reaction, refusalAnswer } from "./reaction.js";
import type { SimulatedTemplates } from "./simulated-templates.js";
import { Refusal } from "./twilio-errors.js";

const PATH = /^\/2010-04-01\/Accounts\/([^/]+?)(?:\/(Messages)(?:\/([^/]+))?)?\.json$/;

/** What the API's routes work with. */
export interface RestParts extends MediaParts {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly messages: MessageRoutes;
  readonly templates: SimulatedTemplates;
  readonly book: AccountBook;
  readonly startedAt: Date;
  /** Counts a request of an account we know, before it is judged. */
  readonly asked: (what: "creates" | "lists") => void;
}

/** Gives what the API does about one request; a refusal is an answer too. */
export function routeRest(request: ApiRequest, parts: RestParts): Reaction {
  try {
    return route(request, parts);
  } catch (thrown) {
    const refusal = thrown instanceof Refusal ? thrown : new Refusal(20500, String(thrown));
    return { kind: "answer", answer: refusalAnswer(refusal) };
  }
}

function route(request: ApiRequest, parts: RestParts): Reaction {
  const { accounts, messages, templates, book, startedAt, asked } = parts;
  if (request.path.startsWith(contentPath)) return answering(routeContent(request, { accounts, templates }));
  if (isAboutAccount(request.path)) return answering(aboutAccount(request, { accounts, book, startedAt }));
  const place = toMediaPlace(request.path);
  if (place !== null) {
    requireAccount(accounts, place.accountSid, request.authorization);
    return answering(routeMedia(request, place, parts));
  }
  const [, accountSid, collection, messageSid] = PATH.exec(request.path) ?? [];
  if (accountSid === undefined) throw new Refusal(20404, request.path);
  const account = requireAccount(accounts, accountSid, request.authorization);
  const { method } = request;
  if (collection === undefined) return answering(accountAnswer(method, account, { book, startedAt }));
  if (messageSid === undefined) {
    if (method === "POST") {
      asked("creates");
      return messages.create(accountSid, request);
    }
    if (method === "GET") {
      asked("lists");
      return answering(messages.list(accountSid, request));
    }
    throw new Refusal(20004, method);
  }
  if (method === "GET") return answering(messages.fetch(accountSid, messageSid));
  if (method === "POST") return answering(messages.update(request, accountSid, messageSid));
  if (method === "DELETE") return answering(messages.remove(accountSid, messageSid));
  throw new Refusal(20004, method);
}

function answering(answer: Answer): Reaction {
  return { kind: "answer", answer };
}

function aboutAccount(
  request: ApiRequest,
  { accounts, ...parts }: Pick<RestParts, "accounts" | "book" | "startedAt">,
): Answer {
  const [, named] = /^\/2010-04-01\/Accounts\/([^/]+)\//.exec(request.path) ?? [];
  const { authorization } = request;
  const account =
    named === undefined ? requireLogin(accounts, authorization) : requireAccount(accounts, named, authorization);
  return answerAboutAccount({ request, account, ...parts });
}

function accountAnswer(
  method: string,
  { accountSid, authToken }: Account,
  { book: { setup }, startedAt }: Pick<RestParts, "book" | "startedAt">,
): Answer {
  if (method !== "GET") throw new Refusal(20004, method);
  const uri = `/${apiVersion}/Accounts/${accountSid}`;
  return jsonAnswer(200, {
    sid: accountSid,
    friendly_name: setup.name,
    status: setup.status,
    type: setup.type,
    auth_token: authToken,
    owner_account_sid: accountSid,
    date_created: toRfc2822(startedAt),
    date_updated: toRfc2822(startedAt),
    uri: `${uri}.json`,
    subresource_uris: { messages: `${uri}/Messages.json` },
  });
}
