import type { AccessChange } from "./access-store.js";
import type { Attachment } from "./attachment.js";
import type { AuditChange } from "./audit.js";
import type { BroadcastChange } from "./broadcast-store.js";
import type { CollectionVersion, InstalledCollection, TrustedPublisher } from "./collection.js";
import type { ConsentEntry } from "./consent.js";
import type { Conversation, ConversationState } from "./conversation.js";
import type { SeenProcess, SharedBreaker, SharedTurn } from "./crew.js";
import type { Effect, EffectState } from "./effect.js";
import type { Event } from "./event.js";
import type { FlowVersion } from "./flow.js";
import type { CountedHour } from "./hourly-counts.js";
import type { ConnectionCheck, ConnectionSwitch } from "./inspection.js";
import type { Json } from "./json.js";
import type { KeptAnswer } from "./kept-answer.js";
import type { Message } from "./message.js";
import type { MessageCheck } from "./message-check.js";
import type { Notification, NotificationState } from "./notification.js";
import type { Operation } from "./operation.js";
import type { Overlay } from "./overlay.js";
import type { PastCheck } from "./past-check.js";
import type { Price } from "./price.js";
import type { QuarantinedRecord } from "./quarantine.js";
import type { ReceivedMessage } from "./received-message.js";
import type { Failure, Run } from "./run.js";
import type { Template } from "./template.js";

