import type { Event } from "../core/event.js";
import type { Trigger } from "../core/flow.js";
import { shardOf } from "../core/shard.js";
import { deliveryDedupeKey, type WebhookDelivery } from "../core/webhook-delivery.js";
import { commitPlan } from "./commit.js";
import type { Draft, PendingCall } from "./draft.js";
import { type Notice, noticeOfEvent } from "./notify.js";
import { planEvent } from "./plan-event.js";
import { type Planning, stampOf } from "./planning.js";
import { toWebhookPayload } from "./webhook-view.js";

/** What another system handed over, and by which connection. */
export interface Arrival {
  readonly delivery: WebhookDelivery;
  /** `namespace/name`. */
  readonly connection: string;
}

/**
 * Takes what another system handed over by a webhook: its event and what flows make of it, in one commit. A repetition changes
 * nothing. What no flow takes, or nobody can read, is an event all the same, and the operator is told once.
 *
 * @returns The calls to make, of flows that it started.
 */
export async function acceptDelivery(
  arrival: Arrival,
  queueRuns: boolean,
  planning: Planning,
): Promise<readonly PendingCall[]> {
  return (await commitPlan(planning, (draft) => planDelivery(draft, arrival, planning), queueRuns)).calls;
}

async function planDelivery(draft: Draft, { delivery, connection }: Arrival, planning: Planning): Promise<void> {
  const { store, newId, now } = planning.parts;
  const dedupeKey = deliveryDedupeKey(connection, delivery);
  if ((await store.events.getByDedupeKey(dedupeKey)) !== null) return;
  const at = new Date(now());
  const occasion = {
    event: {
      id: newId("evt"),
      shard: shardOf("webhook", dedupeKey),
      kind: `webhook.${delivery.topic}`,
      dataType: null,
      key: null,
      version: null,
      payload: toWebhookPayload(delivery, connection, at),
      causedByRun: null,
      depth: 0,
      dedupeKey,
      createdAt: at,
    } as const,
    previous: null,
  };
  const startFlows = delivery.unreadable === null;
  const event = await planEvent(draft, { occasion, startFlows }, planning);
  const trouble = startFlows ? ignored({ delivery, connection }, planning) : unreadable(delivery, connection);
  if (trouble !== null) await tell(draft, { event, trouble }, planning);
}

/** Something an operator should know, once while its issue is open. */
interface Trouble {
  readonly fingerprint: string;
  readonly notice: Notice;
}

/** Says that nothing takes what came; null when there is a flow for it that is on, whatever it has decided. */
function ignored({ delivery, connection }: Arrival, { catalog }: Planning): Trouble | null {
  const { topic } = delivery;
  const takers = catalog
    .flowsFor(`webhook.${topic}`, null)
    .filter(({ version: { flow } }) => takes(flow.on, topic, connection));
  if (takers.some(({ active }) => active)) return null;
  const off = takers.map(({ version }) => version.flow.name);
  const failure = {
    code: "WEBHOOK_IGNORED",
    message: `${connection} brings ${topic}, and no flow that is switched on takes it`,
    remedy:
      off.length > 0
        ? `Switch on the flow that takes it, then replay the events: ${off.map((flow) => `patchbay flow activate ${flow}`).join(" or ")}. Or end the subscription at the sender.`
        : `Write a flow with on: { webhook: ${connection}, topic: ${topic} }, then replay the events: patchbay events list --kind webhook.${topic}. Or end the subscription at the sender.`,
  } as const;
  return {
    fingerprint: `${connection}:WEBHOOK_IGNORED:${topic}`,
    notice: { level: "warning", title: `${connection}: ${topic} is kept, and leads to nothing`, failure },
  };
}

function takes(on: Trigger, topic: string, connection: string): boolean {
  if (on.kind !== "webhook" || on.connection !== connection) return false;
  return on.topics.length === 0 || on.topics.includes(topic);
}

function unreadable({ topic, unreadable: why }: WebhookDelivery, connection: string): Trouble {
  const failure = {
    code: "WEBHOOK_UNREADABLE",
    message: `${connection} brought ${topic}, rightly signed, with a body that cannot be read: ${why}`,
    remedy:
      "Look at the event's text, correct it at the sender, and have it sent again. It is not asked for again by itself.",
  } as const;
  return {
    fingerprint: `${connection}:WEBHOOK_UNREADABLE:${topic}`,
    notice: { level: "error", title: `${connection}: ${topic} cannot be read`, failure },
  };
}

/** Tells it with the first event of an issue: what a sender goes on sending must not fill the list. */
async function tell(
  draft: Draft,
  { event, trouble }: { event: Event; trouble: Trouble },
  { parts }: Planning,
): Promise<void> {
  const issue = await parts.store.issues.get(trouble.fingerprint);
  if (issue !== null && issue.state !== "resolved") return;
  const { fingerprint, notice } = trouble;
  draft.changes.push(noticeOfEvent(event, { ...notice, flow: null, fingerprint }, stampOf(parts)));
}
