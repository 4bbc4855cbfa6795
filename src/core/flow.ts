import type { RecordEventName } from "./event.js";
import type { Json, JsonObject } from "./json.js";
import type { MessageStatus } from "./message.js";
import type { NotificationLevel } from "./notification.js";
import type { RetryPolicy } from "./retry-policy.js";

/** Starts a flow when a record changes. */
export interface RecordTrigger {
  readonly kind: "record";
  /** `namespace/Type`. */
  readonly dataType: string;
  readonly events: readonly RecordEventName[];
  /** Top-level fields of which at least one must differ from the previous version; empty for any. */
  readonly changed: readonly string[];
  /** JSONata over the record (`$previous` is the version before); null for always. */
  readonly when: string | null;
  /** Whether `when` must have been false before (`becomes-true`), judged on the whole predicate. */
  readonly mode: "becomes-true" | "while-true";
}

/** Starts a flow when a message that Patchbay sent takes one of these statuses. */
export interface MessageTrigger {
  readonly kind: "message";
  readonly statuses: readonly MessageStatus[];
  readonly when: string | null;
}

export type Trigger = RecordTrigger | MessageTrigger;

interface StepBase {
  /** Unique in its flow; later steps read its result as `$steps.<id>`. */
  readonly id: string;
  /** JSONata; the step is skipped when it is not true. Null for always. */
  readonly when: string | null;
  /** `continue`: a failure is kept as `$steps.<id>.error` and the run goes on. */
  readonly onError: "fail" | "continue";
}

/** Runs a translator; the result is what it returns. */
export interface TranslateStep extends StepBase {
  readonly kind: "translate";
  /** `namespace/name`. */
  readonly translator: string;
  /** What is translated: an expression (`=…`) or a template; null for the record. */
  readonly input: Json | null;
}

/** Calls an endpoint of a connection; the result is the vendor's answer. */
export interface CallStep extends StepBase {
  readonly kind: "call";
  /** `connector/endpoint`, such as `twilio/send-message`. */
  readonly endpoint: string;
  /** Name of the connection, `namespace/name`. */
  readonly connection: string;
  /** The payload; strings that begin with `=` are expressions. */
  readonly with: JsonObject;
  readonly retry: RetryPolicy;
}

/** Creates or updates a record; the result is the record. */
export interface SaveStep extends StepBase {
  readonly kind: "save";
  readonly dataType: string;
  /** The document: an expression (`=…`) or a template. */
  readonly with: Json;
  /** Whether the change may start flows. */
  readonly emitEvents: boolean;
}

/** Raises a notification for the operator. */
export interface NotifyStep extends StepBase {
  readonly kind: "notify";
  readonly level: NotificationLevel;
  /** Title; may be an expression (`=…`). */
  readonly title: string;
  /** What happened, longer; may be an expression; null for none. */
  readonly message: string | null;
}

/** Ends the run at once, successfully, with a reason the operator reads. */
export interface StopStep extends StepBase {
  readonly kind: "stop";
  /** Why; may be an expression (`=…`). */
  readonly reason: string;
  /** Level of the run's notification. */
  readonly level: NotificationLevel;
}

export type Step = TranslateStep | CallStep | SaveStep | NotifyStep | StopStep;

/** A trigger and steps, as read from its file. */
export interface FlowDefinition {
  /** `namespace/name`. */
  readonly name: string;
  readonly title: string;
  readonly summary: string | null;
  readonly on: Trigger;
  readonly steps: readonly Step[];
}

/** A JSONata expression from one data type to another. */
export interface TranslatorDefinition {
  /** `namespace/name`. */
  readonly name: string;
  readonly title: string;
  /** Data type it reads, or null for any. */
  readonly from: string | null;
  /** Data type its result is checked against, or null for any. */
  readonly to: string | null;
  /** The JSONata, front matter included (it is a JSONata comment). */
  readonly source: string;
}

/**
 * A flow with the translators it uses, frozen under its content hash. A run is pinned to the version that
 * started it, so installing a newer collection never changes a run in flight.
 */
export interface FlowVersion {
  /** SHA-256 over the canonical JSON of flow and translators, hex. */
  readonly hash: string;
  readonly flow: FlowDefinition;
  /** By name. */
  readonly translators: Readonly<Record<string, TranslatorDefinition>>;
  /** The collection it came from; null for a local flow. */
  readonly collection: string | null;
}
