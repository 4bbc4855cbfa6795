import type { Attachment } from "../core/attachment.js";
import type { Broadcast } from "../core/broadcast.js";
import type { ConsentEntry, ConsentScope, ConsentState, ConsentWay } from "../core/consent.js";
import type { Conversation, ConversationState } from "../core/conversation.js";
import type { Effect } from "../core/effect.js";
import type { Problem } from "../core/errors.js";
import type { Decision } from "../core/event.js";
import type { FlowVersion } from "../core/flow.js";
import type { JsonObject } from "../core/json.js";
import type { Message, MessageReport } from "../core/message.js";
import type { Operation, OperationWork } from "../core/operation.js";
import type { QuarantinedRecord } from "../core/quarantine.js";
import type { ConversationChannel, InboundMessage } from "../core/received-message.js";
import type { RecordName, RecordVerdict } from "../core/record.js";
import type { Run } from "../core/run.js";
import type { TemplateList } from "../core/template.js";
import type { WebhookDelivery } from "../core/webhook-delivery.js";
import type { BroadcastOrder, BroadcastPreview } from "./broadcast-order.js";
import type { ConnectionCare } from "./connection-care.js";
import type { Rehearsal, Rehearsed } from "./rehearsal.js";

/** One record as it was pushed. */
export interface Push {
  /** `namespace/Type`. */
  readonly dataType: string;
  readonly document: JsonObject;
  /** Names the push, so that the same one again changes nothing; null or absent for one without a name. */
  readonly dedupeKey?: string | null;
}

/** What became of one push: durable when you hold it. */
export interface Accepted {
  readonly verdict: RecordVerdict;
  readonly dataType: string;
  readonly key: string;
  readonly version: number;
  /** Null when nothing changed. */
  readonly eventId: string | null;
  readonly decisions: readonly Decision[];
  /** Where the record waits for an operator; null unless it is quarantined. */
  readonly quarantineId: string | null;
  /** Why it is quarantined; empty otherwise. */
  readonly problems: readonly Problem[];
}

/** What one call of a flow would come to if its event were replayed now. */
export interface PreviewedCall {
  readonly flow: string;
  readonly stepId: string;
  /** `connector/endpoint`. */
  readonly endpoint: string;
  readonly recipient: string | null;
  /** The text of the message; null when it sends none. */
  readonly body: string | null;
  /**
   * `would-send`: nothing like it is in the ledger, or it was refused. `already-sent`: it would not be sent again.
   * `under-way`: another run is about to send it. `unknown`: it may have been sent; a replay leaves it alone.
   * `suppressed`: its recipient has opted out.
   */
  readonly verdict: "would-send" | "suppressed" | "already-sent" | "under-way" | "unknown";
  /** The ledger row; null when there is none yet. */
  readonly effectId: string | null;
}

/** What a replay of one event would do now. Planned for real, stored nowhere. */
export interface ReplayPreview {
  readonly eventId: string;
  readonly decisions: readonly Decision[];
  /** Up to each run's first call that would be made: what comes after depends on its answer. */
  readonly calls: readonly PreviewedCall[];
  /** Runs that would fail before they call anything, with the reason. */
  readonly failures: readonly { readonly flow: string; readonly code: string; readonly message: string }[];
}

/** What a replay has started. */
export interface Replayed {
  readonly eventId: string;
  readonly decisions: readonly Decision[];
}

/** What a person says about a call whose outcome nobody knows. */
export type Settlement =
  /** It took effect: the run goes on behind it. */
  | "sent"
  /** It did not: the ledger says so, the run stays failed until somebody retries it. */
  | "not-sent"
  /** Whatever became of it, it is to be made (again), now. */
  | "send-again";

/** What is asked of a bulk operation. */
export interface OperationOrder {
  readonly work: OperationWork;
  /** 1 to 1,000. */
  readonly perSecond: number;
}

/** What a bulk operation would do, from the first `examined` events or runs. */
export interface OperationPreview {
  readonly examined: number;
  /** Whether there are more than were examined. */
  readonly more: boolean;
  /** Runs that would be started or taken up again. */
  readonly runs: number;
  /** Calls by verdict; their sum may be lower than `runs`. */
  readonly calls: Readonly<Record<PreviewedCall["verdict"], number>>;
}

/** What a flow is started with by hand. */
export interface FlowStartByHand {
  /** Takes the record's place. */
  readonly payload: JsonObject;
  /** The record that the start is about, so that it is part of that record's story; null for none. */
  readonly record: RecordName | null;
  /** Names the start, so that the same one again starts nothing; null or absent for one without a name. */
  readonly dedupeKey?: string | null;
}

