import type { Event } from "../core/event.js";
import type { JsonObject } from "../core/json.js";
import type { Notification } from "../core/notification.js";
import type { Draft } from "./draft.js";
import { planEvent } from "./plan-event.js";
import type { Planning } from "./planning.js";

/**
 * Starts the flows that listen to notifications, for those that the draft raises: how alerts leave. What an alert's own flow
 * raises starts no alert again.
 */
export async function planAlerts(draft: Draft, planning: Planning): Promise<void> {
  for (let index = 0; index < draft.changes.length; index++) {
    const change = draft.changes[index];
    if (change?.kind === "notification-raised") await planAlert(draft, change.notification, planning);
  }
}

async function planAlert(draft: Draft, notification: Notification, planning: Planning): Promise<void> {
  const { catalog, parts } = planning;
  const { level, dataType, key, flow, runId, shard, createdAt, code } = notification;
  if (code === "FLOW_CYCLE") return;
  const kind = `notification.${level}` as const;
  if (!catalog.flowsFor(kind, dataType).some(({ active }) => active)) return;
  if (flow !== null && catalog.flow(flow)?.version.flow.on.kind === "notification") return;
  const event: Omit<Event, "decisions"> = {
    id: parts.newId("evt"),
    shard,
    kind,
    dataType,
    key,
    version: null,
    payload: payloadOf(notification),
    causedByRun: runId,
    depth: depthOf(draft, notification) + 1,
    dedupeKey: null,
    createdAt,
  };
  // Queued: the commit that raises a notification belongs to somebody who has calls of their own to make, or none.
  const queued: Draft = { ...draft, queueRuns: true };
  await planEvent(queued, { occasion: { event, previous: null }, startFlows: true }, planning);
}

/** What an alert's expressions read as the record: what the operator sees, without the vendor's traffic. */
function payloadOf(notification: Notification): JsonObject {
  const { id, level, title, cause, remedy, code, flow, runId, eventId, messageId, dataType, key, retries } =
    notification;
  return {
    ...{ id, level, title, cause, remedy, code, flow, runId, eventId, messageId, dataType, key, retries },
    createdAt: notification.createdAt.toISOString(),
  };
}

/** How far down the chain of flows the notification was raised. */
function depthOf({ changes }: Draft, { runId, eventId }: Notification): number {
  for (const change of changes) {
    if ((change.kind === "run-created" || change.kind === "run-advanced") && change.run.id === runId) {
      return change.run.depth;
    }
    if (change.kind === "event-recorded" && change.event.id === eventId) return change.event.depth;
  }
  return 0;
}
