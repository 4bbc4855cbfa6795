import type { JsonObject } from "./json.js";
import type { NotificationLevel } from "./notification.js";

/** What can happen to a record. */
export type RecordEventName = "created" | "updated" | "deleted";

/**
 * Kinds of event; `message.<status>` for every status a message can take and `message.received` for one that came in, `message.opted-out` and `message.opted-in` when a contact's consent has changed, `notification.<level>` for every level,
 * `webhook.<topic>` for what another system hands over.
 * `schedule.due`, `silence.noticed` and `flow.started` are for one flow, which their one decision names.
 */
export type EventKind =
  | `record.${RecordEventName}`
  | `message.${string}`
  | `notification.${NotificationLevel}`
  | `webhook.${string}`
  | "schedule.due"
  | "silence.noticed"
  | "flow.started";

/** Why a flow did or did not start for an event. */
export interface Decision {
  /** `namespace/name` of the flow. */
  readonly flow: string;
  readonly verdict: "fired" | "not-fired" | "inactive" | "failed";
  /** In plain words: `when is false`, `status did not change`, … */
  readonly reason: string;
  /** The run that started; only when fired. */
  readonly runId: string | null;
}

/** Something that happened, with the document as it was then. Written once, never changed. */
export interface Event {
  readonly id: string;
  readonly shard: number;
  readonly kind: EventKind;
  /** The record it is about; for message events the record whose flow sent the message, when known. */
  readonly dataType: string | null;
  readonly key: string | null;
  /** The record's version after the event; null for events that are not about a record's change. */
  readonly version: number | null;
  /** The record's document, the vendor's report, or what a webhook brought (see `webhookOf`). */
  readonly payload: JsonObject;
  /** The run that caused it, or null when it came from outside. */
  readonly causedByRun: string | null;
  /** 0 from outside, one more for each flow in the causation chain. */
  readonly depth: number;
  /** An event with the same key is recorded once; null when it needs none. */
  readonly dedupeKey: string | null;
  readonly decisions: readonly Decision[];
  readonly createdAt: Date;
}