/** How a quarantined record is released. */
export interface Release {
  /** Corrected; null for as it was pushed. */
  readonly document: JsonObject | null;
  /** Whether it may replace a version of the record that came after it. */
  readonly force: boolean;
}

/** What an operator knows about a contact's consent. */
export interface ConsentStatement {
  /** E.164, as messages have it. */
  readonly contact: string;
  /** Null for every channel. */
  readonly channel: ConversationChannel | null;
  readonly scope: ConsentScope;
  readonly state: ConsentState;
  /** Why; an opt-in needs one: how the person has agreed. */
  readonly reason: string | null;
  /** Who says so; null when nobody wants to be named. */
  readonly by: string | null;
  /** Whether an opt-in undoes the person's own STOP. */
  readonly force: boolean;
}

/** One row of a list of consents. */
export interface ConsentRow extends ConsentStatement {
  /** When it became so; null when the list does not say. */
  readonly at: Date | null;
  /** How it became known where the list comes from. */
  readonly how: ConsentWay;
  readonly word: string | null;
  /** An entry's id, when the list was exported from Patchbay; null otherwise. */
  readonly id: string | null;
}

/**
 * What became of a row. `recorded`: it is in the ledger now. `unchanged`: that was known. `withheld`: it is in the ledger, but the
 * person's own STOP still holds.
 */
export type ConsentVerdict = "recorded" | "unchanged" | "withheld";

/** One flow for each record of an audience; see core/broadcast.ts. */
export interface Broadcasts {
  /** Keeps a draft; nothing leaves. @throws FLOW_UNKNOWN, DATA_TYPE_UNKNOWN, REQUEST_INVALID */
  create(order: BroadcastOrder): Promise<Broadcast>;
  /** @throws BROADCAST_UNKNOWN, BROADCAST_STATE unless it is a draft, FLOW_UNKNOWN */
  preview(id: string): Promise<BroadcastPreview>;
  /**
   * @param confirm What the newest preview gave.
   * @throws BROADCAST_UNKNOWN, BROADCAST_STATE, BROADCAST_CHANGED, FLOW_UNKNOWN
   */
  start(id: string, confirm: string): Promise<Broadcast>;
  /** Nobody more is called until it is resumed. @throws BROADCAST_UNKNOWN, BROADCAST_STATE */
  pause(id: string): Promise<Broadcast>;
  /** @throws BROADCAST_UNKNOWN, BROADCAST_STATE */
  resume(id: string): Promise<Broadcast>;
  /** For good: who was started and has not been called gets nothing. @throws BROADCAST_UNKNOWN, BROADCAST_STATE */
  stop(id: string): Promise<Broadcast>;
}

