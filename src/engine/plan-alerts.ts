import type { Event } from "../core/event.js";
import type { JsonObject } from "../core/json.js";
import type { Notification } from "../core/notification.js";
import type { Store } from "../core/store.js";
import type { Draft } from "./draft.js";
import { planEvent } from "./plan-event.js";
import type { Planning } from "./planning.js";

/**
 * Starts the flows that listen to notifications, for those that the draft raises: how alerts leave. What an alert's own flow
 * raises starts no alert again.
 *
 * A flow that listens once for each issue starts when the issue is new or open again. Of two commits that would open the same
 * issue one is refused and planned anew: the events that say so have the same dedupe key.
 */
export async function planAlerts(draft: Draft, planning: Planning): Promise<void> {
  const raised = new Set<string>();
  for (let index = 0; index < draft.changes.length; index++) {
    const change = draft.changes[index];
    if (change?.kind !== "notification-raised") continue;
    const { notification } = change;
    await planAlert(draft, { notification, isRepeated: raised.has(notification.fingerprint) }, planning);
    if (hasIssue(notification)) raised.add(notification.fingerprint);
  }
}

/** Whether a draft raises anything that a flow may listen to; nearly none does, and those are spared the waiting. */
export function mayAlert({ changes }: Draft, planning: Planning): boolean {
  return changes.some((change) => change.kind === "notification-raised" && isHeard(change.notification, planning));
}

function isHeard({ level, dataType }: Notification, { catalog }: Planning): boolean {
  return catalog.flowsFor(`notification.${level}`, dataType).some(({ active }) => active);
}

function hasIssue({ level }: Notification): boolean {
  return level === "warning" || level === "error";
}

async function planAlert(
  draft: Draft,
  { notification, isRepeated }: { notification: Notification; isRepeated: boolean },
  planning: Planning,
): Promise<void> {
  const { catalog, parts } = planning;
  const { level, dataType, key, flow, runId, shard, createdAt, code } = notification;
  if (code === "FLOW_CYCLE") return;
  const kind = `notification.${level}` as const;
  if (!isHeard(notification, planning)) return;
  if (flow !== null && catalog.flow(flow)?.version.flow.on.kind === "notification") return;
  const { standing, dedupeKey } = await issueOf(notification, isRepeated, parts.store);
  const event: Omit<Event, "decisions"> = {
    id: parts.newId("evt"),
    shard,
    kind,
    dataType,
    key,
    version: null,
    payload: { ...payloadOf(notification), issue: standing },
    causedByRun: runId,
    depth: depthOf(draft, notification) + 1,
    dedupeKey,
    createdAt,
  };
  // Queued: the commit that raises a notification belongs to somebody who has calls of their own to make, or none.
  const queued: Draft = { ...draft, queueRuns: true };
  await planEvent(queued, { occasion: { event, previous: null }, startFlows: true }, planning);
}

/** How an issue stands when a notification of it is raised: `open` when it was told before. */
type Standing = "new" | "reopened" | "open";

/** Null for what has no issue. */
async function issueOf(
  notification: Notification,
  isRepeated: boolean,
  store: Store,
): Promise<{ readonly standing: Standing | null; readonly dedupeKey: string | null }> {
  if (!hasIssue(notification)) return { standing: null, dedupeKey: null };
  const { fingerprint } = notification;
  const issue = isRepeated ? null : await store.issues.get(fingerprint);
  if (isRepeated || (issue !== null && issue.state !== "resolved")) return { standing: "open", dedupeKey: null };
  const dedupeKey = `alert:${fingerprint}:${issue?.count ?? 0}`;
  // An issue that was forgotten begins to count anew; its alert must not be taken for the one it had then.
  const isFree = (await store.events.getByDedupeKey(dedupeKey)) === null;
  return { standing: issue === null ? "new" : "reopened", dedupeKey: isFree ? dedupeKey : null };
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
