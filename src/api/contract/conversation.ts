import { type Conversation, type ConversationMessage, conversationStates } from "../../core/conversation.js";
import { messageChannels } from "../../core/message.js";
import { conversationChannels } from "../../core/received-message.js";
import { message, toMessageView } from "./message.js";
import {
  anyObject,
  array,
  described,
  instant,
  named,
  nullable,
  object,
  oneOf,
  type Static,
  text,
  toInstant,
  toOptionalInstant,
} from "./schema.js";

/** One message that a contact sent us. */
export const receivedMessage = named(
  "ReceivedMessage",
  object({
    id: text(),
    connection: text(),
    channel: oneOf(messageChannels),
    contact: described("Who wrote: E.164, or what else the vendor calls a sender.", text()),
    to: described("Our number, or the service that took it.", text()),
    body: text(),
    media: array(
      object(
        { url: text(), contentType: described("As the vendor's webhook said.", nullable(text())) },
        { attachmentId: described("Our copy of it: GET /api/v1/attachments/{id}.", text()) },
      ),
    ),
    vendorId: described("Twilio's message SID.", text()),
    quotes: described("The vendor's id of the message that it expressly replies to.", nullable(text())),
    optOut: described(
      "Whether it asks for no more messages, for messages again, or for help.",
      nullable(oneOf(["stop", "start", "help"])),
    ),
    conversationId: text(),
    eventId: text(),
    answers: described(
      "Our message that it answers, as far as anybody can tell, with its run and record.",
      nullable(object({ messageId: text(), runId: text(), dataType: nullable(text()), key: nullable(text()) })),
    ),
    raw: described("The vendor's fields as they came.", anyObject),
    receivedAt: instant,
  }),
);

/** What a contact and we write to each other on one channel. */
export const conversation = named(
  "Conversation",
  object({
    id: text(),
    channel: oneOf(conversationChannels),
    contact: text(),
    state: oneOf(conversationStates),
    beginsAt: described("From here on our messages to the contact belong to it.", instant),
    openedAt: instant,
    lastReceivedAt: instant,
    lastReceivedId: text(),
    updatedAt: instant,
    closedAt: nullable(instant),
  }),
);

/** One message of a conversation; one of `received` and `sent` is there. */
export const conversationMessage = named(
  "ConversationMessage",
  object({
    direction: oneOf(["in", "out"]),
    received: nullable(receivedMessage),
    sent: nullable(message),
  }),
);

export type ConversationView = Static<typeof conversation>;
export type ConversationMessageView = Static<typeof conversationMessage>;

export function toConversationView(stored: Conversation): ConversationView {
  const { shard: _shard, ...shown } = stored;
  return {
    ...shown,
    beginsAt: toInstant(stored.beginsAt),
    openedAt: toInstant(stored.openedAt),
    lastReceivedAt: toInstant(stored.lastReceivedAt),
    updatedAt: toInstant(stored.updatedAt),
    closedAt: toOptionalInstant(stored.closedAt),
  };
}

export function toConversationMessageView({ direction, message }: ConversationMessage): ConversationMessageView {
  if (direction === "out") return { direction, received: null, sent: toMessageView(message) };
  const { shard: _shard, ...shown } = message;
  const received = { ...shown, receivedAt: toInstant(message.receivedAt) };
  return { direction, received, sent: null };
}
