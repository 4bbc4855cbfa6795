import type { AccessStore } from "./access-store.js";
import type { Attachment } from "./attachment.js";
import type { AuditAnchor, AuditEntry, AuditFilter } from "./audit.js";
import type { BroadcastStore } from "./broadcast-store.js";
import type { Change } from "./change.js";
import type { CollectionVersion, InstalledCollection, KeptVersion, TrustedPublisher } from "./collection.js";
import type { ConsentEntry, CurrentConsent, ScopedStanding } from "./consent.js";
import type { Conversation, ConversationMessage } from "./conversation.js";
import type { SeenProcess, SharedBreaker } from "./crew.js";
import type { Effect, EffectState } from "./effect.js";
import type { ErasureStep, ErasureStepped } from "./erasure.js";
import type { Event } from "./event.js";
import type { Eventual } from "./eventual.js";
import type { FlowVersion } from "./flow.js";
import type { CountedHour, Counts } from "./hourly-counts.js";
import type { ConnectionCheck, ConnectionSwitch } from "./inspection.js";
import type { Issue } from "./issue.js";
import type { ItemCounts, ItemsOf, KeptItems } from "./items.js";
import type { KeptAnswer } from "./kept-answer.js";
import type { Message } from "./message.js";
import type { MessageCheck, WalkedMessage } from "./message-check.js";
import type { Notification } from "./notification.js";
import type { Operation, OperationState } from "./operation.js";
import type { Overlay } from "./overlay.js";
import type { PaceAsking, PacePlace } from "./pace-row.js";
import type { Page, Paging } from "./paging.js";
import type { PastCheck, PastHealth } from "./past-check.js";
import type { PeopleSeal } from "./people-seal.js";
import type { QuarantinedRecord } from "./quarantine.js";
import type { ConversationChannel, ReceivedMessage } from "./received-message.js";
import type { StoredRecord } from "./record.js";
import type { Sweep, Swept } from "./retention.js";
import type { Run } from "./run.js";
import type { Lane } from "./sending.js";
import type { SentMessage } from "./sent-message.js";
import type {
  AttachmentFilter,
  ConsentFilter,
  ConversationFilter,
  Correspondent,
  DailyCount,
  EventFilter,
  IssueFilter,
  Listening,
  MessageFilter,
  NotificationFilter,
  PastCheckFilter,
  QuarantineFilter,
  ReceivedFilter,
  RecordFilter,
  RunFilter,
  Span,
  Walk,
} from "./store-filters.js";
import type { Template, TemplateList, TemplateWish } from "./template.js";

/** A run taken by `claim`, with what a worker needs to go on. */
export interface ClaimedRun {
  readonly run: Run;
  /** The event it was started by. */
  readonly event: Event;
}

/**
 * Everything Patchbay keeps. One contract suite runs against every implementation.
 *
 * All methods reject with STORE_UNAVAILABLE when the database cannot be reached, is full or is read-only.
 */
export interface Store {
  /**
   * Makes changes durable, all or none, in the order given; resolves when they are on disk. Concurrent commits are
   * merged into one transaction, but each fails alone.
   *
   * @throws RECORD_CONFLICT, EVENT_DUPLICATED, RUN_LEASE_LOST, RUN_NOT_FINISHED, EVENT_NOT_KEPT, EFFECT_KNOWN, QUARANTINE_LEFT,
   *   QUARANTINE_CHANGED, CONVERSATION_CONFLICT, OPERATION_MOVED, BROADCAST_MOVED, TURN_TAKEN, DAILY_CAP_REACHED,
   *   DEFINITIONS_CHANGED as said at each change: nothing of this commit was
   *   stored then. STORE_UNAVAILABLE: nothing was stored, unless the connection to a database server broke in the very moment of
   *   committing and the server did not come back soon enough to say: then it may have been. So whoever repeats must plan anew;
   *   guards refuse what was stored after all.
   */
  commit(changes: readonly Change[]): Promise<void>;

