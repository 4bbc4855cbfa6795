import type { Change } from "../../core/change.js";
import type { ErrorCode } from "../../core/error-catalogue.js";
import type { Issue } from "../../core/issue.js";
import {
  type Notification,
  type NotificationLevel,
  type NotificationState,
  notificationStates,
} from "../../core/notification.js";
import type { IssueFilter } from "../../core/store-filters.js";
import { columns, fromInstant } from "./columns.js";
import { notificationCreation, notificationMove, runNotificationsResolution } from "./notifications.js";
import type { Search } from "./search.js";
import { insertInto, type Row, type Statement, type Write } from "./statement.js";

const issueColumns = [
  "fingerprint",
  "level",
  "state",
  "title",
  "code",
  "flow",
  "count",
  "first_seen_at",
  "last_seen_at",
  "last_notification_id",
] as const;

const countIssue = insertInto(
  "issues",
  issueColumns,
  `ON CONFLICT (fingerprint) DO UPDATE SET level = excluded.level, title = excluded.title, code = excluded.code,
    flow = excluded.flow, count = issues.count + 1, last_seen_at = excluded.last_seen_at,
    last_notification_id = excluded.last_notification_id,
    state = CASE issues.state WHEN 'resolved' THEN excluded.state ELSE issues.state END`,
);
const selectIssue = `SELECT ${issueColumns.join(", ")} FROM issues`;

/** Said as the index of open notifications says it, so that it is used. */
const isOpen = "state <> 'resolved' AND level IN ('warning', 'error')";
const isBefore = "CASE state WHEN 'new' THEN 0 WHEN 'acknowledged' THEN 1 ELSE 2 END < ?";
const moveIssue = `UPDATE issues SET state = ? WHERE fingerprint = ? AND ${isBefore}`;
const moveOpen = `UPDATE notifications SET state = ?, updated_at = ? WHERE fingerprint = ? AND ${isOpen} AND ${isBefore}`;

const issuesOf = (ofNotifications: string): string =>
  `fingerprint IN (SELECT fingerprint FROM notifications WHERE ${ofNotifications} AND level IN ('warning', 'error'))`;

/**
 * Resolves the issues of these notifications that have nothing open any more. They are taken first, by a statement that changes
 * nothing: who raises the next one at this moment is waited for, so that the second statement sees it.
 */
const resolveIssues = (ofNotifications: string): readonly string[] => [
  `UPDATE issues SET state = state WHERE ${issuesOf(ofNotifications)}`,
  `UPDATE issues SET state = 'resolved' WHERE ${issuesOf(ofNotifications)}
  AND NOT EXISTS (SELECT 1 FROM notifications WHERE fingerprint = issues.fingerprint AND ${isOpen})`,
];
const resolveIssueOfNotification = resolveIssues("id = ?");
const resolveIssuesOfRun = resolveIssues("run_id = ?");

type NotificationRepeated = Extract<Change, { kind: "notification-repeated" }>;

const reopened = "state = CASE state WHEN 'resolved' THEN 'new' ELSE state END";
const repeatNotification = `UPDATE notifications SET cause = ?, updated_at = ?, ${reopened} WHERE id = ?`;
const repeatIssue = `UPDATE issues SET count = count + 1, last_seen_at = ?, ${reopened} WHERE fingerprint = ?`;

/** A warning or an error is counted in its issue; the rest has none. */
export function notificationRaising(notification: Notification, keptBy: string | null = null): Write[] {
  const { level, fingerprint, state, title, code, flow, createdAt, id } = notification;
  const creation = notificationCreation(notification, keptBy);
  if (level !== "warning" && level !== "error") return [creation];
  const at = fromInstant(createdAt);
  return [creation, { sql: countIssue, values: [fingerprint, level, state, title, code, flow, 1, at, at, id] }];
}

export function notificationRepetition({ id, fingerprint, cause, at }: NotificationRepeated): Write[] {
  const instant = fromInstant(at);
  return [
    { sql: repeatNotification, values: [cause, instant, id] },
    { sql: repeatIssue, values: [instant, fingerprint] },
  ];
}

export function notificationMoves(change: Extract<Change, { kind: "notification-moved" }>): Write[] {
  const move = notificationMove(change);
  if (change.state !== "resolved") return [move];
  return [move, ...resolveIssueOfNotification.map((sql) => ({ sql, values: [change.id] }))];
}

export function runResolution(change: Extract<Change, { kind: "notifications-resolved" }>): Write[] {
  const resolutions = resolveIssuesOfRun.map((sql) => ({ sql, values: [change.runId] }));
  return [runNotificationsResolution(change), ...resolutions];
}

export function issueMove({ fingerprint, state, at }: Extract<Change, { kind: "issue-moved" }>): Write[] {
  const rank = notificationStates.indexOf(state);
  return [
    { sql: moveIssue, values: [state, fingerprint, rank] },
    { sql: moveOpen, values: [state, fromInstant(at), fingerprint, rank] },
  ];
}

export function issueStatement(fingerprint: string): Statement {
  return { sql: `${selectIssue} WHERE fingerprint = ?`, values: [fingerprint] };
}

/** Last seen first; the cursor is the id of an issue's newest notification, which tells its time. */
export function issueSearch({ state, level }: IssueFilter): Search {
  return { select: selectIssue, table: "issues", order: "last_notification_id", filters: [{ state }, { level }] };
}

export function toIssue(row: Row): Issue {
  const { text, textOrNull, number, instant, word } = columns(row);
  return {
    fingerprint: text("fingerprint"),
    level: word<NotificationLevel>("level"),
    state: word<NotificationState>("state"),
    title: text("title"),
    code: textOrNull("code") === null ? null : word<ErrorCode>("code"),
    flow: textOrNull("flow"),
    count: number("count"),
    firstSeenAt: instant("first_seen_at"),
    lastSeenAt: instant("last_seen_at"),
    lastNotificationId: text("last_notification_id"),
  };
}
