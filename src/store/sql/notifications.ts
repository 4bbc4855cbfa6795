import type { ErrorCode } from "../../core/error-catalogue.js";
import type { JsonObject } from "../../core/json.js";
import type { Notification, NotificationLevel, NotificationState } from "../../core/notification.js";
import type { Change, NotificationFilter, Paging } from "../../core/store.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import { insertInto, listStatement, plainly, type Row, type Statement, type Write } from "./statement.js";

const notificationColumns = [
  "id",
  "shard",
  "level",
  "state",
  "title",
  "cause",
  "remedy",
  "code",
  "fingerprint",
  "flow",
  "run_id",
  "event_id",
  "message_id",
  "data_type",
  "key",
  "retries",
  "request",
  "response",
  "created_at",
  "updated_at",
] as const;
const insertNotification = insertInto("notifications", notificationColumns);
const selectNotification = `SELECT ${notificationColumns.join(", ")} FROM notifications`;

const countIssue = insertInto(
  "issues",
  [
    ...["fingerprint", "level", "state", "title", "code", "flow"],
    ...["count", "first_seen_at", "last_seen_at", "last_notification"],
  ],
  `ON CONFLICT (fingerprint) DO UPDATE SET level = excluded.level, title = excluded.title, code = excluded.code,
    flow = excluded.flow, count = issues.count + 1, last_seen_at = excluded.last_seen_at,
    last_notification = excluded.last_notification,
    state = CASE WHEN issues.state = 'resolved' THEN 'new' ELSE issues.state END`,
);
const closeIssues = `UPDATE issues SET state = 'resolved' WHERE state <> 'resolved'
  AND fingerprint IN (SELECT fingerprint FROM notifications`;
const nothingOpen = `AND NOT EXISTS (SELECT 1 FROM notifications AS open WHERE open.fingerprint = issues.fingerprint
  AND open.state <> 'resolved' AND open.level IN ('warning', 'error'))`;

export function notificationCreation(notification: Notification): Write {
  const values = [
    notification.id,
    notification.shard,
    notification.level,
    notification.state,
    notification.title,
    notification.cause,
    notification.remedy,
    notification.code,
    notification.fingerprint,
    notification.flow,
    notification.runId,
    notification.eventId,
    notification.messageId,
    notification.dataType,
    notification.key,
    notification.retries,
    fromJson(notification.request),
    fromJson(notification.response),
    fromInstant(notification.createdAt),
    fromInstant(notification.updatedAt),
  ];
  return plainly({ sql: insertNotification, values }, ...issueCount(notification));
}

/** Warnings and errors are counted by their fingerprint; what was resolved and happens again is open again. */
function issueCount(notification: Notification): Statement[] {
  const { fingerprint, level, title, code, flow, id } = notification;
  if (level !== "warning" && level !== "error") return [];
  const at = fromInstant(notification.createdAt);
  return [{ sql: countIssue, values: [fingerprint, level, "new", title, code, flow, 1, at, at, id] }];
}

export function notificationMove({ id, state, at }: Extract<Change, { kind: "notification-moved" }>): Write {
  const move = {
    sql: "UPDATE notifications SET state = ?, updated_at = ? WHERE id = ?",
    values: [state, fromInstant(at), id],
  };
  if (state !== "resolved") return plainly(move);
  return plainly(move, { sql: `${closeIssues} WHERE id = ?) ${nothingOpen}`, values: [id] });
}

/** Resolves a run's notifications, and the issues that have none left. */
export function notificationsResolution({ runId, at }: Extract<Change, { kind: "notifications-resolved" }>): Write {
  return plainly(
    {
      sql: "UPDATE notifications SET state = 'resolved', updated_at = ? WHERE run_id = ? AND state <> 'resolved'",
      values: [fromInstant(at), runId],
    },
    { sql: `${closeIssues} WHERE run_id = ?) ${nothingOpen}`, values: [runId] },
  );
}

/** Moves an issue with its notifications, only forward. */
export function issueMove({ fingerprint, state, at }: Extract<Change, { kind: "issue-moved" }>): Write {
  const before = state === "resolved" ? "state <> 'resolved'" : "state = 'new'";
  return plainly(
    { sql: `UPDATE issues SET state = ? WHERE fingerprint = ? AND ${before}`, values: [state, fingerprint] },
    {
      sql: `UPDATE notifications SET state = ?, updated_at = ? WHERE fingerprint = ? AND ${before}
        AND state <> 'resolved' AND level IN ('warning', 'error')`,
      values: [state, fromInstant(at), fingerprint],
    },
  );
}

export function notificationStatement(id: string): Statement {
  return { sql: `${selectNotification} WHERE id = ?`, values: [id] };
}

export function notificationListStatement(filter: NotificationFilter, { cursor, limit }: Paging): Statement {
  const { level, state, flow, runId, dataType, key } = filter;
  const where = { level, state, flow, run_id: runId, data_type: dataType, key };
  return listStatement({ select: selectNotification, order: "id", where, cursor, limit: limit + 1 });
}

export function toNotification(row: Row): Notification {
  const { text, textOrNull, number, instant, jsonOrNull, word } = columns(row);
  return {
    id: text("id"),
    shard: number("shard"),
    level: word<NotificationLevel>("level"),
    state: word<NotificationState>("state"),
    title: text("title"),
    cause: textOrNull("cause"),
    remedy: textOrNull("remedy"),
    code: textOrNull("code") === null ? null : word<ErrorCode>("code"),
    fingerprint: text("fingerprint"),
    flow: textOrNull("flow"),
    runId: textOrNull("run_id"),
    eventId: textOrNull("event_id"),
    messageId: textOrNull("message_id"),
    dataType: textOrNull("data_type"),
    key: textOrNull("key"),
    retries: number("retries"),
    request: jsonOrNull<JsonObject>("request"),
    response: jsonOrNull<JsonObject>("response"),
    createdAt: instant("created_at"),
    updatedAt: instant("updated_at"),
  };
}
