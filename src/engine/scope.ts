import type { Event } from "../core/event.js";
import type { Json, JsonObject } from "../core/json.js";
import type { Scope } from "../translation/translation.js";
import { webhookOf } from "./webhook-view.js";

/** What happened, with the version of the record before it. */
export interface Occasion {
  readonly event: Omit<Event, "decisions">;
  /** Null for a new record and for events that are not about a record's change. */
  readonly previous: JsonObject | null;
}

/** What a flow's expressions see besides the event. */
export interface Surroundings {
  readonly params: JsonObject;
  readonly steps: JsonObject;
  /** Inside an `each` step. */
  readonly item?: { readonly value: Json; readonly index: number } | undefined;
}

/**
 * Gives what a flow's expressions see: paths start at the record; `$event`, `$record`, `$previous`, `$steps`, `$params`,
 * and `$item` and `$index` inside an `each` step. What a webhook brought is the record of the flows it starts, and `$webhook`
 * says what it came with.
 */
export function scopeOf({ event, previous }: Occasion, { params, steps, item }: Surroundings): Scope {
  const about: JsonObject = {
    id: event.id,
    kind: event.kind,
    dataType: event.dataType,
    key: event.key,
    version: event.version,
    createdAt: event.createdAt.toISOString(),
  };
  const handed = webhookOf(event);
  const record = handed === null ? event.payload : handed.body;
  const bindings: JsonObject = { event: about, record, params, steps };
  if (handed !== null) bindings.webhook = handed.webhook;
  if (previous !== null) bindings.previous = previous;
  if (item !== undefined) {
    bindings.item = item.value;
    bindings.index = item.index;
  }
  return { input: record, bindings };
}
