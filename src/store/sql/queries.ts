import type { AccessState } from "../../core/access-store.js";
import type { StoredRecord } from "../../core/record.js";
import type { Run } from "../../core/run.js";
import type { ClaimedRun, Store } from "../../core/store.js";
import { accessStatements, toApiKey, toSetupToken, toUser, toUserSession } from "./access.js";
import * as attachments from "./attachments.js";
import * as audit from "./audit.js";
import { broadcastQueries } from "./broadcast-queries.js";
import * as versions from "./collection-versions.js";
import * as connections from "./connections.js";
import * as consent from "./consent.js";
import * as conversations from "./conversations.js";
import * as crew from "./crew.js";
import * as dailyCounts from "./daily-counts.js";
import * as definitions from "./definitions.js";
import type { Dialect } from "./dialect.js";
import * as effects from "./effects.js";
import * as events from "./events.js";
import * as hours from "./hourly-counts.js";
import * as issues from "./issues.js";
import * as items from "./items.js";
import * as checks from "./message-checks.js";
import * as messages from "./messages.js";
import * as notifications from "./notifications.js";
import * as operations from "./operations.js";
import * as overlays from "./overlays.js";
import { takePacePlace } from "./paces.js";
import * as pastChecks from "./past-checks.js";
import * as quarantine from "./quarantine.js";
import type { Ask, Reads } from "./reads.js";
import * as received from "./received.js";
import * as records from "./records.js";
import * as runs from "./runs.js";
import * as schedules from "./schedules.js";
import { attemptsForgetting, attemptTakenBack, countSignInAttempt } from "./sign-in-attempts.js";
import type { Statement } from "./statement.js";
import * as templates from "./templates.js";

/** Everything of the store that reads, and what takes and gives back runs. */
export type Queries = Omit<
  Store,
  "commit" | "exclusive" | "now" | "onWork" | "check" | "close" | "people" | "retention" | "erasure"
>;

/** @param write Performs a statement that writes, and gives its rows. */
export function queriesOf(reads: Reads, write: Ask, dialect: Dialect): Queries {
  return {
    records: recordQueries(reads),
    events: eventQueries(reads),
    runs: runQueries(reads, write, dialect),
    effects: effectQueries(reads),
    messages: messageQueries(reads),
    ...conversationQueries(reads),
    consent: consentQueries(reads),
    ...operatorQueries(reads),
    ...definitionQueries(reads),
    broadcasts: broadcastQueries(reads),
    connections: connectionQueries(reads),
    ...crewQueries(reads, write),
    templates: templateQueries(reads),
    hourlyCounts: hourQueries(reads),
    access: {
      all: () => allOfAccess(reads),
      attempts: {
        count: (attempt) => countSignInAttempt(attempt, { reads, write }),
        takeBack: async ({ place, everyMs }) => void (await write(attemptTakenBack(place, everyMs))),
        forget: async (before) => void (await write(attemptsForgetting(before))),
      },
    },
    audit: auditQueries(reads),
  };
}

function idOf({ id }: { readonly id: string }): string {
  return id;
}

function recordQueries(reads: Reads): Store["records"] {
  return {
    get: (dataType, key) => reads.one(records.recordStatement(dataType, key), records.toRecord),
    version: async (dataType, key) =>
      (await reads.one(records.recordVersionStatement(dataType, key), ({ version }) => Number(version))) ?? 0,
    list: (filter, paging) => {
      const shape = { convert: records.toRecord, cursor: ({ eventId }: StoredRecord) => eventId };
      if (Object.keys(filter.where ?? {}).length > 0) return reads.search(records.recordSearch(filter), paging, shape);
      return reads.page(records.newestRecordsStatement(filter.dataType, paging), paging, shape);
    },
    walk: (filter, walk) => reads.many(records.recordWalkStatement(filter, walk), records.toRecord),
    count: async (filter, limit) =>
      (await reads.many(records.recordCountStatement(filter, limit), ({ found }) => Number(found)))[0] ?? 0,
  };
}

