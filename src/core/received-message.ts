import type { JsonObject } from "./json.js";
import type { Message } from "./message.js";

/** Where a conversation takes place: SMS and MMS are one thread on the customer's phone. Consent is kept for each of them. */
export const conversationChannels = ["sms", "whatsapp", "email"] as const;

export type ConversationChannel = (typeof conversationChannels)[number];

/** Gives the thread that a message of this channel appears in. */
export function threadOf(channel: Message["channel"]): ConversationChannel {
  return channel === "mms" ? "sms" : channel;
}

/** Gives the threads that a contact can be written to in: an address has other ones than a number. */
export function threadsOf(contact: string): readonly ConversationChannel[] {
  return conversationChannels.filter((channel) => (channel === "email") === contact.includes("@"));
}

/** A file that came with a message, still at the vendor. */
export interface ReceivedMedia {
  readonly url: string;
  /** As the vendor says; null when it does not. */
  readonly contentType: string | null;
}

/** A file of a stored message. */
export interface KeptMedia extends ReceivedMedia {
  /** Our copy; absent when none is made. */
  readonly attachmentId?: string;
}

/** Whether a message asks for no more messages, for messages again, or for help: the words that the law knows. */
export type OptOut = "stop" | "start" | "help";

/** What a vendor's webhook says about a message that came in. */
export interface InboundMessage {
  readonly channel: Message["channel"];
  /** Who wrote: E.164, or what else the vendor calls a sender without number. */
  readonly contact: string;
  /** Our number, or the service that took it. */
  readonly to: string;
  /** The vendor's pool of senders that our number is in; null for none. */
  readonly service: string | null;
  readonly body: string;
  readonly media: readonly ReceivedMedia[];
  readonly vendorId: string;
  /** The vendor's id of the message that it expressly replies to; null when it names none. */
  readonly quotes: string | null;
  readonly optOut: OptOut | null;
  /** Why the vendor had to fall back to another address; null when it came the ordinary way. */
  readonly fallback: { readonly errorCode: string; readonly errorUrl: string } | null;
  /** Equal for repetitions of the same message. */
  readonly dedupeKey: string;
  /** The vendor's fields as they came. */
  readonly raw: JsonObject;
}

/** The outbound message that a received one answers, as far as anybody can tell. */
export interface Answered {
  readonly messageId: string;
  readonly runId: string;
  readonly dataType: string | null;
  readonly key: string | null;
}

/** One message that a contact sent us. Written once, never changed. */
export interface ReceivedMessage {
  readonly id: string;
  readonly shard: number;
  readonly connection: string;
  readonly channel: Message["channel"];
  /** Who wrote: E.164, or what else the vendor calls a sender without number. */
  readonly contact: string;
  /** Our number, or the service that took it. */
  readonly to: string;
  readonly body: string;
  readonly media: readonly KeptMedia[];
  readonly vendorId: string;
  /** The vendor's id of the message that it expressly replies to; null when it names none. */
  readonly quotes: string | null;
  readonly optOut: OptOut | null;
  readonly conversationId: string;
  /** The event that says so. */
  readonly eventId: string;
  /** The message it quotes, else the newest one that was sent to this contact before; null when there is none. */
  readonly answers: Answered | null;
  /** The vendor's fields as they came. */
  readonly raw: JsonObject;
  readonly receivedAt: Date;
}
