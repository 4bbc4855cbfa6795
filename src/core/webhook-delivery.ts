import type { Json } from "./json.js";

/** What a topic may be: the sender's own word for what happened, such as `orders/create`. */
export const TOPIC_SHAPE = "^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$";

/** The topic of what comes in by a connection that tells no topics apart. */
export const ANY_TOPIC = "received";

/** A document that another system handed over by a webhook, verified: what becomes an event and starts flows. */
export interface WebhookDelivery {
  readonly topic: string;
  /** The sender's name of this delivery, or a hash of it: the same again is the same delivery. */
  readonly id: string;
  /** What flows see as the record; what came, as text, when it could not be read. */
  readonly body: Json;
  /** Why the body could not be read, in plain words; null when it was. Nothing starts on what could not be read. */
  readonly unreadable: string | null;
}

/** Names the event of a delivery, so that it is recorded once. */
export function deliveryDedupeKey(connection: string, { id }: Pick<WebhookDelivery, "id">): string {
  return `webhook:${connection}:${id}`;
}
