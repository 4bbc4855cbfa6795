import type { Change } from "../../core/change.js";
import type { Conversation } from "../../core/conversation.js";
import type { EffectState } from "../../core/effect.js";
import { firstIdAt } from "../../core/id.js";
import { type Message, type MessageStatus, statusRank } from "../../core/message.js";
import type { Paging } from "../../core/paging.js";
import type { Price } from "../../core/price.js";
import type { ConversationChannel } from "../../core/received-message.js";
import type { SentMessage } from "../../core/sent-message.js";
import type { Correspondent, MessageFilter } from "../../core/store-filters.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import { toLane } from "./runs.js";
import type { Search } from "./search.js";
import { insertInto, type Row, type Statement, type Write } from "./statement.js";

const messageColumns = [
  "id",
  "shard",
  "effect_id",
  "run_id",
  "flow",
  "connection",
  "data_type",
  "key",
  "channel",
  "sender",
  "service",
  "recipient",
  "body",
  "segments",
  "media",
  "vendor_id",
  "status",
  "status_rank",
  "error_code",
  "created_at",
  "updated_at",
] as const;

/** The status only moves forward, and of two with one rank the first stays; a vendor id once known stays. */
const recordMessage = insertInto(
  "messages",
  messageColumns,
  `ON CONFLICT (effect_id) DO UPDATE SET
    vendor_id = COALESCE(messages.vendor_id, excluded.vendor_id),
    error_code = CASE WHEN excluded.status_rank > messages.status_rank THEN excluded.error_code ELSE messages.error_code END,
    updated_at = CASE WHEN excluded.status_rank > messages.status_rank THEN excluded.updated_at ELSE messages.updated_at END,
    status = CASE WHEN excluded.status_rank > messages.status_rank THEN excluded.status ELSE messages.status END,
    status_rank = CASE WHEN excluded.status_rank > messages.status_rank THEN excluded.status_rank ELSE messages.status_rank END`,
);
const readColumns = [...messageColumns, "price_micros", "price_currency"];
const selectMessage = `SELECT ${readColumns.join(", ")} FROM messages`;

export function messageWrite(message: Message): Write {
  const values = [
    message.id,
    message.shard,
    message.effectId,
    message.runId,
    message.flow,
    message.connection,
    message.dataType,
    message.key,
    message.channel,
    message.from,
    message.service,
    message.to,
    message.body,
    message.segments,
    fromJson(message.media),
    message.vendorId,
    message.status,
    statusRank[message.status],
    message.errorCode,
    fromInstant(message.createdAt),
    fromInstant(message.updatedAt),
  ];
  return { sql: recordMessage, values };
}

/** The same for one that is there: 10 values instead of 21, and no look at each unique index first. */
const moveMessage = `UPDATE messages SET vendor_id = COALESCE(vendor_id, ?),
  error_code = CASE WHEN status_rank >= ? THEN error_code ELSE ? END,
  updated_at = CASE WHEN status_rank >= ? THEN updated_at ELSE ? END,
  status = CASE WHEN status_rank >= ? THEN status ELSE ? END,
  status_rank = CASE WHEN status_rank >= ? THEN status_rank ELSE ? END WHERE effect_id = ?`;

export function messageMove({ vendorId, errorCode, updatedAt, status, effectId }: Message): Write {
  const rank = statusRank[status];
  const values = [vendorId, rank, errorCode, rank, fromInstant(updatedAt), rank, status, rank, rank, effectId];
  return { sql: moveMessage, values };
}

const restartMessage = `UPDATE messages SET run_id = ?, flow = ?, connection = ?, channel = ?, sender = ?, service = ?, recipient = ?,
  body = ?, segments = ?, media = ?, vendor_id = ?, status = ?, status_rank = ?, error_code = ?, updated_at = ?
  WHERE effect_id = ?`;

/** Begins the message of a refused effect anew: back to where no message ever goes by itself. */
export function messageRestart(message: Message): Write {
  const values = [
    ...[message.runId, message.flow, message.connection, message.channel, message.from, message.service],
    ...[message.to, message.body],
    ...[message.segments, fromJson(message.media), message.vendorId, message.status, statusRank[message.status]],
    ...[message.errorCode, fromInstant(message.updatedAt), message.effectId],
  ];
  return { sql: restartMessage, values };
}

/** Apart from what is written for every order: few messages have a price, and none when it is sent. */
export function messagePricing({ effectId, price }: Extract<Change, { kind: "message-priced" }>): Write {
  return {
    sql: "UPDATE messages SET price_micros = ?, price_currency = ? WHERE effect_id = ?",
    values: [Math.round(price.amount * MICROS), price.currency, effectId],
  };
}

