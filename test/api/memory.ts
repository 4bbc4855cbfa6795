import type { Attachment } from "../../src/core/attachment.js";
import type { Broadcast, BroadcastRecipient } from "../../src/core/broadcast.js";
import type { Change } from "../../src/core/change.js";
import type { TrustedPublisher } from "../../src/core/collection.js";
import type { ConsentEntry } from "../../src/core/consent.js";
import type { Conversation } from "../../src/core/conversation.js";
import { type DataType, indexedValues, keyOf } from "../../src/core/data-type.js";
import type { Effect } from "../../src/core/effect.js";
import { PatchbayError, type Problem } from "../../src/core/errors.js";
import type { Event } from "../../src/core/event.js";
import type { FlowVersion } from "../../src/core/flow.js";
import type { ConnectionCheck } from "../../src/core/inspection.js";
import type { Issue } from "../../src/core/issue.js";
import { canonicalJson, type JsonObject } from "../../src/core/json.js";
import type { KeptAnswer } from "../../src/core/kept-answer.js";
import type { Message, MessageReport } from "../../src/core/message.js";
import type { Notification } from "../../src/core/notification.js";
import type { Operation } from "../../src/core/operation.js";
import type { Page, Paging } from "../../src/core/paging.js";
import type { QuarantinedRecord } from "../../src/core/quarantine.js";
import type { ReceivedMessage } from "../../src/core/received-message.js";
import type { StoredRecord } from "../../src/core/record.js";
import type { Run } from "../../src/core/run.js";
import type { Store } from "../../src/core/store.js";
import type { Template, TemplateList } from "../../src/core/template.js";
import type { Accepted } from "../../src/engine/engine.js";

/** What is there before a test begins. */
export interface Stored {
  readonly runs: readonly Run[];
  readonly effects: readonly Effect[];
  readonly messages: readonly Message[];
  readonly notifications: readonly Notification[];
  readonly issues: readonly Issue[];
  readonly quarantine: readonly QuarantinedRecord[];
  readonly operations: readonly Operation[];
  readonly report: MessageReport;
}

const instant = new Date("2026-11-21T09:00:00Z");

/** What the stand-ins remember: a store that is only lists. */
export class Memory {
  available = true;
  readonly records = new Map<string, StoredRecord & { indexed: Record<string, string> }>();
  readonly versions = new Map<string, number>();
  readonly flowVersions = new Map<string, FlowVersion>();
  readonly events: Event[] = [];
  readonly checks = new Map<string, ConnectionCheck>();
  /** Connections that refused a webhook request, with the code. */
  readonly refused: string[] = [];
  readonly answers = new Map<string, KeptAnswer>();
  readonly runs: Run[];
  readonly effects: Effect[];
  readonly messages: Message[];
  readonly notifications: Notification[];
  readonly issues: Issue[];
  readonly quarantine: QuarantinedRecord[];
  readonly operations: Operation[];
  readonly broadcasts: Broadcast[] = [];
  readonly recipients: BroadcastRecipient[] = [];
  readonly received: ReceivedMessage[] = [];
  readonly conversations: Conversation[] = [];
  readonly consents: ConsentEntry[] = [];
  readonly attachments: Attachment[] = [];
  readonly contents = new Map<string, Uint8Array>();
  readonly templates = new Map<string, readonly Template[]>();
  readonly templateLists: TemplateList[] = [];
  readonly publishers = new Map<string, TrustedPublisher>();

  constructor(stored: Stored) {
    this.runs = [...stored.runs];
    this.effects = [...stored.effects];
    this.messages = [...stored.messages];
    this.notifications = [...stored.notifications];
    this.issues = [...stored.issues];
    this.quarantine = [...stored.quarantine];
    this.operations = [...stored.operations];
  }

  check(): void {
    if (!this.available) throw new PatchbayError("STORE_UNAVAILABLE", "The disk is full");
  }

  async require(dataType: string, key: string): Promise<StoredRecord> {
    const found = this.records.get(`${dataType} ${key}`);
    if (found === undefined) throw new PatchbayError("RECORD_UNKNOWN", `There is no ${dataType} ${key}`);
    return found;
  }

