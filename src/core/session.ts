import type { ErrorCode } from "./error-catalogue.js";
import type { JsonObject } from "./json.js";
import type { MessageDraft } from "./message.js";
import type { ConversationChannel } from "./received-message.js";

/** One way to say something: a request, and the message that it sends. */
export interface Saying {
  /** What it is, for the operator: `free text`, `template order_confirmation (en)`. */
  readonly label: string;
  readonly request: JsonObject;
  readonly message: MessageDraft | null;
}

/** Why nothing can be sent, ready for the operator. */
export interface SessionRefusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
}

/**
 * The condition of a request that a vendor takes only for a while after the contact has written to the sender.
 *
 * It is asked at each attempt that begins a call which certainly took no effect yet: what was picked is what the ledger has,
 * and what may have been sent is repeated unchanged.
 */
export interface Session {
  readonly channel: ConversationChannel;
  /** The sender that the contact has to have written to; null for any of the connection. */
  readonly sender: string | null;
  readonly contact: string;
  /** How long after the contact's last message the request may leave, in milliseconds. */
  readonly ms: number;
  /** When the vendor is to send it, when that is later than now: ISO-8601; null for at once. */
  readonly leavesAt: string | null;
  /** What the request that is meant to be sent is, for the operator. */
  readonly label: string;
  /** What is sent when it may not, or why nothing is. */
  readonly outside: Saying | SessionRefusal;
}

/** Which of two requests was sent, and why. */
export interface Picked {
  readonly which: "inside" | "outside";
  /** In plain words. */
  readonly why: string;
}

/** A session as the ledger keeps it, with what may be sent inside, and what was picked; null before the first attempt. */
export interface KeptSession extends Session {
  readonly inside: Saying;
  readonly picked: Picked | null;
}

/** Tells whether there is nothing to send outside. */
export function isRefusal(outside: Session["outside"]): outside is SessionRefusal {
  return "code" in outside;
}