/** What operators do with what has happened. */
export interface Operator {
  /**
   * Takes a failed or cancelled run up again from the step it stopped at. What the ledger has as done is not done again.
   *
   * @param version The flow version it is pinned to, or the one installed now (steps that have a result keep it).
   * @throws RUN_UNKNOWN, RUN_NOT_FINISHED, RUN_SUCCEEDED, EVENT_NOT_KEPT, FLOW_UNKNOWN (newest, and the flow is not installed any more)
   */
  retry(runId: string, version: "pinned" | "newest"): Promise<Run>;
  /**
   * Ends a run, with the runs of its items. Nothing is called for it any more; a call that is under way at this moment
   * cannot be taken back, and its outcome is still recorded.
   * @throws RUN_UNKNOWN, RUN_FINISHED
   */
  cancel(runId: string, reason: string): Promise<Run>;
  /** @throws EFFECT_UNKNOWN, EFFECT_SETTLED unless its outcome is unknown */
  settle(effectId: string, settlement: Settlement): Promise<Effect>;
  /** @throws EVENT_UNKNOWN, EVENT_NOT_KEPT */
  previewReplay(eventId: string): Promise<ReplayPreview>;
  /**
   * Goes through a flow for an event, installed or not, and tells what would come of it. Nothing is sent, nothing is kept.
   */
  rehearse(rehearsal: Rehearsal): Promise<Rehearsed>;
  /**
   * Decides again which flows an event starts, with what is installed now, and runs them. A flow that has an unfinished
   * run for the event does not start.
   * @throws EVENT_UNKNOWN, EVENT_NOT_KEPT
   */
  replay(eventId: string): Promise<Replayed>;
  /**
   * Starts a flow by hand.
   * @param flow Name of an installed one, or a version that need not be installed.
   * @throws FLOW_UNKNOWN, SERVER_OVERLOADED
   */
  startFlow(
    flow: string | FlowVersion,
    start: FlowStartByHand,
  ): Promise<{ readonly runId: string; readonly eventId: string }>;
  /**
   * Pushes a quarantined record, corrected or as it was; the notification about it is resolved.
   * @throws QUARANTINE_UNKNOWN, QUARANTINE_LEFT, QUARANTINE_SUPERSEDED (a newer version of the record has come meanwhile), and
   *   what `accept` throws: then it stays in quarantine
   */
  release(quarantineId: string, release: Release): Promise<Accepted>;
  /** @throws QUARANTINE_UNKNOWN, QUARANTINE_LEFT */
  discard(quarantineId: string): Promise<QuarantinedRecord>;
  /**
   * Has the vendor take a scheduled message back; nothing changes when it did before.
   * @throws MESSAGE_UNKNOWN, MESSAGE_NOT_SCHEDULED, CONNECTION_UNKNOWN, ENDPOINT_REFUSED when it has just left, ENDPOINT_UNREACHABLE
   */
  cancelMessage(id: string): Promise<Message>;
  /** Has a file fetched that could not be; one that is here stays as it is. @throws ATTACHMENT_UNKNOWN, ATTACHMENT_NOT_KEPT */
  fetchAttachment(id: string): Promise<Attachment>;
  /** Closes or reopens a conversation. @throws CONVERSATION_UNKNOWN, CONVERSATION_CONFLICT */
  moveConversation(id: string, state: ConversationState): Promise<Conversation>;
  /**
   * Records what an operator knows about a contact's consent; flows are told when it changes something.
   * @returns One entry for each channel.
   * @throws REQUEST_INVALID, CONSENT_WITHHELD
   */
  recordConsent(statement: ConsentStatement): Promise<readonly ConsentEntry[]>;
  /** Records one row of a list; flows are not told. @throws REQUEST_INVALID */
  importConsent(row: ConsentRow): Promise<ConsentVerdict>;
  /**
   * Fetches a connection's templates from the vendor, now.
   * @throws CONNECTION_UNKNOWN, TEMPLATES_UNSUPPORTED and what the vendor answers
   */
  fetchTemplates(connection: string): Promise<TemplateList>;
  previewOperation(work: OperationWork): Promise<OperationPreview>;
  startOperation(order: OperationOrder): Promise<Operation>;
  /** Stops a running operation; nothing happens to one that has ended. @throws OPERATION_UNKNOWN */
  stopOperation(id: string): Promise<Operation>;
  readonly broadcasts: Broadcasts;
}

/** Runs flows: what the API and the connectors' webhooks hand their work to. */
export interface Engine extends Operator {
  /** What is done about connections as a whole. */
  readonly connections: ConnectionCare;
  /**
   * Takes one record: validate, upsert by natural key, record the event, decide which flows start, run them to their
   * first effect, commit. Pushes of one record are taken one after the other, in the order of the calls. Resolves when
   * all of that is durable; the effects happen afterwards. A flow that fails never fails the push.
   *
   * A record that does not fit a data type with quarantine is kept there: verdict `quarantined`, version 0, its id as
   * `quarantineId`. The same one again is kept once.
   *
   * @throws DATA_TYPE_UNKNOWN, RECORD_INVALID (details.problems), STORE_UNAVAILABLE, SERVER_OVERLOADED
   *   (details.retryAfterMs)
   */
  accept(push: Push): Promise<Accepted>;
  /**
   * Changes a record by an RFC 7396 merge patch.
   * @throws RECORD_UNKNOWN and what `accept` throws
   */
  patch(dataType: string, key: string, patch: JsonObject): Promise<Accepted>;
  /**
   * Deletes a record; its history stays.
   * @throws RECORD_UNKNOWN, SERVER_OVERLOADED
   */
  remove(dataType: string, key: string): Promise<Accepted>;
  /** Takes what a vendor reports about a message; late, repeated and out-of-order reports are harmless; never refused. */
  report(report: MessageReport): Promise<void>;
  /**
   * Takes a message that came in by a connection: it is kept, joins a conversation, starts flows and wakes runs that wait
   * for it; a repetition does nothing. Resolves when that is durable. It is taken however much there is to do.
   */
  receive(message: InboundMessage, connection: string): Promise<void>;
  /**
   * Takes what another system handed over by a connection's webhook: an event that starts flows; a repetition does nothing.
   * Resolves when that is durable. It is taken however much there is to do: not every sender sends again.
   */
  deliver(delivery: WebhookDelivery, connection: string): Promise<void>;
  /** Claims due runs and carries them on; resolves when they rest. Called by the engine's own clock; tests call it. */
  tick(): Promise<number>;
  /** Resolves when nothing that was begun in this process is still under way. */
  idle(): Promise<void>;
  start(): Promise<void>;
  /** Takes no new work, finishes what is under way, and leaves every run finished or due. */
  stop(): Promise<void>;
}
