import type { ConsentState } from "./consent.js";
import type { RecordEventName } from "./event.js";
import type { Json, JsonObject } from "./json.js";
import type { MessageStatus } from "./message.js";
import type { NotificationLevel } from "./notification.js";
import type { RetryPolicy } from "./retry-policy.js";
import type { SendingRules } from "./sending.js";

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

/** Starts a flow when a message that Patchbay sent takes one of these statuses, or when a contact opts out or in. */
export interface MessageTrigger {
  readonly kind: "message";
  readonly statuses: readonly (MessageStatus | ConsentState)[];
  readonly when: string | null;
}

/** Starts a flow when a contact writes to us. */
export interface ReceivedTrigger {
  readonly kind: "received";
  /** Only what came in by this connection, `namespace/name`; null for any. */
  readonly connection: string | null;
  /** JSONata over the message; null for always. */
  readonly when: string | null;
}

/** Starts a flow when another system hands something over by a webhook. */
export interface WebhookTrigger {
  readonly kind: "webhook";
  /** The connection it comes in by, `namespace/name`. */
  readonly connection: string;
  /** The sender's words for what happened; empty for any. */
  readonly topics: readonly string[];
  /** JSONata over what came; null for always. */
  readonly when: string | null;
}

/** Starts a flow at the instants of a cron expression. */
export interface ScheduleTrigger {
  readonly kind: "schedule";
  /** Five fields, minutes first. */
  readonly cron: string;
  /** IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string;
  /** What becomes of instants that passed while nothing ran: none fires, the last one does, or every one. */
  readonly missed: "skip" | "once" | "all";
  readonly when: null;
}

/** Starts a flow when no record of a data type was created or changed for a while; once for each silence. */
export interface SilenceTrigger {
  readonly kind: "silence";
  readonly dataType: string;
  readonly forMs: number;
  readonly when: null;
}

/** Starts a flow when a notification is raised: how alerts leave. */
export interface NotificationTrigger {
  readonly kind: "notification";
  readonly levels: readonly NotificationLevel[];
  /**
   * `issue`: for warnings and errors only when their issue is new or open again, so that a thousand equal failures are one
   * alert. `notification`: for every one.
   */
  readonly per: "notification" | "issue";
  readonly when: string | null;
}

/** Starts only when somebody asks: a `start` step, or a person. */
export interface ManualTrigger {
  readonly kind: "manual";
  readonly when: null;
}

export type Trigger =
  | RecordTrigger
  | MessageTrigger
  | ReceivedTrigger
  | WebhookTrigger
  | ScheduleTrigger
  | SilenceTrigger
  | NotificationTrigger
  | ManualTrigger;

interface StepBase {
  /** Unique in its flow, inside other steps too; later steps read its result as `$steps.<id>`. */
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
  /** Absent where the flow's hold. */
  readonly sending?: SendingRules;
}

/** Creates or updates a record; the result is the record. */
export interface SaveStep extends StepBase {
  readonly kind: "save";
  readonly dataType: string;
  /** The document: an expression (`=…`) or a template. */
  readonly with: Json;
  /** Whether the change may start flows; `updated`: a change of a record that was there may, a new record starts none. */
  readonly emitEvents: boolean | "updated";
  /** A top-level field: what is stored stays when its value there is later or greater. Absent for whatever comes last. */
  readonly onlyNewer?: string;
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

/** One way a `choose` step can go. */
export interface Branch {
  /** JSONata; the first branch whose condition is true is taken. */
  readonly when: string;
  readonly steps: readonly Step[];
}

/** Takes the first branch whose condition holds; the result is `{ branch }`, its number from 0 or `"else"`. */
export interface ChooseStep extends StepBase {
  readonly kind: "choose";
  readonly branches: readonly Branch[];
  /** Taken when no condition holds; null makes that an error. */
  readonly otherwise: readonly Step[] | null;
}

/**
 * Runs its steps once for every item, each in a run of its own; they read `$item` and `$index`. The result is
 * `{ total, succeeded, failed, cancelled }`.
 */
export interface EachStep extends StepBase {
  readonly kind: "each";
  /** An expression (`=…`) or a template that gives a list. */
  readonly items: Json;
  readonly steps: readonly Step[];
}

/** What a `wait` step waits for. */
export type Awaited =
  | { readonly kind: "time"; readonly ms: number }
  /** An ISO-8601 instant; may be an expression (`=…`). */
  | { readonly kind: "instant"; readonly at: string }
  /** One of these statuses of the message that an earlier step sent. */
  | { readonly kind: "message"; readonly stepId: string; readonly statuses: readonly MessageStatus[] }
  /** A reply to the message that an earlier step sent, of which `when` is true (null: any reply). */
  | { readonly kind: "reply"; readonly stepId: string; readonly when: string | null }
  /** A change of a record after which `when` is true of it (null: any change). */
  | { readonly kind: "record"; readonly dataType: string; readonly key: string; readonly when: string | null };

/**
 * Rests until something happens. The result is `{ outcome: "elapsed" | "happened" | "missed" | "timeout" }`, with
 * `message`, `reply` or `record` when that is what it was about; `missed` is a message that has ended otherwise.
 */
export interface WaitStep extends StepBase {
  readonly kind: "wait";
  readonly awaited: Awaited;
  /** How long at most, in milliseconds; null only for a time and an instant, which end by themselves. */
  readonly timeoutMs: number | null;
  /** JSONata over the newest version of the run's record: when it becomes true, the run is cancelled. */
  readonly cancelIf: string | null;
}

/** Starts another flow, once; the result is `{ runId, eventId }`. */
export interface StartStep extends StepBase {
  readonly kind: "start";
  /** `namespace/name`. */
  readonly flow: string;
  /** What the other flow gets as its record: an expression (`=…`) or a template. */
  readonly with: Json;
}

export type Step =
  | TranslateStep
  | CallStep
  | SaveStep
  | NotifyStep
  | StopStep
  | ChooseStep
  | EachStep
  | WaitStep
  | StartStep;

/** Gives the lists of steps inside a step: none, or those of its branches or of its items. */
export function stepsInside(step: Step): readonly (readonly Step[])[] {
  if (step.kind === "each") return [step.steps];
  if (step.kind !== "choose") return [];
  const branches = step.branches.map(({ steps }) => steps);
  return step.otherwise === null ? branches : [...branches, step.otherwise];
}

/** Gives every step of a flow, those inside others too, in the order they are written. */
export function allSteps(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step) => [step, ...stepsInside(step).flatMap(allSteps)]);
}

/** A trigger and steps, as read from its file. */
export interface FlowDefinition {
  /** `namespace/name`. */
  readonly name: string;
  readonly title: string;
  readonly summary: string | null;
  readonly on: Trigger;
  readonly steps: readonly Step[];
  /** How its calls go out; absent for as they come. */
  readonly sending?: SendingRules;
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
