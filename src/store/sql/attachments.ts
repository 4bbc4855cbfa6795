import type { Attachment, AttachmentState } from "../../core/attachment.js";
import type { Message } from "../../core/message.js";
import type { Paging } from "../../core/paging.js";
import type { Failure } from "../../core/run.js";
import type { AttachmentFilter } from "../../core/store-filters.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import {
  assignments,
  insertInto,
  listStatement,
  type Row,
  type SqlParameter,
  type Statement,
  type Write,
} from "./statement.js";

const fixedColumns = [
  "id",
  "shard",
  "received_id",
  "number",
  "connection",
  "channel",
  "url",
  "stated_type",
  "created_at",
] as const;
const movingColumns = [
  "content_type",
  "bytes",
  "sha256",
  "state",
  "vendor_copy",
  "attempts",
  "due_at",
  "failure",
  "notice_id",
  "updated_at",
] as const;

const insertAttachment = insertInto("attachments", [...fixedColumns, ...movingColumns], "ON CONFLICT (id) DO NOTHING");
const selectAttachment = `SELECT ${[...fixedColumns, ...movingColumns].join(", ")} FROM attachments`;
/** What is here is not missed any more, whatever a process says that was late. */
const updateAttachment = `UPDATE attachments SET ${assignments(movingColumns)} WHERE id = ? AND (state <> 'kept' OR ? = 'kept')`;
const insertPiece = insertInto(
  "attachment_pieces",
  ["attachment_id", "number", "content"],
  "ON CONFLICT (attachment_id, number) DO UPDATE SET content = excluded.content",
);

export function attachmentCreation(attachment: Attachment): Write {
  const { id, shard, receivedId, number, connection, channel, url, statedType, createdAt } = attachment;
  const fixed = [id, shard, receivedId, number, connection, channel, url, statedType, fromInstant(createdAt)];
  return { sql: insertAttachment, values: [...fixed, ...movingValues(attachment)] };
}

export function attachmentMove(attachment: Attachment): Write {
  return { sql: updateAttachment, values: [...movingValues(attachment), attachment.id, attachment.state] };
}

function movingValues(attachment: Attachment): readonly SqlParameter[] {
  const { contentType, bytes, sha256, state, vendorCopy, attempts, dueAt, failure, noticeId, updatedAt } = attachment;
  const end = [fromInstant(dueAt), fromJson(failure), noticeId, fromInstant(updatedAt)];
  return [contentType, bytes, sha256, state, vendorCopy, attempts, ...end];
}

/** @param first Number of the first piece. */
export function piecesKeeping(attachmentId: string, first: number, pieces: readonly string[]): readonly Write[] {
  return pieces.map((content, index) => ({ sql: insertPiece, values: [attachmentId, first + index, content] }));
}

export function attachmentStatement(id: string): Statement {
  return { sql: `${selectAttachment} WHERE id = ?`, values: [id] };
}

export function attachmentListStatement({ state, receivedId }: AttachmentFilter, { cursor, limit }: Paging): Statement {
  const where = { state, received_id: receivedId };
  return listStatement({ select: selectAttachment, order: "id", where, cursor, limit: limit + 1 });
}

export function dueAttachmentsStatement(now: Date, limit: number): Statement {
  return {
    sql: `${selectAttachment} WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?`,
    values: [fromInstant(now), limit],
  };
}

export function piecesStatement(attachmentId: string, first: number, count: number): Statement {
  return {
    sql: "SELECT content FROM attachment_pieces WHERE attachment_id = ? AND number >= ? ORDER BY number LIMIT ?",
    values: [attachmentId, first, count],
  };
}

export function toPiece(row: Row): Uint8Array {
  return Buffer.from(columns(row).text("content"), "base64");
}

export function toAttachment(row: Row): Attachment {
  const { text, textOrNull, number, numberOrNull, instant, instantOrNull, jsonOrNull, word } = columns(row);
  return {
    id: text("id"),
    shard: number("shard"),
    receivedId: text("received_id"),
    number: number("number"),
    connection: text("connection"),
    channel: word<Message["channel"]>("channel"),
    url: text("url"),
    statedType: textOrNull("stated_type"),
    contentType: textOrNull("content_type"),
    bytes: numberOrNull("bytes"),
    sha256: textOrNull("sha256"),
    state: word<AttachmentState>("state"),
    vendorCopy: word<Attachment["vendorCopy"]>("vendor_copy"),
    attempts: number("attempts"),
    dueAt: instantOrNull("due_at"),
    failure: jsonOrNull<Failure>("failure"),
    noticeId: textOrNull("notice_id"),
    createdAt: instant("created_at"),
    updatedAt: instant("updated_at"),
  };
}