function eventQueries(reads: Reads): Store["events"] {
  return {
    get: (id) => reads.one(events.eventStatement(id), events.toEvent),
    list: (filter, paging) =>
      reads.search(events.eventSearch(filter), paging, { convert: events.toEvent, cursor: idOf }),
    ofVersion: (dataType, key, version) =>
      reads.one(events.eventOfVersionStatement(dataType, key, version), events.toEvent),
    getByDedupeKey: (dedupeKey) => reads.one(events.eventByDedupeKeyStatement(dedupeKey), events.toEvent),
    between: (dataType, span) => reads.many(events.eventsBetweenStatement(dataType, span), events.toEvent),
    newestAt: (dataType) =>
      reads.one(events.newestEventStatement(dataType), ({ created_at }) => new Date(Number(created_at))),
  };
}

function runQueries(reads: Reads, write: Ask, dialect: Dialect): Store["runs"] {
  return {
    get: (id) => reads.one(runs.runStatement(id), runs.toRun),
    list: (filter, paging) => reads.search(runs.runSearch(filter), paging, { convert: runs.toRun, cursor: idOf }),
    claim: async (worker, options) => {
      const claimed = (await write(runs.claimStatement(worker, options, dialect))).map(runs.toRun);
      claimed.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1));
      return readable(await Promise.allSettled(claimed.map((run) => withEvent(run, reads))));
    },
    extend: async (worker, runIds, until) => {
      await Promise.all(runIds.map((id) => write(runs.extendStatement(worker, id, until))));
    },
    releaseOf: async (worker, now) => (await write(runs.releaseOfStatement(worker, now))).length,
    releaseAll: async (now) => (await write(runs.releaseAllStatement(now))).length,
    nextDueAt: () => reads.one(runs.nextDueStatement(), ({ due_at }) => new Date(Number(due_at))),
    backlog: async (now, limit) =>
      Math.min(limit, (await reads.one(runs.backlogStatement(now, limit), ({ backlog }) => Number(backlog))) ?? 0),
    failedBetween: (span) => reads.many(runs.failedRunsStatement(span), runs.toRun),
    olderOpen: (run, limit) => reads.many(runs.olderOpenRunsStatement(run, limit), runs.toRun),
    openOfCollection: async (collection, limit) =>
      (await reads.one(runs.openOfCollectionStatement(collection, limit), ({ open }) => Number(open))) ?? 0,
    openOf: (eventId) => reads.many(runs.openRunsOfEventStatement(eventId), runs.toRun),
    countItems: async (of) => {
      const counts = await reads.one(items.itemCountsStatement(of), items.toItemCounts);
      return counts ?? { total: 0, active: 0, succeeded: 0, failed: 0, cancelled: 0 };
    },
    keptItems: (of, batch) => reads.one(items.keptItemsStatement(of, batch), items.toKeptItems),
    badItems: (of, before, limit) => reads.many(items.badItemsStatement(of, before, limit), runs.toRun),
    stranded: (limit) => reads.many(runs.strandedStatement(limit), runs.toRun),
  };
}

/** One run that cannot be read must not keep the others from being carried on; its lease brings it back. */
function readable(results: readonly PromiseSettledResult<ClaimedRun>[]): ClaimedRun[] {
  const failed = results.find((result) => result.status === "rejected");
  const claimed = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  if (failed !== undefined && claimed.length === 0) throw failed.reason;
  return claimed;
}

async function withEvent(run: Run, reads: Reads): Promise<ClaimedRun> {
  const event = await reads.one(events.eventStatement(run.eventId), events.toEvent);
  if (event === null) throw new Error(`the event ${run.eventId} of ${run.id} is missing`);
  return { run, event };
}

