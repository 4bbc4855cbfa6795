import type { ErrorCode } from "../../core/error-catalogue.js";
import type { Issue } from "../../core/issue.js";
import type { NotificationLevel, NotificationState } from "../../core/notification.js";
import type { IssueFilter, Paging } from "../../core/store.js";
import { columns } from "./columns.js";
import { listStatement, type Row, type Statement } from "./statement.js";

const selectIssue = `SELECT fingerprint, level, state, title, code, flow, count, first_seen_at, last_seen_at,
  last_notification FROM issues`;

export function issueStatement(fingerprint: string): Statement {
  return { sql: `${selectIssue} WHERE fingerprint = ?`, values: [fingerprint] };
}

/** Last seen first: notifications' ids are ordered by time, and the newest one's is the cursor. */
export function issueListStatement({ state, level }: IssueFilter, { cursor, limit }: Paging): Statement {
  const where = { state, level };
  return listStatement({ select: selectIssue, order: "last_notification", where, cursor, limit: limit + 1 });
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
    lastNotificationId: text("last_notification"),
  };
}