  readonly records: {
    /** The newest version, or null when there is none or it was deleted. */
    get(dataType: string, key: string): Promise<StoredRecord | null>;
    /** The stored version number, of a deleted record too; 0 for none. */
    version(dataType: string, key: string): Promise<number>;
    list(filter: RecordFilter, paging: Paging): Promise<Page<StoredRecord>>;
    walk(filter: RecordFilter, walk: Walk): Promise<readonly StoredRecord[]>;
    /** How many there are, counted up to `limit`. */
    count(filter: RecordFilter, limit: number): Promise<number>;
  };
  readonly events: {
    get(id: string): Promise<Event | null>;
    list(filter: EventFilter, paging: Paging): Promise<Page<Event>>;
    /** The event of one version of a record, or null. */
    ofVersion(dataType: string, key: string, version: number): Promise<Event | null>;
    getByDedupeKey(dedupeKey: string): Promise<Event | null>;
    /** Events about a data type's records (those of their messages too), oldest first; null for every event. */
    between(dataType: string | null, span: Span): Promise<readonly Event[]>;
    /** When the newest event of a data type's records came; null when there is none. */
    newestAt(dataType: string): Promise<Date | null>;
  };
  readonly runs: {
    get(id: string): Promise<Run | null>;
    list(filter: RunFilter, paging: Paging): Promise<Page<Run>>;
    /**
     * Leases up to `limit` due runs, those of the lane `first` before the others, oldest first, and counts their fence up.
     *
     * Two workers never hold the same run: the choice and the claim are one statement. A run whose lease has lapsed
     * is due again, which is how a crashed worker's work is picked up.
     *
     * @param leaseMs Time the worker has before it must extend the lease, in milliseconds.
     */
    claim(
      worker: string,
      { limit, leaseMs, now, first }: { limit: number; leaseMs: number; now: Date; first?: Lane },
    ): Promise<ClaimedRun[]>;
    /** Moves the end of the leases this worker holds on these runs. */
    extend(worker: string, runIds: readonly string[], until: Date): Promise<void>;
    /** Makes every leased run due now. Only for a process that knows to be the only one (see `exclusive`). */
    releaseAll(now: Date): Promise<number>;
    /** Makes the runs due now that this worker, which has ended, had leased. @returns How many. */
    releaseOf(worker: string, now: Date): Promise<number>;
    /** When the next run is due, leases not counted; null when none is. */
    nextDueAt(): Promise<Date | null>;
    /** Failed runs whose creation lies in the span, oldest first. */
    failedBetween(span: Span): Promise<readonly Run[]>;
    /** Unfinished runs of this flow for this record that are older than this one, newest first; none of items. */
    olderOpen(run: Pick<Run, "id" | "flow" | "dataType" | "key">, limit: number): Promise<readonly Run[]>;
    /** How many unfinished runs the flows of a collection have, those it has no more included; counted up to `limit`. */
    openOfCollection(collection: string, limit: number): Promise<number>;
    /** Unfinished runs of this event, oldest first; none of items. */
    openOf(eventId: string): Promise<readonly Run[]>;
    /** Runs of the items of one `each` step. */
    countItems(of: ItemsOf): Promise<ItemCounts>;
    /** One batch of a list that was kept; null when it was not. */
    keptItems(of: ItemsOf, batch: number): Promise<KeptItems | null>;
    /** Failed and cancelled runs of the items of one `each` step that ended before an instant. */
    badItems(of: ItemsOf, before: Date, limit: number): Promise<readonly Run[]>;
    /** Unfinished runs that nobody would ever take up: neither due nor leased. There are none, unless something is broken. */
    stranded(limit: number): Promise<readonly Run[]>;
    /** How many runs are due and not leased, counted up to `limit`; of marketing only each tenth counts. */
    backlog(now: Date, limit: number): Promise<number>;
  };
  readonly effects: {
    get(id: string): Promise<Effect | null>;
    getByKey(key: string): Promise<Effect | null>;
    listOfRun(runId: string): Promise<readonly Effect[]>;
    /**
     * The newest effect of this connection for this recipient that is not settled and is older than `effectId` (null: any);
     * null when there is none. A store that knows so without asking says it at once.
     */
    olderOpen(
      place: { readonly connection: string; readonly recipient: string },
      effectId: string | null,
    ): Eventual<Effect | null>;
    /** Newest first. */
    list(filter: { state?: EffectState | undefined }, paging: Paging): Promise<Page<Effect>>;
    /** Of how many nobody knows the outcome, counted up to `limit`. */
    unknown(limit: number): Promise<number>;
    /** Effects in this state whose run has ended, and whose newest attempt began before an instant; oldest first. */
    abandoned(state: "intended" | "started", before: Date, limit: number): Promise<readonly Effect[]>;
  };
  readonly messages: {
    get(id: string): Promise<Message | null>;
    getByVendorId(vendorId: string): Promise<Message | null>;
    getByEffect(effectId: string): Promise<Message | null>;
    sentByVendorId(vendorId: string): Promise<SentMessage | null>;
    sentByEffect(effectId: string): Promise<SentMessage | null>;
    list(filter: MessageFilter, paging: Paging): Promise<Page<Message>>;
    /** The newest messages to a contact by one connection and channel, newest first. */
    newestTo(correspondent: Correspondent, limit: number): Promise<readonly Message[]>;
    /** Messages made before an instant, behind one of them, oldest first. */
    walk(after: string, before: Date, limit: number): Promise<readonly WalkedMessage[]>;
    /** How far a walk has come; null when it has not begun. */
    walkPlace(name: string): Promise<string | null>;
    /** What is to be asked about messages by now, longest due first. */
    dueChecks(now: Date, limit: number): Promise<readonly MessageCheck[]>;
  };
  readonly received: {
    get(id: string): Promise<ReceivedMessage | null>;
    getByVendorId(vendorId: string): Promise<ReceivedMessage | null>;
    list(filter: ReceivedFilter, paging: Paging): Promise<Page<ReceivedMessage>>;
    /** What a contact has written by one connection and channel since an id of any kind was made, newest first. */
    newestFrom(correspondent: Correspondent, sinceId: string, limit: number): Promise<readonly ReceivedMessage[]>;
    /** When the contact last wrote since an instant; null when it has not. With a sender, by whichever connection. */
    lastAt(listening: Listening, since: Date): Promise<Date | null>;
  };
  readonly templates: {
    /** By name and language. */
    list(connection: string): Promise<readonly Template[]>;
    /** Those that have the id, or the name when no id is wanted. */
    matching(connection: string, wish: TemplateWish): Promise<readonly Template[]>;
    /** What is known of each connection's templates that anybody has asked for. */
    lists(): Promise<readonly TemplateList[]>;
    listOf(connection: string): Promise<TemplateList | null>;
  };
  readonly attachments: {
    get(id: string): Promise<Attachment | null>;
    list(filter: AttachmentFilter, paging: Paging): Promise<Page<Attachment>>;
    /** Those of which something is to be done by now, longest due first. */
    due(now: Date, limit: number): Promise<readonly Attachment[]>;
    /** Up to `count` pieces of a file, from the one with this number on. */
    pieces(id: string, first: number, count: number): Promise<readonly Uint8Array[]>;
  };
  readonly conversations: {
    get(id: string): Promise<Conversation | null>;
    /** The contact's last received one on this channel, open or closed; null when there is none. */
    newest(channel: ConversationChannel, contact: string): Promise<Conversation | null>;
    /** Last received first; the cursor is a page's `next`. */
    list(filter: ConversationFilter, paging: Paging): Promise<Page<Conversation>>;
    /** What was received in it, and what was sent to its contact while it lasted; newest first. */
    messages(conversation: Conversation, paging: Paging): Promise<Page<ConversationMessage>>;
  };
  readonly consent: {
    /** As `standings`, but may give nothing for who has never opted out: asked before every message that leaves. */
    optOuts(contact: string, channel: ConversationChannel): Promise<readonly ScopedStanding[]>;
    /** What is on record about a contact on one channel, by scope. */
    standings(contact: string, channel: ConversationChannel): Promise<readonly ScopedStanding[]>;
    entry(id: string): Promise<ConsentEntry | null>;
    /** What every contact's consent is now, by scope; last changed first, the cursor is a page's `next`. */
    list(filter: ConsentFilter, paging: Paging): Promise<Page<CurrentConsent>>;
    /** The ledger, newest first. */
    entries(filter: Pick<ConsentFilter, "contact" | "channel">, paging: Paging): Promise<Page<ConsentEntry>>;
  };
  readonly notifications: {
    get(id: string): Promise<Notification | null>;
    list(filter: NotificationFilter, paging: Paging): Promise<Page<Notification>>;
  };
  readonly issues: {
    get(fingerprint: string): Promise<Issue | null>;
    /** Last seen first; the cursor is a page's `next`. */
    list(filter: IssueFilter, paging: Paging): Promise<Page<Issue>>;
  };
  readonly quarantine: {
    get(id: string): Promise<QuarantinedRecord | null>;
    /** The held record that another push of this identity is the same as; null when there is none. */
    held(dataType: string, identity: string): Promise<QuarantinedRecord | null>;
    list(filter: QuarantineFilter, paging: Paging): Promise<Page<QuarantinedRecord>>;
  };
  readonly schedules: {
    /** Flow name to the instant up to which it has fired. */
    all(): Promise<ReadonlyMap<string, Date>>;
  };
  readonly operations: {
    get(id: string): Promise<Operation | null>;
    list(filter: { state?: OperationState | undefined }, paging: Paging): Promise<Page<Operation>>;
  };
  readonly broadcasts: BroadcastStore;
  readonly access: AccessStore;
  readonly audit: {
    /** Newest first. */
    list(filter: AuditFilter, paging: Paging): Promise<Page<AuditEntry>>;
    /** Oldest first, behind an id. */
    walk(after: string, limit: number): Promise<readonly AuditEntry[]>;
    last(): Promise<AuditEntry | null>;
    /** Where the chain begins when entries were taken away; null when none were. */
    anchor(): Promise<AuditAnchor | null>;
  };
  /** Changes whenever a collection is installed, or a flow or a connection is switched on or off, by whatever process. */
  definitionsStamp(): Promise<string>;
  readonly collections: {
    list(): Promise<readonly InstalledCollection[]>;
    get(name: string): Promise<InstalledCollection | null>;
    /** Every version that was ever installed, last installed first. */
    versions(name: string): Promise<readonly KeptVersion[]>;
    version(name: string, integrity: string): Promise<CollectionVersion | null>;
    /** This installation's changes of files, by collection and file. @param name Of one collection; of all when null. */
    overlays(name: string | null): Promise<readonly Overlay[]>;
  };
  readonly publishers: {
    /** Everybody whose key is trusted, by key; asked at each installation, so that every process sees the same. */
    list(): Promise<readonly TrustedPublisher[]>;
  };
  readonly flows: {
    /** Names of the flows that are switched on. */
    active(): Promise<ReadonlySet<string>>;
    version(hash: string): Promise<FlowVersion | null>;
  };
  readonly connections: {
    /** The last switch of each connection that was ever switched. */
    switches(): Promise<readonly ConnectionSwitch[]>;
    checks(): Promise<readonly ConnectionCheck[]>;
    check(connection: string): Promise<ConnectionCheck | null>;
    /** Newest first. */
    pastChecks(filter: PastCheckFilter, paging: Paging): Promise<Page<PastCheck>>;
    /** What the looks of a span found, oldest first, after what the last one before it found. */
    pastHealths(connection: string, from: Date, until: Date): Promise<readonly PastHealth[]>;
  };
  readonly processes: {
    /** Every process that has said that it is there and has not left; see `isThere`. */
    list(): Promise<readonly SeenProcess[]>;
    /**
     * Those of them whose connection to the store is gone at this moment: they have ended, or must connect again. None where
     * the store cannot tell; then their leases do, in time.
     */
    gone(): Promise<readonly string[]>;
  };
  readonly breakers: {
    list(): Promise<readonly SharedBreaker[]>;
  };
  readonly pace: {
    /**
     * Takes the next place in a pace, for whichever process asks; see core/pace-row.ts for marketing's.
     * @returns Null when it would come after `notAfter`; nothing is taken then.
     */
    take(asking: PaceAsking): Promise<PacePlace | null>;
  };
  readonly dailyCounts: {
    /** How much a sender or a connection has sent on its newest day; null when nothing was ever counted. */
    get(subject: string): Promise<DailyCount | null>;
  };
  readonly hourlyCounts: {
    /** What was kept of the hours that began in a span, oldest first; of an hour that nobody has counted there is nothing. */
    list(from: Date, until: Date): Promise<readonly CountedHour[]>;
    /** Counts what was made in a span, as it is now. Its cost is that of reading all of it. */
    count(from: Date, until: Date): Promise<Counts>;
    /** When the oldest event came that is kept; null when there is none. */
    since(): Promise<Date | null>;
  };
  readonly leases: {
    /** Takes or keeps what only one process does at a time. @returns Whether this holder has it until then. */
    take(name: string, holder: string, { until, now }: { until: Date; now: Date }): Promise<boolean>;
    release(name: string, holder: string): Promise<void>;
    /** Drops what ended before an instant, and whose holder has not given it back. */
    forget(before: Date): Promise<void>;
  };
  readonly answers: {
    get(key: string): Promise<KeptAnswer | null>;
  };
  /** The data key that people are sealed under, where they are. */
  readonly people: PeopleSeal;
  readonly retention: {
    /** Whether part of what belongs to an event is no longer kept; false for an event that there is not. */
    isClosed(eventId: string): Promise<boolean>;
    /** What a piece of work would come to; nothing is changed. */
    preview(sweep: Sweep): Promise<Swept>;
    /**
     * Does a piece of work, in one commit of a few hundred rows.
     *
     * What an event started goes as one, and only when all of it has ended and no outcome is unknown. An event is closed
     * first: from then on it is not replayed and its runs are not retried, so that no key of its effects can be arrived
     * at again; its rows go in a later pass. A record's newest event stays. See ADR 0012.
     */
    sweep(sweep: Sweep): Promise<Swept>;
    /** Gives a little disk space back to the system; whether there is more to give. */
    reclaim(): Promise<boolean>;
  };
  readonly erasure: {
    /**
     * Looks through the next rows of a stage for a contact, and erases what is found, in one commit: documents, texts, requests and
     * responses go, the contact is replaced; ids, states, instants, prices and counts stay. Nothing is changed while something of it
     * has to end first.
     */
    step(step: ErasureStep): Promise<ErasureStepped>;
    /** Whether messages were sent from this number or address: it is ours then, and stands in everything. */
    isSender(contact: string): Promise<boolean>;
  };
  /** Whether this process is the only one that can use the store (an embedded file under a lock). */
  readonly exclusive: boolean;
  /**
   * Milliseconds since 1970 by the clock that everybody who uses this store shares: leases and what is due are judged by it.
   * An embedded store's is this machine's.
   */
  now(): number;
  /**
   * Calls a listener when another process has made a run due, or a commit of this one has woken some; absent where there is no
   * other process. Of processes that listen one is called at once and the others later, unless it is their turn by then. A hint that may
   * get lost: whoever waits for work looks for it regularly all the same.
   *
   * @param listener Null for a process that takes no work: it only shows the others that it is there.
   * @returns what ends it
   */
  onWork?(listener: (() => void) | null): () => void;
  /** Resolves when the store can write now. @throws STORE_UNAVAILABLE */
  check(): Promise<void>;
  /** Waits for the commits under way and lets go of every file and thread. */
  close(): Promise<void>;
}
