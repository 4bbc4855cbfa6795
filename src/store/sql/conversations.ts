import type { Change } from "../../core/change.js";
import {
  type Conversation,
  type ConversationMessage,
  type ConversationState,
  idOrder,
} from "../../core/conversation.js";
import type { Message } from "../../core/message.js";
import type { Page } from "../../core/paging.js";
import type { ConversationChannel, ReceivedMessage } from "../../core/received-message.js";
import type { ConversationFilter } from "../../core/store-filters.js";
import { columns, fromInstant } from "./columns.js";
import type { Search } from "./search.js";
import { insertInto, listStatement, type Row, type Statement, type Write } from "./statement.js";

const conversationColumns = [
  "id",
  "shard",
  "channel",
  "contact",
  "state",
  "begins_at",
  "opened_at",
  "last_received_at",
  "last_received_id",
  "updated_at",
  "closed_at",
] as const;
const openConversation = insertInto(
  "conversations",
  conversationColumns,
  "ON CONFLICT (contact, channel) WHERE state = 'open' DO NOTHING",
);
const selectConversation = `SELECT ${conversationColumns.join(", ")} FROM conversations`;

/** Messages of two processes may be stored in another order than they came in. */
const joinConversation = `UPDATE conversations SET
    last_received_at = CASE WHEN last_received_id < ? THEN ? ELSE last_received_at END,
    updated_at = CASE WHEN last_received_id < ? THEN ? ELSE updated_at END,
    last_received_id = CASE WHEN last_received_id < ? THEN ? ELSE last_received_id END
  WHERE id = ? AND state = 'open'`;
const closeConversation = `UPDATE conversations SET state = 'closed', closed_at = ?, updated_at = ?
  WHERE id = ? AND state = 'open'`;
const reopenConversation = `UPDATE conversations SET state = 'open', closed_at = NULL, updated_at = ?
  WHERE id = ? AND state = 'closed' AND NOT EXISTS (SELECT 1 FROM conversations newer
    WHERE newer.contact = conversations.contact AND newer.channel = conversations.channel AND newer.last_received_id > conversations.last_received_id)`;

export function conversationOpening(conversation: Conversation): Write {
  const values = [
    conversation.id,
    conversation.shard,
    conversation.channel,
    conversation.contact,
    conversation.state,
    fromInstant(conversation.beginsAt),
    fromInstant(conversation.openedAt),
    fromInstant(conversation.lastReceivedAt),
    conversation.lastReceivedId,
    fromInstant(conversation.updatedAt),
    fromInstant(conversation.closedAt),
  ];
  return { sql: openConversation, values, refusal: conflict(`${conversation.contact} has an open conversation`) };
}

export function conversationJoin({
  id,
  receivedId,
  receivedAt,
}: Extract<Change, { kind: "conversation-joined" }>): Write {
  const at = fromInstant(receivedAt);
  const values = [receivedId, at, receivedId, at, receivedId, receivedId, id];
  return { sql: joinConversation, values, refusal: conflict(`The conversation ${id} is not open any more`) };
}

export function conversationMove({ id, state, at }: Extract<Change, { kind: "conversation-moved" }>): Write {
  const now = fromInstant(at);
  if (state === "closed") {
    return {
      sql: closeConversation,
      values: [now, now, id],
      refusal: conflict(`The conversation ${id} is closed already`),
    };
  }
  const message = `The conversation ${id} is open already, or its contact has a newer one`;
  return { sql: reopenConversation, values: [now, id], refusal: conflict(message) };
}

function conflict(message: string): { code: "CONVERSATION_CONFLICT"; message: string } {
  return { code: "CONVERSATION_CONFLICT", message };
}

export function conversationStatement(id: string): Statement {
  return { sql: `${selectConversation} WHERE id = ?`, values: [id] };
}

export function newestConversationStatement(channel: ConversationChannel, contact: string): Statement {
  return listStatement({
    select: selectConversation,
    order: "last_received_id",
    where: { contact, channel },
    cursor: undefined,
    limit: 1,
  });
}

/** The cursor is the id of the newest received message, which tells its time. */
export function conversationSearch({ state, channel, contact }: ConversationFilter): Search {
  const filters = [{ contact }, { state }, { channel }];
  return { select: selectConversation, table: "conversations", order: "last_received_id", filters, checked: "state" };
}

/** Makes one page of what came in and what went out; each list has one more than the page, where there are so many. */
export function mergeMessages(
  received: readonly ReceivedMessage[],
  sent: readonly Message[],
  limit: number,
): Page<ConversationMessage> {
  const all: ConversationMessage[] = [
    ...received.map((message) => ({ direction: "in", message }) as const),
    ...sent.map((message) => ({ direction: "out", message }) as const),
  ];
  all.sort((a, b) => (idOrder(a.message.id) > idOrder(b.message.id) ? -1 : 1));
  const items = all.slice(0, limit);
  const last = items.at(-1);
  return { items, next: all.length > limit && last !== undefined ? idOrder(last.message.id) : null };
}

export function toConversation(row: Row): Conversation {
  const { text, number, instant, instantOrNull, word } = columns(row);
  return {
    id: text("id"),
    shard: number("shard"),
    channel: word<ConversationChannel>("channel"),
    contact: text("contact"),
    state: word<ConversationState>("state"),
    beginsAt: instant("begins_at"),
    openedAt: instant("opened_at"),
    lastReceivedAt: instant("last_received_at"),
    lastReceivedId: text("last_received_id"),
    updatedAt: instant("updated_at"),
    closedAt: instantOrNull("closed_at"),
  };
}
