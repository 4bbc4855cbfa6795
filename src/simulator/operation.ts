import type { JsonObject } from "../core/json.js";
import type { AccountBook } from "./account/account-book.js";
import type { Account } from "./accounts.js";
import type { ApiRequest } from "./api-request.js";
import type { MediaSettings, MediaShelf } from "./media-shelf.js";
import type { MessageRoutes } from "./message-routes.js";
import type { Parameters } from "./parameters.js";
import { type Answer, jsonAnswer, type Reaction } from "./reaction.js";
import type { SimulatedTemplates } from "./simulated-templates.js";

/** What the operations work with. */
export interface RestParts {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly messages: MessageRoutes;
  readonly media: MediaShelf;
  readonly mediaSettings: () => MediaSettings;
  /** Whether the account has sent or received a message. */
  readonly hasMessage: (accountSid: string, messageSid: string) => boolean;
  readonly templates: SimulatedTemplates;
  readonly book: AccountBook;
  readonly startedAt: Date;
  /** Counts a request of an account we know, before it is judged. */
  readonly asked: (what: "creates" | "lists") => void;
}

/** A request by somebody who has logged in. */
export interface Asked extends RestParts {
  readonly request: ApiRequest;
  readonly account: Account;
  /** What stands in the path, by Twilio's names: `Sid`. */
  readonly ids: Readonly<Record<string, string>>;
}

/** One operation of Twilio's API, as its published description has it. */
export interface Operation {
  /** Twilio's own name of it. */
  readonly name: string;
  readonly method: "GET" | "POST" | "DELETE";
  /** With `{Sid}` and the like. */
  readonly path: string;
  /** None when left out. */
  readonly query?: Parameters;
  /** None when left out; null where it is judged with everything else that is sent. */
  readonly form?: Parameters | null;
  /** What `hidden` calls the part of an account that it is about. */
  readonly part?: string;
  readonly counted?: "creates" | "lists";
  /** @throws Refusal */
  react(asked: Asked): Reaction;
}

/** Begins every path of the API of 2010 that belongs to an account. */
export const ofAccount = "/2010-04-01/Accounts/{AccountSid}";

/** Answers at once, with nothing to do afterwards. */
export function answering(answer: Answer): Reaction {
  return { kind: "answer", answer };
}

/** Answers with a resource or a list. */
export function found(body: JsonObject, status = 200): Reaction {
  return answering(jsonAnswer(status, body));
}

/** What is answered where something was deleted. */
export const nothing: Reaction = answering({ status: 204, headers: {}, body: "" });
