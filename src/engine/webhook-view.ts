import type { Event } from "../core/event.js";
import type { Json, JsonObject } from "../core/json.js";
import type { WebhookDelivery } from "../core/webhook-delivery.js";

/** What came by a webhook, as expressions see it. */
export interface HandedOver {
  /** The record of the flows that it starts. */
  readonly body: Json;
  /** `$webhook`: connection, topic, id, receivedAt. */
  readonly webhook: JsonObject;
}

/** Gives the payload of a delivery's event. */
export function toWebhookPayload(delivery: WebhookDelivery, connection: string, receivedAt: Date): JsonObject {
  const { topic, id, body, unreadable } = delivery;
  const about = { connection, topic, id, receivedAt: receivedAt.toISOString() };
  return unreadable === null ? { ...about, body } : { ...about, unreadable, text: body };
}

/** Reads it back; null for an event that came in another way. */
export function webhookOf({ kind, payload }: Pick<Event, "kind" | "payload">): HandedOver | null {
  if (!kind.startsWith("webhook.")) return null;
  const { body = null, unreadable: _unreadable, text: _text, ...webhook } = payload;
  return { body, webhook };
}

/** Why what came by a webhook could not be read; null when it could, or came in another way. */
export function unreadableBody({ kind, payload }: Pick<Event, "kind" | "payload">): string | null {
  return kind.startsWith("webhook.") && typeof payload.unreadable === "string" ? payload.unreadable : null;
}
