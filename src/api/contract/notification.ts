import { type Notification, notificationLevels, notificationStates } from "../../core/notification.js";
import {
  anyObject,
  described,
  instant,
  integer,
  named,
  nullable,
  object,
  oneOf,
  type Static,
  text,
  toInstant,
} from "./schema.js";

/** What operators look at. */
export const notification = named(
  "Notification",
  object({
    id: text(),
    level: oneOf(notificationLevels),
    state: oneOf(notificationStates),
    title: text(),
    cause: nullable(text()),
    remedy: nullable(text()),
    code: nullable(text()),
    fingerprint: described("Equal for equal failures.", text()),
    flow: nullable(text()),
    runId: nullable(text()),
    eventId: nullable(text()),
    messageId: nullable(text()),
    dataType: nullable(text()),
    key: nullable(text()),
    retries: integer({ minimum: 0 }),
    request: nullable(anyObject),
    response: nullable(anyObject),
    createdAt: instant,
    updatedAt: instant,
  }),
);

export type NotificationView = Static<typeof notification>;

export function toNotificationView(stored: Notification): NotificationView {
  const { shard: _shard, ...shown } = stored;
  return { ...shown, createdAt: toInstant(stored.createdAt), updatedAt: toInstant(stored.updatedAt) };
}
