import type { Catalog } from "../core/catalog.js";
import { keyOf } from "../core/data-type.js";
import { PatchbayError } from "../core/errors.js";
import type { EventKind } from "../core/event.js";
import type { Trigger } from "../core/flow.js";
import type { JsonObject } from "../core/json.js";
import { shardOf } from "../core/shard.js";
import type { Store } from "../core/store.js";
import { documentBefore } from "./resume.js";
import type { Occasion } from "./scope.js";
import { toWebhookPayload } from "./webhook-view.js";

/** Gives an event that happened as flows saw it. @throws EVENT_UNKNOWN, EVENT_NOT_KEPT */
export async function pastOccasion(eventId: string, store: Store): Promise<Occasion> {
  const event = await store.events.get(eventId);
  if (event === null) throw new PatchbayError("EVENT_UNKNOWN", `There is no event ${eventId.slice(0, 100)}`);
  if (event.payload.noLongerKept === true) {
    throw new PatchbayError("EVENT_NOT_KEPT", `What ${event.id} was about has gone by its age`);
  }
  return { event, previous: await documentBefore(event, store) };
}

/** What an event is made up of. */
export interface MadeUp {
  readonly payload: JsonObject;
  /** The version of the record before; null for none. */
  readonly previous: JsonObject | null;
}

/** Makes up the event that a trigger listens to, about this payload. */
export function madeUpOccasion(
  on: Trigger,
  { payload, previous }: MadeUp,
  { catalog, now }: { readonly catalog: Pick<Catalog, "dataType">; readonly now: Date },
): Occasion {
  const dataType = on.kind === "record" ? on.dataType : null;
  const type = dataType === null ? null : catalog.dataType(dataType);
  const key = type === null ? null : keyOf(type, payload);
  const version = dataType === null ? null : previous === null ? 1 : 2;
  const event = {
    id: "evt_rehearsed",
    shard: shardOf(dataType ?? on.kind, key ?? "rehearsed"),
    kind: kindOf(on, previous !== null),
    ...{ dataType, key, version, causedByRun: null, depth: 0, dedupeKey: null },
    payload: payloadOf(on, payload, now),
    createdAt: now,
  };
  return { event, previous };
}

function kindOf(on: Trigger, hasPrevious: boolean): EventKind {
  switch (on.kind) {
    case "record": {
      const wanted = hasPrevious ? on.events.find((event) => event !== "created") : undefined;
      return `record.${wanted ?? on.events[0] ?? "created"}`;
    }
    case "message":
      return `message.${on.statuses[0] ?? "delivered"}`;
    case "received":
      return "message.received";
    case "webhook":
      return `webhook.${on.topics[0] ?? "any"}`;
    case "notification":
      return `notification.${on.levels[0] ?? "warning"}`;
    case "schedule":
      return "schedule.due";
    case "silence":
      return "silence.noticed";
    case "manual":
      return "flow.started";
  }
}

function payloadOf(on: Trigger, payload: JsonObject, now: Date): JsonObject {
  if (on.kind === "received" && on.connection !== null) return { connection: on.connection, ...payload };
  if (on.kind !== "webhook") return payload;
  const delivery = { topic: on.topics[0] ?? "any", id: "rehearsed", body: payload, unreadable: null };
  return toWebhookPayload(delivery, on.connection, now);
}
