import { type Broadcast, broadcastStates, exclusionReasons, recipientOutcomes } from "../../core/broadcast.js";
import { PatchbayError } from "../../core/errors.js";
import type { Store } from "../../core/store.js";
import type { ApiDeps } from "../api-deps.js";
import {
  broadcast,
  broadcastDetail,
  broadcastPreview,
  broadcastRecipient,
  broadcastRequest,
  broadcastStart,
  toBroadcastDetailView,
  toBroadcastOrder,
  toBroadcastPreviewView,
  toBroadcastRecipientView,
  toBroadcastView,
} from "../contract/broadcast.js";
import { pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { object, oneOf } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";

type BroadcastDeps = Pick<ApiDeps, "engine" | "store">;

/** Records counted at most. */
const COUNT_LIMIT = 1_000_000;

const path = "/api/v1/broadcasts";
const common = { tag: "Broadcasts" } as const;

/** One flow for each record of an audience: seen before, paced, stoppable. */
export function broadcastRoutes(deps: BroadcastDeps): Route[] {
  return [
    createBroadcast(deps),
    listBroadcasts(deps),
    getBroadcast(deps),
    previewBroadcast(deps),
    startBroadcast(deps),
    ...moves(deps),
    listRecipients(deps),
  ];
}

function createBroadcast({ engine }: BroadcastDeps): Route {
  return defineRoute({
    ...{ ...common, may: "broadcasts:run", id: "create-broadcast", method: "POST", path },
    summary: "Keep the draft of a broadcast; nothing is sent",
    body: broadcastRequest,
    answers: { 201: broadcast },
    errors: ["FLOW_UNKNOWN", "DATA_TYPE_UNKNOWN"],
    async handle({ body }) {
      return { status: 201, body: toBroadcastView(await engine.broadcasts.create(toBroadcastOrder(body))) };
    },
  });
}

function listBroadcasts({ store }: BroadcastDeps): Route {
  return defineRoute({
    ...{ ...common, may: "broadcasts:read", id: "list-broadcasts", method: "GET", path },
    summary: "List broadcasts, newest first",
    query: object({}, { ...pagingMembers, state: oneOf(broadcastStates) }),
    answers: { 200: pageOf(broadcast) },
    errors: [],
    async handle({ query }) {
      const page = await store.broadcasts.list({ state: query.state }, toPaging(query));
      return { status: 200, body: toPageView(page, toBroadcastView) };
    },
  });
}

function getBroadcast({ store }: BroadcastDeps): Route {
  return defineRoute({
    ...{ ...common, may: "broadcasts:read", id: "get-broadcast", method: "GET", path: `${path}/{id}` },
    summary: "Get a broadcast, with what has become of everybody in it",
    answers: { 200: broadcastDetail },
    errors: ["BROADCAST_UNKNOWN"],
    async handle({ params: { id } }) {
      const found = await requireBroadcast(id, store);
      const [records, outcomes, cost] = await Promise.all([
        store.records.count(found.audience, COUNT_LIMIT),
        store.broadcasts.counts(id),
        store.broadcasts.costs(id),
      ]);
      return { status: 200, body: toBroadcastDetailView(found, { records, outcomes, cost }) };
    },
  });
}

function previewBroadcast({ engine }: BroadcastDeps): Route {
  return defineRoute({
    ...{ ...common, may: "broadcasts:run", id: "preview-broadcast", method: "POST", path: `${path}/{id}/preview` },
    summary: "Tell who would get a draft, who would not and why, and what it would say; nothing is sent",
    answers: { 200: broadcastPreview },
    errors: ["BROADCAST_UNKNOWN", "BROADCAST_STATE", "FLOW_UNKNOWN"],
    async handle({ params: { id } }) {
      return { status: 200, body: toBroadcastPreviewView(await engine.broadcasts.preview(id)) };
    },
  });
}

function startBroadcast({ engine }: BroadcastDeps): Route {
  return defineRoute({
    ...{ ...common, may: "broadcasts:run", id: "start-broadcast", method: "POST", path: `${path}/{id}/start` },
    summary: "Start what the newest preview has shown; refused when it is not the same any more",
    body: broadcastStart,
    answers: { 202: broadcast },
    errors: ["BROADCAST_UNKNOWN", "BROADCAST_STATE", "BROADCAST_CHANGED", "BROADCAST_MOVED", "FLOW_UNKNOWN"],
    async handle({ params: { id }, body }) {
      return { status: 202, body: toBroadcastView(await engine.broadcasts.start(id, body.confirm)) };
    },
  });
}

const summaries = {
  pause: "Pause a broadcast: nobody more is called until it is resumed",
  resume: "Go on with a paused broadcast where it was",
  stop: "Stop a broadcast for good: who was started and has not been called gets nothing",
} as const;

function moves({ engine }: BroadcastDeps): Route[] {
  return (["pause", "resume", "stop"] as const).map((move) =>
    defineRoute({
      ...{ ...common, may: "broadcasts:run", id: `${move}-broadcast`, method: "POST", path: `${path}/{id}/${move}` },
      summary: summaries[move],
      answers: { 200: broadcast },
      errors: ["BROADCAST_UNKNOWN", "BROADCAST_STATE", "BROADCAST_MOVED"],
      async handle({ params: { id } }) {
        return { status: 200, body: toBroadcastView(await engine.broadcasts[move](id)) };
      },
    }),
  );
}

function listRecipients({ store }: BroadcastDeps): Route {
  return defineRoute({
    ...{
      ...common,
      may: "broadcasts:read",
      id: "list-broadcast-recipients",
      method: "GET",
      path: `${path}/{id}/recipients`,
    },
    summary: "List who is in a broadcast and what has become of them, last looked at first",
    query: object({}, { ...pagingMembers, outcome: oneOf(recipientOutcomes), exclusion: oneOf(exclusionReasons) }),
    answers: { 200: pageOf(broadcastRecipient) },
    errors: ["BROADCAST_UNKNOWN"],
    async handle({ params: { id }, query }) {
      await requireBroadcast(id, store);
      const { outcome, exclusion } = query;
      const page = await store.broadcasts.recipients(id, { outcome, exclusion }, toPaging(query));
      return { status: 200, body: toPageView(page, toBroadcastRecipientView) };
    },
  });
}

async function requireBroadcast(id: string, { broadcasts }: Store): Promise<Broadcast> {
  const found = await broadcasts.get(id);
  if (found !== null) return found;
  throw new PatchbayError("BROADCAST_UNKNOWN", `There is no broadcast ${id.slice(0, 100)}`);
}
