import type { ErrorCode } from "./error-catalogue.js";
import type { NotificationLevel, NotificationState } from "./notification.js";

/**
 * Equal warnings and errors, counted as one. Reopened by itself when it happens again after it was resolved, and
 * resolved by itself when none of its notifications is open any more.
 */
export interface Issue {
  /** The notifications' fingerprint. */
  readonly fingerprint: string;
  readonly level: NotificationLevel;
  readonly state: NotificationState;
  /** Of the newest notification. */
  readonly title: string;
  readonly code: ErrorCode | null;
  readonly flow: string | null;
  /** How often it has happened, ever. */
  readonly count: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly lastNotificationId: string;
}
