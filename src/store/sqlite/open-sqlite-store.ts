import { mkdir, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { PatchbayError } from "../../core/errors.js";
import type { ClaimedRun, Page, Paging, Store } from "../../core/store.js";
import { toWrite } from "../sql/changes.js";
import * as definitions from "../sql/definitions.js";
import * as effects from "../sql/effects.js";
import * as events from "../sql/events.js";
import * as issues from "../sql/issues.js";
import * as messages from "../sql/messages.js";
import * as notifications from "../sql/notifications.js";
import * as operations from "../sql/operations.js";
import * as quarantine from "../sql/quarantine.js";
import * as records from "../sql/records.js";
import * as runs from "../sql/runs.js";
import * as schedules from "../sql/schedules.js";
import { type Row, type Statement, storable } from "../sql/statement.js";
import { openDatabase } from "./database.js";
import { type DatabaseThread, startDatabaseThread } from "./database-thread.js";
import { type FileLock, lockFile } from "./file-lock.js";
import { toStoreError } from "./sqlite-error.js";

/** How to open a SQLite store. */
export interface SqliteOptions {
  /** A file, made with its folder when absent, or `:memory:`. */
  readonly path: string;
  readonly migrationsFolder: string;
  /** Largest size in pages of 4 KiB: past it the store answers as with a full disk. */
  readonly maxPages?: number;
}

/**
 * Opens the embedded store: one writer in a thread of its own, which groups commits, and one reader in another, so that
 * a slow list never holds up a commit. Looking up one row by a key happens on a connection of this thread: it takes 10 µs,
 * a trip to a thread and back 40. In memory there is one connection, the writer's.
 *
 * @throws STORE_LOCKED, STORE_AHEAD, STORE_NOT_DURABLE, STORE_UNAVAILABLE
 */
export async function openSqliteStore({ path, migrationsFolder, maxPages }: SqliteOptions): Promise<Store> {
  const memory = path === ":memory:";
  const file = memory ? path : await realFile(path);
  const lock = memory ? null : lockFile(file);
  const data = { path: file, migrationsFolder, maxPages: maxPages ?? null };
  const threads: DatabaseThread[] = [];
  try {
    const writer = await startDatabaseThread({ ...data, role: "writer" });
    threads.push(writer);
    if (memory) return toStore({ writer, lists: writer, rows: writer, lock });
    const lists = await startDatabaseThread({ ...data, role: "reader", maxPages: null });
    threads.push(lists);
    return toStore({ writer, lists, rows: openLocalReader(file), lock });
  } catch (error) {
    await Promise.all(threads.map((thread) => thread.close()));
    lock?.release();
    throw error;
  }
}

/** Where reads are answered. */
type Reader = Pick<DatabaseThread, "do" | "close">;

interface Connections {
  readonly writer: DatabaseThread;
  readonly lists: Reader;
  readonly rows: Reader;
  readonly lock: FileLock | null;
}

/** A read connection of the calling thread. */
function openLocalReader(path: string): Reader {
  const database = openDatabase(path, { readOnly: true });
  let open = true;
  return {
    do: async (work) => {
      if (work.kind !== "read") throw new Error(`a reader cannot ${work.kind}`);
      if (!open) throw new PatchbayError("STORE_UNAVAILABLE", "The database is closed");
      const { sql, values } = work.statement;
      try {
        return database.all({ sql, values: values.map(storable) });
      } catch (thrown) {
        throw toStoreError(thrown, path) ?? thrown;
      }
    },
    close: async () => {
      if (open) database.close();
      open = false;
    },
  };
}

/** Makes the folder of a file, and gives the file's one name: links to a file must not lock it under two. */
async function realFile(path: string): Promise<string> {
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true });
    const file = join(await realpath(folder), basename(path));
    return await realpath(file).catch(() => file);
  } catch (cause) {
    throw new PatchbayError("STORE_UNAVAILABLE", `The folder ${folder} cannot be made: ${String(cause)}`, { cause });
  }
}

