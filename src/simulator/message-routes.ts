import type { ApiRequest } from "./api-request.js";
import { toForm } from "./api-request.js";
import { type CreateRules, validateCreate } from "./create-validation.js";
import type { Deliveries } from "./deliveries.js";
import type { FaultDesk } from "./fault-desk.js";
import { noCallbackFaults } from "./faults.js";
import type { Ledger } from "./ledger.js";
import type { ListSettings } from "./list-settings.js";
import { type MediaShelf, onePoint } from "./media-shelf.js";
import { toMessagePage } from "./message-list.js";
import { toResource } from "./message-resource.js";
import { type Answer, faultReaction, jsonAnswer, type Reaction } from "./reaction.js";
import type { MessageDraft, SimulatedMessage } from "./simulated-message.js";
import { Refusal } from "./twilio-errors.js";

/** What the message routes work with. */
export interface MessageParts extends CreateRules {
  readonly ledger: Ledger;
  readonly faults: FaultDesk;
  readonly deliveries: Deliveries;
  /** Whether the recipient has texted STOP to whoever would send this. */
  readonly isOptedOut: (draft: MessageDraft) => boolean;
  readonly media: MediaShelf;
  /** How the list behaves now. */
  readonly listSettings: () => ListSettings;
  /** Gives 32 hexadecimal digits that were never given before. */
  readonly newHex: () => string;
}

/** One account's message resource, by operation. Every operation throws a Refusal when Twilio would refuse. */
export interface MessageRoutes {
  create(accountSid: string, request: ApiRequest): Reaction;
  list(accountSid: string, request: ApiRequest): Answer;
  fetch(accountSid: string, sid: string): Answer;
  /** Redacts (`Body=`) or cancels (`Status=canceled`). */
  update(request: ApiRequest, accountSid: string, sid: string): Answer;
  remove(accountSid: string, sid: string): Answer;
}

/** Makes the routes; what they keep is in the ledger. */
export function createMessageRoutes(parts: MessageParts): MessageRoutes {
  const { ledger, faults, deliveries } = parts;
  const requireMessage = (accountSid: string, sid: string): SimulatedMessage => {
    const message = ledger.get(sid);
    if (!message || message.deleted || message.accountSid !== accountSid) throw new Refusal(20404, `message ${sid}`);
    return message;
  };
  return {
    create(accountSid, request) {
      const form = toForm(request);
      const strike = faults.strike(form);
      const early = strike.beforeAccepting();
      if (early) return faultReaction(early, null);
      const draft = validateCreate(form, parts);
      if (parts.isOptedOut(draft)) throw new Refusal(21610, draft.to);
      const message = toMessage(draft, accountSid, parts);
      ledger.add(message);
      // The addresses are not called: what lies there is anybody's guess.
      for (const _url of message.media) {
        parts.media.put({ accountSid, messageSid: message.sid, contentType: "image/png", content: onePoint });
      }
      const callbackFaults = message.statusCallback === null ? noCallbackFaults : strike.onCallbacks();
      const answer = jsonAnswer(201, toResource(message));
      const late = strike.afterAccepting();
      const reaction: Reaction = late ? faultReaction(late, answer) : { kind: "answer", answer };
      return { ...reaction, afterwards: () => deliveries.start(message.sid, callbackFaults) };
    },
    list(accountSid, { path, query }) {
      const { failing, visibleAfterMs } = parts.listSettings();
      if (failing) throw new Refusal(20500, "the list was told to fail");
      const visible = createdUntil(ledger.list(), parts.now().getTime() - visibleAfterMs);
      return jsonAnswer(200, toMessagePage(visible, { accountSid, path, query }));
    },
    fetch: (accountSid, sid) => jsonAnswer(200, toResource(requireMessage(accountSid, sid))),
    update(request, accountSid, sid) {
      const message = requireMessage(accountSid, sid);
      const form = toForm(request);
      if (form.get("Status")) return jsonAnswer(200, toResource(cancel(message, deliveries)));
      if (form.get("Body") !== "") throw new Refusal(20001, "only an empty 'Body' or 'Status' can be set");
      return jsonAnswer(200, toResource(ledger.update(sid, { body: "", updatedAt: parts.now() }) ?? message));
    },
    remove(accountSid, sid) {
      requireMessage(accountSid, sid);
      ledger.update(sid, { deleted: true });
      return { status: 204, headers: {}, body: "" };
    },
  };
}

function createdUntil(messages: readonly SimulatedMessage[], latestMs: number): readonly SimulatedMessage[] {
  return messages.filter(({ createdAt }) => createdAt.getTime() <= latestMs);
}

function toMessage(draft: MessageDraft, accountSid: string, { now, newHex }: MessageParts): SimulatedMessage {
  const at = now();
  const immediate = draft.messagingServiceSid === null ? "queued" : "accepted";
  return {
    ...draft,
    sid: `${draft.media.length > 0 ? "MM" : "SM"}${newHex()}`,
    accountSid,
    status: draft.sendAt === null ? immediate : "scheduled",
    errorCode: null,
    createdAt: at,
    updatedAt: at,
    sentAt: null,
    deleted: false,
  };
}

function cancel(message: SimulatedMessage, deliveries: Deliveries): SimulatedMessage {
  const canceled = deliveries.cancel(message.sid);
  if (!canceled) throw new Refusal(30409, `this one is ${message.status}`);
  return canceled;
}
