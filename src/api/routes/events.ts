import { PatchbayError } from "../../core/errors.js";
import type { Replayed, ReplayPreview } from "../../engine/engine.js";
import type { ApiDeps } from "../api-deps.js";
import { event, eventKind, toEventView } from "../contract/event.js";
import { pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { replayed, replayPreview, replayRequest } from "../contract/replay.js";
import { described, object, type Schema } from "../contract/schema.js";
import { aboutMembers, requireDataTypeWithKey } from "../filters.js";
import { defineRoute, type Route } from "../route.js";

type EventDeps = Pick<ApiDeps, "engine" | "store">;

/** What happened, newest first, and doing it over. */
export function eventRoutes(deps: EventDeps): Route[] {
  return [listEvents(deps), getEvent(deps), replayEvent(deps)];
}

function listEvents({ store }: EventDeps): Route {
  return defineRoute({
    id: "list-events",
    method: "GET",
    path: "/api/v1/events",
    may: "events:read",
    tag: "Events",
    summary: "List events, newest first",
    query: object(
      {},
      { ...pagingMembers, kind: described("`record.created`, `message.delivered`, …", eventKind), ...aboutMembers },
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
}

function getEvent({ store }: EventDeps): Route {
  return defineRoute({
    id: "get-event",
    method: "GET",
    path: "/api/v1/events/{id}",
    may: "events:read",
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
}

function replayEvent({ engine }: EventDeps): Route {
  const previewOrReplayed: Schema<ReplayPreview | Replayed> = { json: { anyOf: [replayPreview.json, replayed.json] } };
  return defineRoute({
    id: "replay-event",
    method: "POST",
    path: "/api/v1/events/{id}/replay",
    may: "events:replay",
    tag: "Events",
    summary: "Decide again which flows an event starts, with what is installed now; or tell what that would do",
    description: "What was sent for the event is not sent again. With `dryRun` 200 and a preview, else 202.",
    body: replayRequest,
    bodyOptional: true,
    answers: { 200: previewOrReplayed, 202: previewOrReplayed },
    errors: ["EVENT_UNKNOWN", "EVENT_NOT_KEPT"],
    async handle({ params: { id }, body: { dryRun = false } }) {
      if (dryRun) return { status: 200, body: await engine.previewReplay(id) };
      return { status: 202, body: await engine.replay(id) };
    },
  });
}
