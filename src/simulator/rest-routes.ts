import { type Account, requireAccount, requireLogin } from "./accounts.js";
import { type ApiRequest, toForm } from "./api-request.js";
import type { RestParts } from "./operation.js";
import { operationsAt } from "./operations.js";
import { checkParameters } from "./parameters.js";
import { type Reaction, refusalAnswer } from "./reaction.js";
import { Refusal } from "./twilio-errors.js";

/** Gives what the API does about one request; a refusal is an answer too. */
export function routeRest(request: ApiRequest, parts: RestParts): Reaction {
  try {
    return route(request, parts);
  } catch (thrown) {
    const refusal = thrown instanceof Refusal ? thrown : new Refusal(20500, String(thrown));
    return { kind: "answer", answer: refusalAnswer(refusal) };
  }
}

/** A path that is not there comes first, then the login, the method, what may not be seen, and the parameters. */
function route(request: ApiRequest, parts: RestParts): Reaction {
  const places = operationsAt(request.path);
  if (places.length === 0) throw new Refusal(20404, request.path);
  const account = logIn(request, parts);
  const place = places.find(({ operation }) => operation.method === request.method);
  if (place === undefined) throw new Refusal(20004, request.method);
  const { operation, ids } = place;
  const { counted, part, query = {}, form = {} } = operation;
  if (counted !== undefined) parts.asked(counted);
  if (part !== undefined && parts.book.setup.hidden.includes(part)) throw new Refusal(20404, request.path);
  checkParameters(request.query, query);
  if (form !== null) checkParameters(toForm(request), form);
  return operation.react({ ...parts, request, account, ids });
}

/** Paths of the API of 2010 name their account; elsewhere the login says whose it is. */
function logIn({ path, authorization }: ApiRequest, { accounts }: RestParts): Account {
  const [, named] = /^\/2010-04-01\/Accounts\/([^/.]+)/.exec(path) ?? [];
  return named === undefined ? requireLogin(accounts, authorization) : requireAccount(accounts, named, authorization);
}