function effectQueries(reads: Reads): Store["effects"] {
  return {
    get: (id) => reads.one(effects.effectStatement(id), effects.toEffect),
    getByKey: (key) => reads.one(effects.effectByKeyStatement(key), effects.toEffect),
    listOfRun: (runId) => reads.many(effects.effectsOfRunStatement(runId), effects.toEffect),
    olderOpen: (place, effectId) => reads.one(effects.olderOpenEffectStatement(place, effectId), effects.toEffect),
    list: (filter, paging) =>
      reads.page(effects.effectListStatement(filter, paging), paging, { convert: effects.toEffect, cursor: idOf }),
    unknown: async (limit) => (await reads.many(hours.unknownStatement(limit), ({ found }) => Number(found)))[0] ?? 0,
    abandoned: (state, before, limit) =>
      reads.many(effects.abandonedEffectsStatement(state, before, limit), effects.toEffect),
  };
}

function messageQueries(reads: Reads): Store["messages"] {
  const by = (column: "id" | "vendor_id" | "effect_id") => (value: string) =>
    reads.one(messages.messageStatement(column, value), messages.toMessage);
  const sentBy = (column: "vendor_id" | "effect_id") => (value: string) =>
    reads.one(messages.sentMessageStatement(column, value), messages.toSentMessage);
  return {
    get: by("id"),
    getByVendorId: by("vendor_id"),
    getByEffect: by("effect_id"),
    sentByVendorId: sentBy("vendor_id"),
    sentByEffect: sentBy("effect_id"),
    list: (filter, paging) =>
      reads.search(messages.messageSearch(filter), paging, { convert: messages.toMessage, cursor: idOf }),
    newestTo: (correspondent, limit) =>
      reads.many(messages.newestToStatement(correspondent, limit), messages.toMessage),
    walk: (after, before, limit) => reads.many(checks.walkedMessagesStatement(after, before, limit), checks.toWalked),
    walkPlace: (name) => reads.one(checks.walkStatement(name), ({ place }) => String(place)),
    dueChecks: (now, limit) => reads.many(checks.dueChecksStatement(now, limit), checks.toCheck),
  };
}

/** What contacts write, and what it belongs to. */
function conversationQueries(reads: Reads): Pick<Store, "received" | "attachments" | "conversations"> {
  return {
    attachments: {
      get: (id) => reads.one(attachments.attachmentStatement(id), attachments.toAttachment),
      list: (filter, paging) =>
        reads.page(attachments.attachmentListStatement(filter, paging), paging, {
          convert: attachments.toAttachment,
          cursor: idOf,
        }),
      due: (now, limit) => reads.many(attachments.dueAttachmentsStatement(now, limit), attachments.toAttachment),
      pieces: (id, first, count) => reads.many(attachments.piecesStatement(id, first, count), attachments.toPiece),
    },
    received: {
      get: (id) => reads.one(received.receivedStatement("id", id), received.toReceived),
      getByVendorId: (vendorId) => reads.one(received.receivedStatement("vendor_id", vendorId), received.toReceived),
      list: (filter, paging) =>
        reads.search(received.receivedSearch(filter), paging, {
          convert: received.toReceived,
          cursor: idOf,
        }),
      newestFrom: (correspondent, sinceId, limit) =>
        reads.many(received.newestFromStatement(correspondent, sinceId, limit), received.toReceived),
      lastAt: (listening, since) =>
        reads.one(received.lastReceivedStatement(listening, since), ({ received_at }) => new Date(Number(received_at))),
    },
    conversations: {
      get: (id) => reads.one(conversations.conversationStatement(id), conversations.toConversation),
      newest: (channel, contact) =>
        reads.one(conversations.newestConversationStatement(channel, contact), conversations.toConversation),
      list: (filter, paging) =>
        reads.search(conversations.conversationSearch(filter), paging, {
          convert: conversations.toConversation,
          cursor: ({ lastReceivedId }) => lastReceivedId,
        }),
      messages: async (conversation, { cursor, limit }) => {
        const paging = { cursor, limit: limit + 1 };
        const [came, went] = await Promise.all([
          reads.many(received.receivedInStatement(conversation.id, paging), received.toReceived),
          reads.many(messages.sentInStatement(conversation, paging), messages.toMessage),
        ]);
        return conversations.mergeMessages(came, went, limit);
      },
    },
  };
}

