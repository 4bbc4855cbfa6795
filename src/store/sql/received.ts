import { idOrder } from "../../core/conversation.js";
import { firstIdAt } from "../../core/id.js";
import type { JsonObject } from "../../core/json.js";
import type { Paging } from "../../core/paging.js";
import type { Answered, OptOut, ReceivedMedia, ReceivedMessage } from "../../core/received-message.js";
import type { Correspondent, Listening, ReceivedFilter } from "../../core/store-filters.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import { inThread } from "./messages.js";
import type { Search } from "./search.js";
import { insertInto, listStatement, type Row, type Statement, type Write } from "./statement.js";

const receivedColumns = [
  "id",
  "shard",
  "connection",
  "channel",
  "contact",
  "address",
  "body",
  "media",
  "vendor_id",
  "quotes",
  "opt_out",
  "conversation_id",
  "event_id",
  "message_id",
  "run_id",
  "data_type",
  "key",
  "raw",
  "received_at",
] as const;
const insertReceived = insertInto("received", receivedColumns, "ON CONFLICT (vendor_id) DO NOTHING");
const selectReceived = `SELECT ${receivedColumns.join(", ")} FROM received`;

export function receivedCreation(message: ReceivedMessage): Write {
  const values = [
    message.id,
    message.shard,
    message.connection,
    message.channel,
    message.contact,
    message.to,
    message.body,
    fromJson(message.media),
    message.vendorId,
    message.quotes,
    message.optOut,
    message.conversationId,
    message.eventId,
    message.answers?.messageId ?? null,
    message.answers?.runId ?? null,
    message.answers?.dataType ?? null,
    message.answers?.key ?? null,
    fromJson(message.raw),
    fromInstant(message.receivedAt),
  ];
  const refusal = { code: "EVENT_DUPLICATED", message: `The message ${message.vendorId} was received before` } as const;
  return { sql: insertReceived, values, refusal };
}

export function receivedStatement(column: "id" | "vendor_id", value: string): Statement {
  return { sql: `${selectReceived} WHERE ${column} = ?`, values: [value] };
}

export function receivedSearch({ contact, runId }: ReceivedFilter): Search {
  return { select: selectReceived, table: "received", order: "id", filters: [{ run_id: runId }, { contact }] };
}

/** Received in one conversation, older than a place in the order of ids. */
export function receivedInStatement(conversationId: string, { cursor, limit }: Paging): Statement {
  const place = cursor === undefined ? undefined : `rcv_${cursor}`;
  const where = { conversation_id: conversationId };
  return listStatement({ select: selectReceived, order: "id", where, cursor: place, limit });
}

export function newestFromStatement(
  { connection, channel, contact }: Correspondent,
  sinceId: string,
  limit: number,
): Statement {
  return {
    sql: `${selectReceived} WHERE contact = ? AND connection = ? AND ${inThread(channel)} AND id > ? ORDER BY id DESC LIMIT ?`,
    values: [contact, connection, `rcv_${idOrder(sinceId)}`, limit],
  };
}

/** Ids are ordered by time, so that no more is looked at than what the contact wrote since. */
export function lastReceivedStatement({ channel, sender, connection, contact }: Listening, since: Date): Statement {
  const to = sender === null ? "connection" : "address";
  return {
    sql: `SELECT received_at FROM received WHERE contact = ? AND id >= ? AND ${to} = ? AND ${inThread(channel)} ORDER BY id DESC LIMIT 1`,
    values: [contact, firstIdAt("rcv", since), sender ?? connection],
  };
}

export function toReceived(row: Row): ReceivedMessage {
  const { text, textOrNull, number, instant, json, word } = columns(row);
  return {
    id: text("id"),
    shard: number("shard"),
    connection: text("connection"),
    channel: word<ReceivedMessage["channel"]>("channel"),
    contact: text("contact"),
    to: text("address"),
    body: text("body"),
    media: json<ReceivedMedia[]>("media"),
    vendorId: text("vendor_id"),
    quotes: textOrNull("quotes"),
    optOut: textOrNull("opt_out") === null ? null : word<OptOut>("opt_out"),
    conversationId: text("conversation_id"),
    eventId: text("event_id"),
    answers: toAnswered(row),
    raw: json<JsonObject>("raw"),
    receivedAt: instant("received_at"),
  };
}

function toAnswered(row: Row): Answered | null {
  const { text, textOrNull } = columns(row);
  const messageId = textOrNull("message_id");
  if (messageId === null) return null;
  return { messageId, runId: text("run_id"), dataType: textOrNull("data_type"), key: textOrNull("key") };
}
