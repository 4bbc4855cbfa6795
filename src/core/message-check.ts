import type { MessageChannel } from "./message.js";

/**
 * Something that is still to be asked of the vendor about one of our messages. `confirm`: what became of it, since nobody has
 * said so. `price`: what it has cost. `cancel`: to take it back, since it is scheduled, and its run was cancelled or its
 * recipient has opted out.
 */
export interface MessageCheck {
  readonly messageId: string;
  readonly purpose: "confirm" | "cancel" | "price";
  readonly dueAt: Date;
  /** Times that the vendor was asked. */
  readonly attempts: number;
  /** The notification about it; null when there is none. */
  readonly noticeId: string | null;
  readonly createdAt: Date;
}

/** One message of a walk through all, as little of it as tells whether somebody must ask. */
export interface WalkedMessage {
  readonly id: string;
  readonly channel: MessageChannel;
  readonly vendorId: string | null;
  readonly statusRank: number;
  /** Whether it is known what it has cost. */
  readonly priced: boolean;
}
