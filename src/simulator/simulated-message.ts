import type { MessageStatus } from "../core/message.js";

/** What a create request asked for, after it was judged. */
export interface MessageDraft {
  readonly to: string;
  /** The recipient's number without the channel's prefix; magic numbers are looked up by it. */
  readonly toNumber: string;
  /** Null while a messaging service has not picked its sender. */
  readonly from: string | null;
  /** What the phone shows: of a template, its text with the values. */
  readonly body: string;
  /** The template it was made of; null for free text. */
  readonly contentSid: string | null;
  /** With what it will fail whoever receives it; null for nothing. */
  readonly errorAhead: number | null;
  readonly media: readonly string[];
  readonly messagingServiceSid: string | null;
  readonly statusCallback: string | null;
  /** When a scheduled message is to leave; null leaves at once. */
  readonly sendAt: Date | null;
}

/** One message the simulator accepted; each change makes a new one of these. */
export interface SimulatedMessage extends MessageDraft {
  readonly sid: string;
  readonly accountSid: string;
  readonly status: MessageStatus;
  readonly errorCode: number | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When the message reached `sent`. */
  readonly sentAt: Date | null;
  /** Deleted through the API: no longer shown there, but never forgotten here. */
  readonly deleted: boolean;
}
