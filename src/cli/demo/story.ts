import type { MessageView } from "../../api/contract/message.js";
import type { NotificationView } from "../../api/contract/notification.js";
import type { AcceptedView } from "../../api/contract/record.js";
import type { RunView } from "../../api/contract/run.js";
import { type NotificationLevel, notificationLevels } from "../../core/notification.js";
import { isFinished } from "../../core/run.js";
import type { DemoRecord } from "./demo-records.js";
import type { Observation } from "./observe.js";

/** A record that was pushed, with the server's answer. */
export interface PushedRecord extends DemoRecord {
  readonly accepted: AcceptedView;
}

/** What has become of one pushed record so far, through all the flows it started. */
export interface Story {
  readonly pushed: PushedRecord;
  /** In the order in which they began. */
  readonly runs: readonly RunView[];
  readonly messages: readonly MessageView[];
  /** The most severe first. */
  readonly notifications: readonly NotificationView[];
  /** Whether nothing more will happen by itself. */
  readonly final: boolean;
}

const finalStatuses: readonly string[] = ["delivered", "undelivered", "failed", "canceled", "suppressed", "read"];

/** Puts together what belongs to one record: its runs, and the runs, messages and notifications these caused. */
export function tellStory(pushed: PushedRecord, { runs, messages, notifications, causes }: Observation): Story {
  const started = pushed.accepted.decisions.flatMap(({ runId }) => (runId === null ? [] : [runId]));
  const ids = new Set(started);
  // Ids sort by time, and a run is older than the runs it causes.
  const ordered = runs.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  for (const { id, eventId } of ordered) if (ids.has(causes.get(eventId) ?? "")) ids.add(id);
  const ownRuns = ordered.filter(({ id }) => ids.has(id));
  const ownMessages = messages.filter(({ runId }) => ids.has(runId)).reverse();
  const { eventId } = pushed.accepted;
  const own = notifications.filter(
    (notification) => ids.has(notification.runId ?? "") || notification.eventId === eventId,
  );
  return {
    pushed,
    runs: ownRuns,
    messages: ownMessages,
    notifications: own.toSorted((left, right) => severity(right.level) - severity(left.level)),
    final:
      started.every((id) => ownRuns.some((run) => run.id === id)) &&
      ownRuns.every(({ status }) => isFinished(status)) &&
      ownMessages.every(({ status }) => finalStatuses.includes(status)),
  };
}

/** Tells whether the story ended as it should. */
export function isAsExpected({ pushed, runs, messages, notifications, final }: Story): boolean {
  const level = notifications[0]?.level;
  if (!final || runs.length === 0) return false;
  switch (pushed.expected) {
    case "text":
      return messages.length === 1 && messages.every(({ status }) => status === "delivered" || status === "read");
    case "notice":
      return messages.length === 0 && level === "notice";
    case "failure":
      return messages.length === 0 && level === "error" && runs.some(({ status }) => status === "failed");
  }
}

/** Tells whether a notification is more than news of a success. */
export function needsLook({ level }: NotificationView): boolean {
  return level !== "info";
}

function severity(level: NotificationLevel): number {
  return notificationLevels.indexOf(level);
}