/** One state change. A `commit` takes any number of them, all or none. */
export type Change =
  /**
   * A record has a new version (its event must be in the same commit). Refused with RECORD_CONFLICT unless the
   * stored version is `version - 1` (0 for none). `indexed` replaces the record's search values; a deleted record
   * keeps its history but is no longer found.
   */
  | {
      readonly kind: "record-written";
      readonly dataType: string;
      readonly key: string;
      readonly shard: number;
      readonly version: number;
      readonly eventId: string;
      readonly deleted: boolean;
      readonly indexed: Readonly<Record<string, string>>;
      readonly at: Date;
    }
  /** Refused with EVENT_DUPLICATED when its `dedupeKey` is known. */
  | { readonly kind: "event-recorded"; readonly event: Event }
  | { readonly kind: "run-created"; readonly run: Run }
  /** Refused with RUN_LEASE_LOST unless the stored fence equals the run's and the run is not finished. */
  | { readonly kind: "run-advanced"; readonly run: Run }
  /**
   * Takes a finished run up again: replaces everything of it. Refused with RUN_NOT_FINISHED unless the stored run is
   * finished and its fence is `fence - 1`, and with EVENT_NOT_KEPT when its event is closed.
   */
  | { readonly kind: "run-reopened"; readonly run: Run }
  /** Keeps the list of an `each` step in batches; one that is kept already stays as it is. */
  | {
      readonly kind: "items-kept";
      readonly runId: string;
      readonly stepId: string;
      readonly batches: readonly (readonly Json[])[];
    }
  /**
   * Says which topics a resting run wants to be woken by; replaces what it wanted before. When it was woken
   * since `run` was read, while it was being looked at, it is due again at `againAt`: what woke it may have come after the look.
   */
  | {
      readonly kind: "run-listens";
      readonly run: Pick<Run, "id" | "wakes">;
      readonly topics: readonly string[];
      readonly againAt: Date;
    }
  | { readonly kind: "run-listens-no-more"; readonly runId: string }
  /**
   * Makes the resting runs that listen to one of these topics due, and counts it for those that are being looked at.
   * See core/topic.ts.
   */
  | {
      readonly kind: "runs-woken";
      readonly topics: readonly string[];
      readonly at: Date;
    }
  /**
   * Inserts a ledger row in state `intended` or `started`, or `refused` for one that is not even to be attempted; refused with
   * EFFECT_KNOWN when its key is known.
   */
  | { readonly kind: "effect-intended"; readonly effect: Effect }
  /**
   * Records an outcome: replaces state and outcome of a ledger row. `done` and `refused` are never left, and an attempt that
   * is not the newest any more has nothing to say but `done`.
   */
  | { readonly kind: "effect-moved"; readonly effect: Effect }
  /**
   * Begins the next attempt: replaces everything of a ledger row but its id and key. Refused with EFFECT_KNOWN unless the
   * stored attempts are `attempts - 1` and the stored state is `from`, so that of two who want to begin only one does.
   */
  | { readonly kind: "effect-restarted"; readonly effect: Effect; readonly from: EffectState }
  /**
   * Inserts the message of an effect, or merges it into the row that is there: the status only moves forward
   * (`statusRank`), a vendor id once known stays. So the vendor's callback may arrive before our own commit.
   */
  | {
      readonly kind: "message-recorded";
      readonly message: Message;
      /** That it is there is certain: only what moves is written. */
      readonly known?: true;
    }
  /** Keeps what a message has cost, in place of what was kept before. */
  | { readonly kind: "message-priced"; readonly effectId: string; readonly price: Price }
  /** Begins the message of a refused effect anew: replaces everything of the effect's row but its id and creation. */
  | { readonly kind: "message-restarted"; readonly message: Message }
  /** Puts down what is to be asked about a message, in place of what was put down before. */
  | { readonly kind: "message-check-due"; readonly check: MessageCheck }
  | { readonly kind: "message-check-done"; readonly messageId: string }
  /** Says how far a walk through a table has come; it never goes back. */
  | { readonly kind: "walk-advanced"; readonly name: string; readonly place: string }
  /** Keeps what was counted of an hour, in place of what was counted before. */
  | { readonly kind: "hour-counted"; readonly counted: CountedHour }
  | { readonly kind: "hours-forgotten"; readonly before: Date }
  /** Refused with EVENT_DUPLICATED when the vendor's id is known. */
  | { readonly kind: "message-received"; readonly message: ReceivedMessage }
  /** A file of a received message is to be fetched; nothing happens when it is known. */
  | { readonly kind: "attachment-expected"; readonly attachment: Attachment }
  /** Keeps some pieces of a file, in base64, in place of what was kept of them before. `first`: number of the first. */
  | {
      readonly kind: "attachment-pieces-kept";
      readonly attachmentId: string;
      readonly first: number;
      readonly pieces: readonly string[];
    }
  /** Replaces what is known of a file; one that is here stays here. */
  | { readonly kind: "attachment-moved"; readonly attachment: Attachment }
  /** Refused with CONVERSATION_CONFLICT when the contact has an open one on this channel. */
  | { readonly kind: "conversation-opened"; readonly conversation: Conversation }
  /** Moves the newest received message of a conversation forward. Refused with CONVERSATION_CONFLICT unless it is open. */
  | {
      readonly kind: "conversation-joined";
      readonly id: string;
      readonly receivedId: string;
      readonly receivedAt: Date;
    }
  /**
   * Closes or reopens a conversation. Refused with CONVERSATION_CONFLICT unless it is in the other state, or when the
   * contact has a newer one.
   */
  | {
      readonly kind: "conversation-moved";
      readonly id: string;
      readonly state: ConversationState;
      readonly at: Date;
    }
  /** Adds to a contact's consent, and moves what is on record forward; an entry that is there already changes nothing. */
  | { readonly kind: "consent-recorded"; readonly entry: ConsentEntry }
  /** Also counts the notification's issue when it is a warning or an error; a resolved issue is open again. */
  | {
      readonly kind: "notification-raised";
      readonly notification: Notification;
      /** A ledger row that is done and has the same request and response: they are read from there, and kept once. */
      readonly keptBy?: string | null;
    }
  /** What a notification tells has happened again: its cause is replaced, its issue counted; what was resolved is open again. */
  | {
      readonly kind: "notification-repeated";
      readonly id: string;
      readonly fingerprint: string;
      readonly cause: string;
      readonly at: Date;
    }
  | {
      readonly kind: "notification-moved";
      readonly id: string;
      readonly state: NotificationState;
      readonly at: Date;
    }
  /**
   * Resolves the open notifications of a run's failures (not what its flow itself raised, and not those about reports of its
   * messages), and the issues that have no open notification left.
   */
  | {
      readonly kind: "notifications-resolved";
      readonly runId: string;
      readonly eventId: string;
      /** Only what is open about the unknown outcome of this message; absent for all failures of the run. */
      readonly doubtOf?: string | null;
      readonly at: Date;
    }
  /** Moves an issue and its open notifications forward. */
  | { readonly kind: "issue-moved"; readonly fingerprint: string; readonly state: NotificationState; readonly at: Date }
  /** Says up to which instant a schedule has fired; what is not later than what was said before changes nothing. */
  | { readonly kind: "schedule-advanced"; readonly flow: string; readonly slotAt: Date }
  /** Refused with QUARANTINE_CHANGED when a record of the same data type and identity is held. */
  | { readonly kind: "record-quarantined"; readonly record: QuarantinedRecord }
  /**
   * The same bad push again: replaces document, problems and the record's version of the held one, and counts it. Refused with
   * QUARANTINE_CHANGED unless it is held.
   */
  | { readonly kind: "quarantine-repeated"; readonly record: QuarantinedRecord }
  /**
   * Replaces document, problems, state and event of a quarantined record. Refused with QUARANTINE_LEFT unless it is held, and
   * with QUARANTINE_CHANGED unless it was pushed just so often.
   */
  | { readonly kind: "quarantine-moved"; readonly record: QuarantinedRecord }
  | { readonly kind: "operation-begun"; readonly operation: Operation }
  /**
   * Replaces what an operation has come to. Refused with OPERATION_MOVED unless the stored one is running and has examined so
   * many: of two processes that carry it on, or stop it, only one does.
   */
  | { readonly kind: "operation-moved"; readonly operation: Operation; readonly examined: number }
  | BroadcastChange
  | AccessChange
  | AuditChange
  /**
   * Says that what is installed or switched on changes. Refused with DEFINITIONS_CHANGED unless nobody has changed any of it
   * since `definitionsStamp` gave `from`: who installs has checked what is installed against that.
   */
  | {
      readonly kind: "definitions-changed";
      readonly from: string;
      /** What this change calls itself; nobody else's is called so. */
      readonly name: string;
    }
  /** Keeps a flow version under its hash; nothing happens when it is there. */
  | { readonly kind: "flow-version-kept"; readonly version: FlowVersion }
  /** Replaces the installed collection of the same name. */
  | { readonly kind: "collection-installed"; readonly installed: InstalledCollection }
  /** Takes a collection away; its flow versions, its kept versions and everything that it has made stay. */
  | { readonly kind: "collection-uninstalled"; readonly name: string }
  /** Keeps the files of a version under their integrity; of one that is there only where it came from, who has signed it and the instant change. */
  | { readonly kind: "collection-version-kept"; readonly version: CollectionVersion }
  /** Lets go of a kept version; nothing happens when it is not there. */
  | { readonly kind: "collection-version-dropped"; readonly name: string; readonly integrity: string }
  /** Keeps this installation's change of a file, in place of the one before. */
  | { readonly kind: "overlay-set"; readonly overlay: Overlay }
  /** Takes it away; nothing happens when there is none. */
  | ({ readonly kind: "overlay-removed" } & Pick<Overlay, "collection" | "file">)
  | { readonly kind: "flow-activated"; readonly flow: string; readonly active: boolean; readonly at: Date }
  /** Trusts a publisher's key, or gives it another name. */
  | { readonly kind: "publisher-trusted"; readonly publisher: TrustedPublisher }
  | { readonly kind: "publisher-distrusted"; readonly key: string }
  /** Switches a connection off, or on again. */
  | { readonly kind: "connection-switched"; readonly switched: ConnectionSwitch }
  /** Replaces what the last look at a connection found. */
  | { readonly kind: "connection-checked"; readonly check: ConnectionCheck }
  /** Keeps a look beside later ones, and drops those made before an instant, and of its connection those beyond the newest few thousand. */
  | { readonly kind: "connection-check-kept"; readonly past: PastCheck; readonly before: Date }
  /**
   * Takes a recipient's turn for a call, until it is over or the turn ends by itself. Refused with TURN_TAKEN while a call of
   * another run has it. Only where several processes share the store; within one, nobody asks.
   */
  | { readonly kind: "turn-taken"; readonly turn: SharedTurn; readonly at: Date }
  | { readonly kind: "turn-left"; readonly turn: Pick<SharedTurn, "place" | "effectId" | "attempt"> }
  /**
   * Counts what a call is about to send; a new day begins with nothing. Refused with DAILY_CAP_REACHED when it would be more
   * than `most` in that day, or when a later day is counted already. What alone is more than `most` may go as the day's first.
   */
  | {
      readonly kind: "sending-counted";
      readonly subject: string;
      readonly day: string;
      readonly amount: number;
      readonly most: number;
    }
  /** Takes back what was counted for a call that certainly took no effect, if that day is still the one that is counted. */
  | { readonly kind: "sending-uncounted"; readonly subject: string; readonly day: string; readonly amount: number }
  /** The operator is told that a day's cap is reached. Refused with DAILY_CAP_REACHED when somebody has told it. */
  | { readonly kind: "daily-cap-told"; readonly subject: string; readonly day: string }
  /** A process says that it is there. */
  | { readonly kind: "process-seen"; readonly process: SeenProcess }
  | { readonly kind: "process-left"; readonly name: string }
  /** A connection takes no calls; replaces what was said of it before. */
  | { readonly kind: "breaker-opened"; readonly breaker: SharedBreaker }
  | { readonly kind: "breaker-closed"; readonly connection: string }
  /** Keeps the answer to a request with an `Idempotency-Key`; nothing happens when the key is there. */
  | { readonly kind: "answer-kept"; readonly answer: KeptAnswer }
  /** Somebody needs a connection's templates; nothing happens when that is known. */
  | { readonly kind: "templates-wanted"; readonly connection: string; readonly at: Date }
  /** Replaces what is known of a connection's templates. */
  | {
      readonly kind: "templates-fetched";
      readonly connection: string;
      readonly templates: readonly Template[];
      readonly at: Date;
    }
  /** The templates could not be fetched; those that are known stay. */
  | {
      readonly kind: "templates-missed";
      readonly connection: string;
      readonly failure: Failure;
      readonly at: Date;
    };