  write(
    dataType: DataType,
    { key, document, decisions }: Pick<Event, "decisions"> & { key: string; document: JsonObject },
  ): Accepted {
    const id = `${dataType.name} ${key}`;
    const before = this.records.get(id);
    const version = (this.versions.get(id) ?? 0) + 1;
    const same = before !== undefined && canonicalJson(before.document) === canonicalJson(document);
    const rest = { dataType: dataType.name, key, quarantineId: null, problems: [] };
    if (same) return { ...rest, verdict: "unchanged", version: version - 1, eventId: null, decisions: [] };
    const verdict = before === undefined ? "created" : "updated";
    const eventId = `evt_${this.events.length + 1}`;
    this.events.push({
      ...{ id: eventId, shard: 1, kind: `record.${verdict}`, dataType: dataType.name, key, version, payload: document },
      ...{ causedByRun: null, depth: 0, dedupeKey: null, decisions, createdAt: instant },
    });
    const indexed = indexedValues(dataType, document);
    this.records.set(id, { dataType: dataType.name, key, version, document, eventId, updatedAt: instant, indexed });
    this.versions.set(id, version);
    return { ...rest, verdict, version, eventId, decisions };
  }

  hold(dataType: DataType, { document, problems }: { document: JsonObject; problems: readonly Problem[] }): Accepted {
    const id = `qua_${this.quarantine.length + 1}`;
    const key = keyOf(dataType, document);
    const times = { createdAt: instant, updatedAt: instant };
    const place = { id, shard: 1, dataType: dataType.name, key, identity: null, recordVersion: null, count: 1 };
    this.quarantine.push({ ...place, document, problems, state: "held", eventId: null, ...times });
    const outcome = { verdict: "quarantined" as const, dataType: dataType.name, key: key ?? "", version: 0 };
    return { ...outcome, eventId: null, decisions: [], quarantineId: id, problems };
  }