/** Prices are kept in millionths: a sum of them is exact. */
const MICROS = 1_000_000;

/** Reads a price from a row's millionths of a currency; null when it has none. */
export function toPrice(row: Row): Price | null {
  const { textOrNull, numberOrNull } = columns(row);
  const [micros, currency] = [numberOrNull("price_micros"), textOrNull("price_currency")];
  return micros === null || currency === null ? null : { amount: micros / MICROS, currency };
}

export function messageStatement(column: "id" | "vendor_id" | "effect_id", value: string): Statement {
  return { sql: `${selectMessage} WHERE ${column} = ?`, values: [value] };
}

const selectSent = `SELECT ${readColumns.map((name) => `messages.${name}`).join(", ")},
  runs.depth AS sender_depth, runs.lane AS sender_lane,
  effects.step_id AS call_step, effects.state AS call_state, effects.attempts AS call_attempts
  FROM messages LEFT JOIN runs ON runs.id = messages.run_id LEFT JOIN effects ON effects.id = messages.effect_id`;

/** One look where there would be three: each report of a vendor asks for all of it. */
export function sentMessageStatement(column: "vendor_id" | "effect_id", value: string): Statement {
  return { sql: `${selectSent} WHERE messages.${column} = ?`, values: [value] };
}

export function messageSearch({ status, to, runId, dataType, key }: MessageFilter): Search {
  const filters = [{ run_id: runId }, { data_type: dataType, key }, { recipient: to }, { status }];
  return { select: selectMessage, table: "messages", order: "id", filters };
}

/** Whether a message's channel belongs to a thread. */
export function inThread(channel: ConversationChannel): string {
  return channel === "sms" ? "channel IN ('sms', 'mms')" : `channel = '${channel}'`;
}

export function newestToStatement({ connection, channel, contact }: Correspondent, limit: number): Statement {
  return {
    sql: `${selectMessage} WHERE recipient = ? AND connection = ? AND ${inThread(channel)} ORDER BY id DESC LIMIT ?`,
    values: [contact, connection, limit],
  };
}

/** Greater than every id: those begin with the time, whose first character is a digit for a long time to come. */
const LAST_ID = "msg_z";

/** Sent to a conversation's contact while it lasted, older than a place in the order of ids. */
export function sentInStatement(
  { contact, channel, beginsAt, closedAt }: Conversation,
  { cursor, limit }: Paging,
): Statement {
  const ends = closedAt === null ? undefined : firstIdAt("msg", new Date(closedAt.getTime() + 1));
  const place = cursor === undefined ? undefined : `msg_${cursor}`;
  const before = [ends, place].filter((id) => id !== undefined).sort()[0];
  return {
    sql: `${selectMessage} WHERE recipient = ? AND ${inThread(channel)} AND id >= ? AND id < ? ORDER BY id DESC LIMIT ?`,
    values: [contact, firstIdAt("msg", beginsAt), before ?? LAST_ID, limit],
  };
}

export function toMessage(row: Row): Message {
  const { text, textOrNull, number, instant, json, word } = columns(row);
  return {
    id: text("id"),
    shard: number("shard"),
    effectId: text("effect_id"),
    runId: text("run_id"),
    flow: text("flow"),
    connection: text("connection"),
    dataType: textOrNull("data_type"),
    key: textOrNull("key"),
    channel: word<Message["channel"]>("channel"),
    from: textOrNull("sender"),
    service: textOrNull("service"),
    to: text("recipient"),
    body: text("body"),
    segments: number("segments"),
    media: json<string[]>("media"),
    vendorId: textOrNull("vendor_id"),
    status: word<MessageStatus>("status"),
    errorCode: textOrNull("error_code"),
    price: toPrice(row),
    createdAt: instant("created_at"),
    updatedAt: instant("updated_at"),
  };
}

export function toSentMessage(row: Row): SentMessage {
  const { text, number, numberOrNull, textOrNull, word } = columns(row);
  const isRunKept = numberOrNull("sender_depth") !== null;
  const isCallKept = textOrNull("call_step") !== null;
  return {
    message: toMessage(row),
    sender: isRunKept ? { depth: number("sender_depth"), lane: toLane(number("sender_lane")) } : null,
    call: isCallKept
      ? { stepId: text("call_step"), state: word<EffectState>("call_state"), attempts: number("call_attempts") }
      : null,
  };
}
