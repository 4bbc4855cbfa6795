import type { JsonObject } from "./json.js";
import type { Price } from "./price.js";

/**
 * Statuses of an outbound message, in the vendor's words (Twilio's, which the others map to), between our own
 * `pending` (in the ledger, and the vendor has not answered for it yet), `suppressed` (not sent, because the recipient has
 * opted out) and `unknown`: it was scheduled, and nobody can ask any more what became of it.
 */
export const messageStatuses = [
  "pending",
  "accepted",
  "scheduled",
  "queued",
  "sending",
  "sent",
  "delivered",
  "undelivered",
  "failed",
  "canceled",
  "read",
  "suppressed",
  "unknown",
] as const;

export type MessageStatus = (typeof messageStatuses)[number];

/**
 * How far a status is along the way; a message never moves to a lower rank, so callbacks that come late, twice or
 * out of order are harmless. `delivered`, `undelivered`, `failed` and `canceled` share a rank: the first one stays; so does
 * `suppressed`.
 *
 * Source: https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
 */
export const statusRank: Readonly<Record<MessageStatus, number>> = Object.freeze({
  pending: -1,
  accepted: 0,
  scheduled: 0,
  queued: 1,
  sending: 2,
  sent: 3,
  unknown: 3,
  delivered: 4,
  undelivered: 4,
  failed: 4,
  canceled: 4,
  suppressed: 4,
  read: 5,
});

/** Tells whether a message in `from` may move to `to`. */
export function mayMove(from: MessageStatus, to: MessageStatus): boolean {
  return statusRank[to] > statusRank[from];
}

/** Reads a vendor's status word, or gives null for one we do not know. */
export function toMessageStatus(word: string): MessageStatus | null {
  return messageStatuses.find((status) => status === word) ?? null;
}

/** By which way messages go out and come in. */
export const messageChannels = ["sms", "mms", "whatsapp", "email"] as const;

export type MessageChannel = (typeof messageChannels)[number];

/** Whether somebody reports what becomes of a message after the vendor has taken it; of an e-mail nobody does. */
export function isReported(channel: MessageChannel): boolean {
  return channel !== "email";
}

/** What a message is before it has left: known when the effect is intended. */
export interface MessageDraft {
  readonly channel: MessageChannel;
  readonly from: string | null;
  /** The vendor's pool of senders that it is sent by, such as a messaging service; null for none. */
  readonly service: string | null;
  /** E.164; an e-mail's address in lower case. */
  readonly to: string;
  readonly body: string;
  /** How many SMS segments the body takes; 1 of what is no SMS. */
  readonly segments: number;
  readonly media: readonly string[];
}

/** One message of the ledger, with how far it has come: durable, as `pending`, before it leaves. */
export interface Message extends MessageDraft {
  readonly id: string;
  readonly shard: number;
  /** The ledger row that sent it; one message for one effect. */
  readonly effectId: string;
  readonly runId: string;
  readonly flow: string;
  readonly connection: string;
  /** The record that caused it. */
  readonly dataType: string | null;
  readonly key: string | null;
  /** Twilio's message SID, once known. */
  readonly vendorId: string | null;
  readonly status: MessageStatus;
  /** The vendor's error code when it was not delivered, as text. */
  readonly errorCode: string | null;
  /** What it has cost, once the vendor has said so; kept by `message-priced` only. */
  readonly price: Price | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a vendor's webhook reported about one message. */
export interface MessageReport {
  /** From the callback URL; null when the vendor did not give it back. */
  readonly effectId: string | null;
  readonly vendorId: string;
  readonly status: MessageStatus;
  readonly errorCode: string | null;
  /** Why it was not delivered, in plain words; null when it was or when nobody knows. */
  readonly cause: string | null;
  readonly remedy: string | null;
  /** What it has cost; absent or null when the vendor does not say, or not yet. */
  readonly price?: Price | null;
  /** Whether the recipient has opted out, by this report. */
  readonly optedOut: boolean;
  /** Equal for repetitions of the same report. */
  readonly dedupeKey: string;
  /** The vendor's fields as they came. */
  readonly raw: JsonObject;
}