/** Reads with rows converted: one row by a key, or many. */
interface Reads {
  one<T>(statement: Statement, convert: (row: Row) => T): Promise<T | null>;
  many<T>(statement: Statement, convert: (row: Row) => T): Promise<readonly T[]>;
  page<T>(
    statement: Statement,
    { limit }: Paging,
    shape: { convert: (row: Row) => T; cursor: (item: T) => string },
  ): Promise<Page<T>>;
}

function readsOf(rows: Reader, lists: Reader): Reads {
  const ask = async <T>(reader: Reader, statement: Statement, convert: (row: Row) => T): Promise<readonly T[]> =>
    (await reader.do({ kind: "read", statement })).map(convert);
  return {
    many: (statement, convert) => ask(lists, statement, convert),
    one: async (statement, convert) => (await ask(rows, statement, convert))[0] ?? null,
    page: async (statement, { limit }, { convert, cursor }) => {
      const found = await ask(lists, statement, convert);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return { items, next: found.length > limit && last !== undefined ? cursor(last) : null };
    },
  };
}

function toStore({ writer, lists, rows, lock }: Connections): Store {
  const reads = readsOf(rows, lists);
  return {
    exclusive: true,
    commit: async (changes) => {
      if (changes.length > 0) await writer.do({ kind: "commit", writes: changes.map(toWrite) });
    },
    check: async () => {
      await writer.do({ kind: "check" });
    },
    close: async () => {
      await writer.close();
      if (lists !== writer) await lists.close();
      if (rows !== writer) await rows.close();
      lock?.release();
    },
    records: recordQueries(reads),
    events: eventQueries(reads),
    runs: runQueries(reads, writer),
    effects: effectQueries(reads),
    messages: messageQueries(reads),
    notifications: {
      get: (id) => reads.one(notifications.notificationStatement(id), notifications.toNotification),
      list: (filter, paging) =>
        reads.page(notifications.notificationListStatement(filter, paging), paging, {
          convert: notifications.toNotification,
          cursor: idOf,
        }),
    },
    issues: {
      get: (fingerprint) => reads.one(issues.issueStatement(fingerprint), issues.toIssue),
      list: (filter, paging) =>
        reads.page(issues.issueListStatement(filter, paging), paging, {
          convert: issues.toIssue,
          cursor: ({ lastNotificationId }) => lastNotificationId,
        }),
    },
    quarantine: {
      get: (id) => reads.one(quarantine.quarantinedStatement(id), quarantine.toQuarantined),
      list: (filter, paging) =>
        reads.page(quarantine.quarantineListStatement(filter, paging), paging, {
          convert: quarantine.toQuarantined,
          cursor: idOf,
        }),
    },
    schedules: { all: async () => new Map(await reads.many(schedules.schedulesStatement, schedules.toSchedule)) },
    operations: {
      get: (id) => reads.one(operations.operationStatement(id), operations.toOperation),
      list: (filter, paging) =>
        reads.page(operations.operationListStatement(filter, paging), paging, {
          convert: operations.toOperation,
          cursor: idOf,
        }),
    },
    collections: {
      list: () => reads.many(definitions.collectionsStatement, definitions.toInstalledCollection),
      get: (name) => reads.one(definitions.collectionStatement(name), definitions.toInstalledCollection),
    },
    flows: {
      active: async () => new Set(await reads.many(definitions.activeFlowsStatement, ({ name }) => String(name))),
      version: (hash) => reads.one(definitions.flowVersionStatement(hash), definitions.toFlowVersion),
    },
    answers: { get: (key) => reads.one(definitions.answerStatement(key), definitions.toAnswer) },
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
    list: (filter, paging) =>
      reads.page(records.recordListStatement(filter, paging), paging, {
        convert: records.toRecord,
        cursor: ({ eventId }) => eventId,
      }),
  };
}