function consentQueries(reads: Reads): Store["consent"] {
  const standings: Store["consent"]["standings"] = (contact, channel) =>
    reads.many(consent.standingsStatement(contact, channel), consent.toStanding);
  return {
    optOuts: standings,
    standings,
    entry: (id) => reads.one(consent.entryStatement(id), consent.toEntry),
    list: (filter, paging) =>
      reads.page(consent.consentListStatement(filter, paging), paging, {
        convert: consent.toCurrent,
        cursor: ({ lastId }) => lastId,
      }),
    entries: (filter, paging) =>
      reads.page(consent.entryListStatement(filter, paging), paging, { convert: consent.toEntry, cursor: idOf }),
  };
}

/** What operators look at and put right. */
function operatorQueries(reads: Reads): Pick<Store, "notifications" | "issues" | "quarantine" | "operations"> {
  return {
    notifications: {
      get: (id) => reads.one(notifications.notificationStatement(id), notifications.toNotification),
      list: (filter, paging) =>
        reads.search(notifications.notificationSearch(filter), paging, {
          convert: notifications.toNotification,
          cursor: idOf,
        }),
    },
    issues: {
      get: (fingerprint) => reads.one(issues.issueStatement(fingerprint), issues.toIssue),
      list: (filter, paging) =>
        reads.search(issues.issueSearch(filter), paging, {
          convert: issues.toIssue,
          cursor: ({ lastNotificationId }) => lastNotificationId,
        }),
    },
    quarantine: {
      held: (dataType, identity) => reads.one(quarantine.heldStatement(dataType, identity), quarantine.toQuarantined),
      get: (id) => reads.one(quarantine.quarantineStatement(id), quarantine.toQuarantined),
      list: (filter, paging) =>
        reads.search(quarantine.quarantineSearch(filter), paging, {
          convert: quarantine.toQuarantined,
          cursor: idOf,
        }),
    },
    operations: {
      get: (id) => reads.one(operations.operationStatement(id), operations.toOperation),
      list: (filter, paging) =>
        reads.page(operations.operationListStatement(filter, paging), paging, {
          convert: operations.toOperation,
          cursor: idOf,
        }),
    },
  };
}

/** What the processes on one store share. */
function crewQueries(
  reads: Reads,
  write: Ask,
): Pick<Store, "processes" | "breakers" | "pace" | "dailyCounts" | "leases"> {
  return {
    processes: { list: () => reads.many(crew.processesStatement, crew.toProcess), gone: async () => [] },
    breakers: { list: () => reads.many(crew.breakersStatement, crew.toBreaker) },
    pace: { take: (asking) => takePacePlace(asking, { reads, write }) },
    dailyCounts: {
      get: (subject) => reads.one(dailyCounts.dailyCountStatement(subject), dailyCounts.toDailyCount),
    },
    leases: {
      take: async (name, holder, times) => (await write(crew.leaseStatement(name, holder, times))).length > 0,
      release: async (name, holder) => void (await write(crew.leaseRelease(name, holder))),
      forget: async (before) => void (await write(crew.leasesForgetting(before))),
    },
  };
}

function templateQueries(reads: Reads): Store["templates"] {
  return {
    list: (connection) => reads.many(templates.templatesStatement(connection), templates.toTemplate),
    matching: (connection, wish) => reads.many(templates.matchingStatement(connection, wish), templates.toTemplate),
    lists: () => reads.many(templates.templateListsStatement, templates.toTemplateList),
    listOf: (connection) => reads.one(templates.templateListStatement(connection), templates.toTemplateList),
  };
}

