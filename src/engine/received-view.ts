import type { JsonObject } from "../core/json.js";
import type { Message } from "../core/message.js";
import type { ReceivedMessage } from "../core/received-message.js";

/** What of a received message flows read. */
type Replied = Pick<
  ReceivedMessage,
  "id" | "vendorId" | "conversationId" | "connection" | "channel" | "contact" | "to"
> &
  Pick<ReceivedMessage, "body" | "media" | "optOut" | "receivedAt">;

/** Gives a received message as a `wait` step's expressions and later steps read it. */
export function toReply(message: Replied): JsonObject {
  const { id, vendorId, conversationId, connection, channel, contact, to, body, media, optOut } = message;
  return {
    messageId: id,
    vendorId,
    conversationId,
    connection,
    channel,
    from: contact,
    to,
    body,
    media: media.map((file) => ({ ...file })),
    optOut,
    receivedAt: message.receivedAt.toISOString(),
  };
}

/** Gives a received message as a flow reads it that starts with it: with what it answers, and as the vendor said it. */
export function toReceivedPayload(message: ReceivedMessage, answered: Message | null): JsonObject {
  if (answered === null) return { ...toReply(message), answers: null, report: message.raw };
  const { id, flow, runId, dataType, key, body } = answered;
  return { ...toReply(message), answers: { messageId: id, flow, runId, dataType, key, body }, report: message.raw };
}
