import { PatchbayError } from "../../core/errors.js";
import type { EventKind } from "../../core/event.js";
import type { ApiDeps } from "../api-deps.js";
import { event, toEventView } from "../contract/event.js";
import { pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { described, object, type Schema, text } from "../contract/schema.js";
import { aboutMembers, requireDataTypeWithKey } from "../filters.js";
import { defineRoute, type Route } from "../route.js";

const kind: Schema<EventKind> = {
  json: text({ pattern: "^(record\\.(created|updated|deleted)|message\\.[a-z-]+)$" }).json,
};

/** What happened, newest first. */
export function eventRoutes({ store }: Pick<ApiDeps, "store">): Route[] {
  const list = defineRoute({
    id: "list-events",
    method: "GET",
    path: "/api/v1/events",
    access: "key",
    tag: "Events",
    summary: "List events, newest first",
    query: object(
      {},
      { ...pagingMembers, kind: described("`record.created`, `message.delivered`, …", kind), ...aboutMembers },
    ),
    answers: { 200: pageOf(event) },
    errors: [],
    async handle({ query }) {
      requireDataTypeWithKey(query);
      const { kind, dataType, key } = query;
      return {
        status: 200,
        body: toPageView(await store.events.list({ kind, dataType, key }, toPaging(query)), toEventView),
      };
    },
  });
  const get = defineRoute({
    id: "get-event",
    method: "GET",
    path: "/api/v1/events/{id}",
    access: "key",
    tag: "Events",
    summary: "Get an event, with the decision about every flow",
    answers: { 200: event },
    errors: ["EVENT_UNKNOWN"],
    async handle({ params: { id } }) {
      const found = await store.events.get(id);
      if (found === null) throw new PatchbayError("EVENT_UNKNOWN", `There is no event ${id.slice(0, 100)}`);
      return { status: 200, body: toEventView(found) };
    },
  });
  return [list, get];
}