function eventQueries(reads: Reads): Store["events"] {
  return {
    get: (id) => reads.one(events.eventStatement(id), events.toEvent),
    list: (filter, paging) =>
      reads.page(events.eventListStatement(filter, paging), paging, { convert: events.toEvent, cursor: idOf }),
    ofVersion: (dataType, key, version) =>
      reads.one(events.eventOfVersionStatement(dataType, key, version), events.toEvent),
    getByDedupeKey: (dedupeKey) => reads.one(events.eventByDedupeKeyStatement(dedupeKey), events.toEvent),
    between: (dataType, span) => reads.many(events.eventsBetweenStatement(dataType, span), events.toEvent),
    newestAt: (dataType) =>
      reads.one(events.newestEventStatement(dataType), ({ created_at }) => new Date(Number(created_at))),
  };
}

function runQueries(reads: Reads, writer: DatabaseThread): Store["runs"] {
  const write = (statement: Statement): Promise<readonly Row[]> => writer.do({ kind: "write", statement });
  return {
    get: (id) => reads.one(runs.runStatement(id), runs.toRun),
    list: (filter, paging) =>
      reads.page(runs.runListStatement(filter, paging), paging, { convert: runs.toRun, cursor: idOf }),
    claim: async (worker, options) => {
      const claimed = (await write(runs.claimStatement(worker, options))).map(runs.toRun);
      claimed.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1));
      return Promise.all(claimed.map((run) => withEvent(run, reads)));
    },
    extend: async (worker, runIds, until) => {
      await Promise.all(runIds.map((id) => write(runs.extendStatement(worker, id, until))));
    },
    releaseAll: async (now) => (await write(runs.releaseAllStatement(now))).length,
    failedBetween: (span) => reads.many(runs.failedRunsStatement(span), runs.toRun),
    olderOpen: (run) => reads.one(runs.olderOpenRunStatement(run), runs.toRun),
    countItems: async (parentRunId, stepId) =>
      runs.toItemCounts(
        await reads.many(runs.itemCountsStatement(parentRunId, stepId), ({ status, runs: count }) => ({
          status: String(status),
          runs: Number(count),
        })),
      ),
    stranded: (limit) => reads.many(runs.strandedRunsStatement(limit), runs.toRun),
    nextDueAt: () => reads.one(runs.nextDueStatement(), ({ due_at }) => new Date(Number(due_at))),
    backlog: async (now, limit) =>
      (await reads.one(runs.backlogStatement(now, limit), ({ backlog }) => Number(backlog))) ?? 0,
  };
}

async function withEvent(run: ClaimedRun["run"], reads: Reads): Promise<ClaimedRun> {
  const event = await reads.one(events.eventStatement(run.eventId), events.toEvent);
  if (event === null) throw new Error(`the event ${run.eventId} of ${run.id} is missing`);
  return { run, event };
}

function effectQueries(reads: Reads): Store["effects"] {
  return {
    get: (id) => reads.one(effects.effectStatement(id), effects.toEffect),
    getByKey: (key) => reads.one(effects.effectByKeyStatement(key), effects.toEffect),
    olderOpen: (place, effectId) => reads.one(effects.olderOpenEffectStatement(place, effectId), effects.toEffect),
    listOfRun: (runId) => reads.many(effects.effectsOfRunStatement(runId), effects.toEffect),
    list: (filter, paging) =>
      reads.page(effects.effectListStatement(filter, paging), paging, { convert: effects.toEffect, cursor: idOf }),
  };
}

function messageQueries(reads: Reads): Store["messages"] {
  const by = (column: "id" | "vendor_id" | "effect_id") => (value: string) =>
    reads.one(messages.messageStatement(column, value), messages.toMessage);
  return {
    get: by("id"),
    getByVendorId: by("vendor_id"),
    getByEffect: by("effect_id"),
    list: (filter, paging) =>
      reads.page(messages.messageListStatement(filter, paging), paging, { convert: messages.toMessage, cursor: idOf }),
  };
}
