import type { Issue } from "../../core/issue.js";
import { notificationLevels, notificationStates } from "../../core/notification.js";
import { described, instant, integer, named, nullable, object, oneOf, type Static, text, toInstant } from "./schema.js";

/** Equal warnings and errors, counted as one. */
export const issue = named(
  "Issue",
  object({
    fingerprint: described("Names the issue; percent-encode it in addresses.", text()),
    level: oneOf(notificationLevels),
    state: oneOf(notificationStates),
    title: described("Of the newest notification.", text()),
    code: nullable(text()),
    flow: nullable(text()),
    count: described("How often it has happened, ever.", integer({ minimum: 0 })),
    firstSeenAt: instant,
    lastSeenAt: instant,
    lastNotificationId: text(),
  }),
);

export type IssueView = Static<typeof issue>;

export function toIssueView(stored: Issue): IssueView {
  const { fingerprint, level, state, title, code, flow, count, lastNotificationId } = stored;
  return {
    ...{ fingerprint, level, state, title, code, flow, count, lastNotificationId },
    firstSeenAt: toInstant(stored.firstSeenAt),
    lastSeenAt: toInstant(stored.lastSeenAt),
  };
}