function auditQueries(reads: Reads): Store["audit"] {
  return {
    list: (filter, paging) =>
      reads.search(audit.auditSearch(filter), paging, { convert: audit.toAuditEntry, cursor: idOf }),
    walk: (after, limit) => reads.many(audit.auditWalkStatement(after, limit), audit.toAuditEntry),
    last: () => reads.one(audit.lastAuditStatement, audit.toAuditEntry),
    anchor: () => reads.one(audit.auditAnchorStatement, audit.toAuditAnchor),
  };
}

/** Sessions first: their users are then there. */
async function allOfAccess({ many }: Reads): Promise<AccessState> {
  const sessions = await many(accessStatements.sessions, toUserSession);
  const [users, keys, setupTokens] = await Promise.all([
    many(accessStatements.users, toUser),
    many(accessStatements.keys, toApiKey),
    many(accessStatements.setupTokens, toSetupToken),
  ]);
  return { sessions, users, keys, setupTokens };
}

/** Which connections are on, and how they were found. */
function connectionQueries(reads: Reads): Store["connections"] {
  return {
    switches: () => reads.many(connections.switchesStatement, connections.toSwitch),
    checks: () => reads.many(connections.checksStatement, connections.toCheck),
    check: (name) => reads.one(connections.checkStatement(name), connections.toCheck),
    pastChecks: (filter, paging) =>
      reads.page(pastChecks.pastChecksStatement(filter, paging), paging, {
        convert: pastChecks.toPastCheck,
        cursor: idOf,
      }),
    pastHealths: (name, from, until) =>
      reads.many(pastChecks.pastHealthsStatement(name, from, until), pastChecks.toPastHealth),
  };
}

/** What is installed, and how far its schedules have come. */
function definitionQueries(
  reads: Reads,
): Pick<Store, "definitionsStamp" | "collections" | "publishers" | "flows" | "schedules" | "answers"> {
  return {
    definitionsStamp: async () => {
      // First, so that what it names has not changed when the rest is seen as it was before.
      const last = await reads.one(definitions.lastChangeStatement, ({ stamp }) => String(stamp));
      const rows = await reads.many(
        definitions.definitionsStatement,
        (row) => `${row.name} ${row.changed_at} ${row.active}`,
      );
      return [last ?? "", ...rows].join("\n");
    },
    collections: {
      list: () => reads.many(definitions.collectionsStatement, definitions.toInstalledCollection),
      get: (name) => reads.one(definitions.collectionStatement(name), definitions.toInstalledCollection),
      versions: (name) => reads.many(versions.collectionVersionsStatement(name), versions.toKeptVersion),
      version: (name, integrity) =>
        reads.one(versions.collectionVersionStatement(name, integrity), versions.toCollectionVersion),
      overlays: (name) => reads.many(overlays.overlaysStatement(name), overlays.toOverlay),
    },
    publishers: { list: () => reads.many(definitions.publishersStatement, definitions.toPublisher) },
    flows: {
      active: async () => new Set(await reads.many(definitions.activeFlowsStatement, ({ name }) => String(name))),
      version: (hash) => reads.one(definitions.flowVersionStatement(hash), definitions.toFlowVersion),
    },
    schedules: {
      all: async () => new Map(await reads.many(schedules.schedulesStatement, schedules.toSchedule)),
    },
    answers: { get: (key) => reads.one(definitions.answerStatement(key), definitions.toAnswer) },
  };
}

function hourQueries(reads: Reads): Store["hourlyCounts"] {
  const rows = (statement: Statement) => reads.many(statement, (row) => row);
  return {
    list: (from, until) => reads.many(hours.hoursStatement(from, until), hours.toCountedHour),
    since: async () =>
      (await reads.many(hours.oldestStatement, ({ created_at }) => new Date(Number(created_at))))[0] ?? null,
    count: async (from, until) =>
      hours.toCounts({
        records: await rows(hours.recordCountsStatement(from, until)),
        runs: await rows(hours.runCountsStatement(from, until)),
        messages: await rows(hours.messageCountsStatement(from, until)),
        calls: await rows(hours.callCountsStatement(from, until)),
      }),
  };
}
