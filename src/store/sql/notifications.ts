import type { Change } from "../../core/change.js";
import type { ErrorCode } from "../../core/error-catalogue.js";
import type { JsonObject } from "../../core/json.js";
import type { Notification, NotificationLevel, NotificationState } from "../../core/notification.js";
import type { NotificationFilter } from "../../core/store-filters.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import type { Search } from "./search.js";
import { insertInto, type Row, type Statement, type Write } from "./statement.js";

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
const insertNotification = insertInto("notifications", [...notificationColumns, "effect_id"]);
/** What a call has said is in the ledger, where it is kept as long as the notification. */
const kept = ["request", "response"];
const selected = notificationColumns.map((name) =>
  kept.includes(name) ? `COALESCE(notifications.${name}, e.${name}) AS ${name}` : `notifications.${name}`,
);
const selectNotification = `SELECT ${selected.join(", ")} FROM notifications
  LEFT JOIN effects e ON e.id = notifications.effect_id`;

/** @param keptBy The ledger row that has the notification's request and response; null for none */
export function notificationCreation(notification: Notification, keptBy: string | null): Write {
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
    keptBy === null ? fromJson(notification.request) : null,
    keptBy === null ? fromJson(notification.response) : null,
    fromInstant(notification.createdAt),
    fromInstant(notification.updatedAt),
    keptBy,
  ];
  return { sql: insertNotification, values };
}

export function notificationMove({ id, state, at }: Extract<Change, { kind: "notification-moved" }>): Write {
  return {
    sql: "UPDATE notifications SET state = ?, updated_at = ? WHERE id = ?",
    values: [state, fromInstant(at), id],
  };
}

type Resolution = Extract<Change, { kind: "notifications-resolved" }>;

const resolveFailures = `UPDATE notifications SET state = 'resolved', updated_at = ?
  WHERE run_id = ? AND event_id = ? AND state <> 'resolved' AND code IS NOT NULL`;
const resolveDoubt = `${resolveFailures} AND code = 'ENDPOINT_OUTCOME_UNKNOWN' AND COALESCE(message_id, '') = ?`;

/** Resolves what a run has open about its failures; a text that was not delivered stays so. */
export function runNotificationsResolution({ runId, eventId, doubtOf, at }: Resolution): Write {
  const values = [fromInstant(at), runId, eventId];
  if (doubtOf === undefined) return { sql: resolveFailures, values };
  return { sql: resolveDoubt, values: [...values, doubtOf ?? ""] };
}

export function notificationStatement(id: string): Statement {
  return { sql: `${selectNotification} WHERE notifications.id = ?`, values: [id] };
}

export function notificationSearch({ level, state, flow, runId, dataType, key }: NotificationFilter): Search {
  const filters = [{ run_id: runId }, { data_type: dataType, key }, { flow }, { level }, { state }];
  return { select: selectNotification, table: "notifications", order: "id", filters };
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
