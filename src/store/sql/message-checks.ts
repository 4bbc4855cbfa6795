import type { Change } from "../../core/change.js";
import { firstIdAt } from "../../core/id.js";
import type { MessageCheck, WalkedMessage } from "../../core/message-check.js";
import { columns, fromInstant } from "./columns.js";
import { insertInto, type Row, type Statement, type Write } from "./statement.js";

const checkColumns = ["message_id", "purpose", "due_at", "attempts", "notice_id", "created_at"] as const;
/** Who wants it taken back wants more than who wants to know. */
const writeCheck = insertInto(
  "message_checks",
  checkColumns,
  `ON CONFLICT (message_id) DO UPDATE SET purpose = excluded.purpose, due_at = excluded.due_at,
    attempts = excluded.attempts, notice_id = COALESCE(excluded.notice_id, message_checks.notice_id)`,
);
const selectCheck = `SELECT ${checkColumns.join(", ")} FROM message_checks`;
const advanceWalk = insertInto(
  "walks",
  ["name", "place"],
  "ON CONFLICT (name) DO UPDATE SET place = excluded.place WHERE walks.place < excluded.place",
);

/** What is written about messages that are followed. */
export function followingWrite(
  change: Extract<Change, { readonly kind: "message-check-due" | "message-check-done" | "walk-advanced" }>,
): Write {
  switch (change.kind) {
    case "message-check-due":
      return messageCheckWrite(change.check);
    case "message-check-done":
      return messageCheckRemoval(change.messageId);
    case "walk-advanced":
      return walkAdvance(change);
  }
}

function messageCheckWrite({ messageId, purpose, dueAt, attempts, noticeId, createdAt }: MessageCheck): Write {
  const values = [messageId, purpose, fromInstant(dueAt), attempts, noticeId, fromInstant(createdAt)];
  return { sql: writeCheck, values };
}

function messageCheckRemoval(messageId: string): Write {
  return { sql: "DELETE FROM message_checks WHERE message_id = ?", values: [messageId] };
}

function walkAdvance({ name, place }: { readonly name: string; readonly place: string }): Write {
  return { sql: advanceWalk, values: [name, place] };
}

export function dueChecksStatement(now: Date, limit: number): Statement {
  return { sql: `${selectCheck} WHERE due_at <= ? ORDER BY due_at LIMIT ?`, values: [fromInstant(now), limit] };
}

export function walkStatement(name: string): Statement {
  return { sql: "SELECT place FROM walks WHERE name = ?", values: [name] };
}

/** Along the primary key: no index is kept for it where every order passes. */
export function walkedMessagesStatement(after: string, before: Date, limit: number): Statement {
  return {
    sql: "SELECT id, channel, vendor_id, status_rank, price_micros FROM messages WHERE id > ? AND id < ? ORDER BY id LIMIT ?",
    values: [after, firstIdAt("msg", before), limit],
  };
}

export function toCheck(row: Row): MessageCheck {
  const { text, textOrNull, number, instant, word } = columns(row);
  return {
    messageId: text("message_id"),
    purpose: word<MessageCheck["purpose"]>("purpose"),
    dueAt: instant("due_at"),
    attempts: number("attempts"),
    noticeId: textOrNull("notice_id"),
    createdAt: instant("created_at"),
  };
}

export function toWalked(row: Row): WalkedMessage {
  const { text, textOrNull, number, numberOrNull, word } = columns(row);
  return {
    id: text("id"),
    channel: word<WalkedMessage["channel"]>("channel"),
    vendorId: textOrNull("vendor_id"),
    statusRank: number("status_rank"),
    priced: numberOrNull("price_micros") !== null,
  };
}
