import type { Message } from "./message.js";
import type { ConversationChannel, ReceivedMessage } from "./received-message.js";

export const conversationStates = ["open", "closed"] as const;

export type ConversationState = (typeof conversationStates)[number];

/** What a contact and we write to each other on one channel. There is one open conversation for each of them at most. */
export interface Conversation {
  readonly id: string;
  readonly shard: number;
  readonly channel: ConversationChannel;
  /** Who we talk with: E.164, or what else the vendor calls a sender without number. */
  readonly contact: string;
  readonly state: ConversationState;
  /** From here on our messages to the contact belong to it: where the message was made that the first reply answers. */
  readonly beginsAt: Date;
  readonly openedAt: Date;
  readonly lastReceivedAt: Date;
  readonly lastReceivedId: string;
  readonly updatedAt: Date;
  /** Null while it is open. */
  readonly closedAt: Date | null;
}

/** One message of a conversation. */
export type ConversationMessage =
  | { readonly direction: "in"; readonly message: ReceivedMessage }
  | { readonly direction: "out"; readonly message: Message };

/** Gives the part of an id by which ids of different kinds are ordered by time. */
export function idOrder(id: string): string {
  return id.slice(id.indexOf("_") + 1);
}
