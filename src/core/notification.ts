import type { ErrorCode } from "./error-catalogue.js";
import type { JsonObject } from "./json.js";

export const notificationLevels = ["info", "notice", "warning", "error"] as const;
export type NotificationLevel = (typeof notificationLevels)[number];

export const notificationStates = ["new", "acknowledged", "resolved"] as const;
export type NotificationState = (typeof notificationStates)[number];

/** What we tell an operator: one for each finished run and for each operational event. */
export interface Notification {
  readonly id: string;
  readonly shard: number;
  readonly level: NotificationLevel;
  readonly state: NotificationState;
  /** What happened, in one line. */
  readonly title: string;
  /** The cause, in plain words; null for a success. */
  readonly cause: string | null;
  /** What to do about it; null for a success. */
  readonly remedy: string | null;
  readonly code: ErrorCode | null;
  /** Equal for equal failures: flow and code. Groups notifications into issues. */
  readonly fingerprint: string;
  readonly flow: string | null;
  readonly runId: string | null;
  readonly eventId: string | null;
  readonly messageId: string | null;
  /** The record it is about. */
  readonly dataType: string | null;
  readonly key: string | null;
  /** How often the run was tried again. */
  readonly retries: number;
  /** The endpoint's request and response, redacted and capped; null when no call was made. */
  readonly request: JsonObject | null;
  readonly response: JsonObject | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
