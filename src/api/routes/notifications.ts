import { PatchbayError } from "../../core/errors.js";
import { firstIdAt } from "../../core/id.js";
import { notificationLevels, notificationStates } from "../../core/notification.js";
import { endedAt } from "../../core/paging.js";
import type { ApiDeps } from "../api-deps.js";
import { notification, toNotificationView } from "../contract/notification.js";
import { pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { described, object, oneOf, text } from "../contract/schema.js";
import { aboutMembers, requireDataTypeWithKey } from "../filters.js";
import { parseInstant } from "../instant.js";
import { defineRoute, type Route } from "../route.js";

type NotificationDeps = Pick<ApiDeps, "store">;

const filters = {
  level: oneOf(notificationLevels),
  state: oneOf(notificationStates),
  flow: text(),
  runId: text(),
  ...aboutMembers,
  from: described("Only what was raised at this instant or later.", text({ maxLength: 40 })),
  until: described("Only what was raised before this instant.", text({ maxLength: 40 })),
};

/** What operators look at. */
export function notificationRoutes(deps: NotificationDeps): Route[] {
  return [
    listNotifications(deps),
    getNotification(deps),
    move(deps, { verb: "acknowledge", state: "acknowledged", summary: "Say that somebody looks after it" }),
    move(deps, { verb: "resolve", state: "resolved", summary: "Say that it is done with" }),
  ];
}

function listNotifications({ store }: NotificationDeps): Route {
  return defineRoute({
    id: "list-notifications",
    method: "GET",
    path: "/api/v1/notifications",
    may: "notifications:read",
    tag: "Notifications",
    summary: "List notifications, newest first",
    query: object({}, { ...pagingMembers, ...filters }),
    answers: { 200: pageOf(notification) },
    errors: [],
    async handle({ query }) {
      requireDataTypeWithKey(query);
      const { cursor, limit: _limit, from, until, ...filter } = query;
      const paging = { ...toPaging(query), cursor: earlier(cursor, firstAt("until", until)) };
      const page = await store.notifications.list(filter, paging);
      return { status: 200, body: toPageView(endedAt(page, firstAt("from", from)), toNotificationView) };
    },
  });
}

/** Ids are ordered by time, so an instant is a place in the list. */
function firstAt(name: string, instant: string | undefined): string | undefined {
  return instant === undefined ? undefined : firstIdAt("ntf", parseInstant(name, instant));
}

function earlier(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || (other !== undefined && other < one) ? other : one;
}

function getNotification(deps: NotificationDeps): Route {
  return defineRoute({
    id: "get-notification",
    method: "GET",
    path: "/api/v1/notifications/{id}",
    may: "notifications:read",
    tag: "Notifications",
    summary: "Get a notification",
    answers: { 200: notification },
    errors: ["NOTIFICATION_UNKNOWN"],
    async handle({ params: { id } }) {
      return { status: 200, body: toNotificationView(await requireNotification(deps, id)) };
    },
  });
}

interface Move {
  readonly verb: "acknowledge" | "resolve";
  readonly state: "acknowledged" | "resolved";
  readonly summary: string;
}

function move(deps: NotificationDeps, { verb, state, summary }: Move): Route {
  return defineRoute({
    id: `${verb}-notification`,
    method: "POST",
    path: `/api/v1/notifications/{id}/${verb}`,
    may: "notifications:change",
    tag: "Notifications",
    summary: `${summary}; nothing changes when it is that far already`,
    answers: { 200: notification },
    errors: ["NOTIFICATION_UNKNOWN"],
    async handle({ params: { id } }) {
      const before = await requireNotification(deps, id);
      if (notificationStates.indexOf(before.state) >= notificationStates.indexOf(state)) {
        return { status: 200, body: toNotificationView(before) };
      }
      await deps.store.commit([{ kind: "notification-moved", id, state, at: new Date() }]);
      return { status: 200, body: toNotificationView(await requireNotification(deps, id)) };
    },
  });
}

async function requireNotification({ store }: NotificationDeps, id: string) {
  const found = await store.notifications.get(id);
  if (found !== null) return found;
  throw new PatchbayError("NOTIFICATION_UNKNOWN", `There is no notification ${id.slice(0, 100)}`);
}