  port(): Store {
    const none = () => {
      throw new Error("the API does not need this");
    };
    const ready = <T>(value: T): Promise<T> => {
      this.check();
      return Promise.resolve(value);
    };
    const lists = <T extends { readonly id: string }>(all: readonly T[]) => ({
      get: async (id: string) => ready(all.find((one) => one.id === id) ?? null),
      list: async (filter: object, paging: Paging) =>
        ready(
          cut(
            all.filter((one) => fits(one, filter)),
            paging,
          ),
        ),
    });
    const issues = () => this.issues.map((issue) => ({ ...issue, id: issue.fingerprint }));
    return {
      dailyCounts: { get: none },
      hourlyCounts: { list: none, count: none, since: none },
      erasure: { step: none, isSender: none },
      people: { sealedBy: async () => null, reseal: async () => false },
      retention: { isClosed: () => ready(false), preview: none, sweep: none, reclaim: none },
      commit: async (changes) => {
        this.check();
        for (const change of changes) this.apply(change);
      },
      records: {
        get: async (dataType, key) => ready(this.records.get(`${dataType} ${key}`) ?? null),
        walk: none,
        count: async ({ dataType }) =>
          ready([...this.records.values()].filter((one) => one.dataType === dataType).length),
        version: async (dataType, key) => ready(this.versions.get(`${dataType} ${key}`) ?? 0),
        list: async ({ dataType, where = {} }, paging) => {
          const all = [...this.records.values()].filter((one) => one.dataType === dataType && fits(one.indexed, where));
          return ready(
            cut(
              all.map((one) => ({ ...one, id: one.key })),
              paging,
            ),
          );
        },
      },
      events: { ...lists(this.events), ofVersion: none, between: none, newestAt: none, getByDedupeKey: none },
      runs: {
        ...lists(this.runs),
        ...{ claim: none, extend: none, releaseAll: none, releaseOf: none, nextDueAt: none, backlog: none },
        ...{
          failedBetween: none,
          olderOpen: none,
          openOf: none,
          openOfCollection: none,
          countItems: none,
          keptItems: none,
          badItems: none,
          stranded: none,
        },
      },
      effects: {
        ...lists(this.effects),
        listOfRun: async (runId) => ready(this.effects.filter((one) => one.runId === runId)),
        ...{ getByKey: none, olderOpen: none, abandoned: none, unknown: none },
      },
      messages: {
        ...lists(this.messages),
        getByVendorId: async (id) => ready(this.messages.find((one) => one.vendorId === id) ?? null),
        ...{
          getByEffect: none,
          sentByEffect: none,
          sentByVendorId: none,
          newestTo: none,
          walk: none,
          walkPlace: none,
          dueChecks: none,
        },
      },
      received: {
        ...lists(this.received),
        getByVendorId: async (id) => ready(this.received.find((one) => one.vendorId === id) ?? null),
        ...{ newestFrom: none, lastAt: none },
      },
      attachments: {
        ...lists(this.attachments),
        due: none,
        pieces: async (id, first) => {
          const content = this.contents.get(id);
          return ready(first > 0 || content === undefined ? [] : [content]);
        },
      },
      conversations: {
        ...lists(this.conversations),
        newest: none,
        messages: async ({ id }, paging) => {
          const own = this.received.filter(({ conversationId }) => conversationId === id);
          const { items, next } = cut(own, paging);
          return ready({ items: items.map((message) => ({ direction: "in", message })), next });
        },
      },
      consent: {
        standings: none,
        optOuts: async () => ready([]),
        entry: none,
        list: async ({ contact }, paging) =>
          ready(
            cut(
              this.consents
                .filter((one) => fits(one, { contact }))
                .map((entry) => ({ id: entry.id, lastId: entry.id, entry })),
              paging,
            ),
          ),
        entries: async ({ contact }, paging) =>
          ready(
            cut(
              this.consents.filter((one) => fits(one, { contact })),
              paging,
            ),
          ),
      },
      notifications: lists(this.notifications),
      issues: {
        get: async (fingerprint) => ready(this.issues.find((one) => one.fingerprint === fingerprint) ?? null),
        list: (filter, paging) => lists(issues()).list(filter, paging),
      },
      quarantine: { ...lists(this.quarantine), held: none },
      operations: lists(this.operations),
      broadcasts: {
        ...lists(this.broadcasts),
        recipients: async (broadcastId, filter, paging) =>
          ready(
            cut(
              this.recipients.filter((one) => one.broadcastId === broadcastId && fits(one, filter)),
              paging,
            ),
          ),
        counts: async (broadcastId) =>
          ready({ queued: this.recipients.filter((one) => one.broadcastId === broadcastId).length }),
        ...{ unfinished: none, costs: async () => ready([]), ofRecord: none, ofPerson: none, ofRun: none, count: none },
      },
      schedules: { all: none },
      connections: {
        switches: none,
        checks: async () => ready([...this.checks.values()]),
        check: async (name) => ready(this.checks.get(name) ?? null),
        ...{ pastChecks: none, pastHealths: none },
      },
      processes: { list: async () => ready([]), gone: none },
      breakers: { list: async () => ready([]) },
      templates: {
        list: async (connection) => ready(this.templates.get(connection) ?? []),
        listOf: async (connection) => ready(this.templateLists.find((one) => one.connection === connection) ?? null),
        ...{ lists: none, matching: none },
      },
      audit: { list: none, walk: async () => [], last: none, anchor: none },
      access: {
        all: async () => ({ keys: [], users: [], sessions: [], setupTokens: [] }),
        attempts: { count: none, takeBack: none, forget: none },
      },
      pace: { take: none },
      leases: { take: none, release: none, forget: none },
      definitionsStamp: none,
      collections: { list: none, get: none, versions: none, version: none, overlays: none },
      publishers: { list: async () => [...this.publishers.values()] },
      flows: { active: none, version: async (hash) => ready(this.flowVersions.get(hash) ?? null) },
      answers: { get: async (key) => ready(this.answers.get(key) ?? null) },
      now: Date.now,
      exclusive: true,
      check: () => ready(undefined),
      close: async () => undefined,
    };
  }

  private apply(change: Change): void {
    if (change.kind === "answer-kept") this.answers.set(change.answer.key, change.answer);
    else if (change.kind === "notification-moved") {
      replace(this.notifications, ({ id }) => id === change.id, { state: change.state, updatedAt: change.at });
    } else if (change.kind === "issue-moved") {
      replace(this.issues, ({ fingerprint }) => fingerprint === change.fingerprint, { state: change.state });
    } else throw new Error(`the API does not commit ${change.kind}`);
  }
}

/** Changes members of the one thing that fits; gives it as it is now. */
export function replace<T extends object>(all: T[], isIt: (one: T) => boolean, members: Partial<T>): T {
  const index = all.findIndex(isIt);
  const changed = { ...all[index]!, ...members };
  all[index] = changed;
  return changed;
}

function fits(thing: object, filter: object): boolean {
  const values = thing as Record<string, unknown>;
  return Object.entries(filter).every(([name, value]) => value === undefined || values[name] === value);
}

function cut<T extends { readonly id: string }>(all: readonly T[], { cursor, limit }: Paging): Page<T> {
  const start = cursor === undefined ? 0 : all.findIndex(({ id }) => id === cursor) + 1;
  const items = all.slice(start, start + limit);
  return { items, next: start + limit < all.length ? (items.at(-1)?.id ?? null) : null };
}
