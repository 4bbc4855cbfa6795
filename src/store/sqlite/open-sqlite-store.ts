import { mkdir, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Change } from "../../core/change.js";
import { PatchbayError } from "../../core/errors.js";
import type { PeopleSetting } from "../../core/people-seal.js";
import type { Store } from "../../core/store.js";
import { writesOf } from "../sql/changes.js";
import { optedOutStatement } from "../sql/consent.js";
import { sqliteDialect } from "../sql/dialect.js";
import { erasureQueries } from "../sql/erasure/erasure.js";
import { openEffectsStatement, toOpenEffect } from "../sql/open-effects.js";
import { type OpenedPeople, openPeople } from "../sql/people/standing.js";
import { queriesOf } from "../sql/queries.js";
import { type Ask, readsOf } from "../sql/reads.js";
import { retentionQueries } from "../sql/retention/retention.js";
import { type Statement, storable } from "../sql/statement.js";
import { type Checkpoints, createCheckpoints } from "./checkpoints.js";
import { openDatabase } from "./database.js";
import { type DatabaseThread, startDatabaseThread } from "./database-thread.js";
import { type FileLock, lockFile } from "./file-lock.js";
import { createOpenEffects, MAX_OPEN_EFFECTS, type OpenEffects } from "./open-effects.js";
import { createOptedOut, MAX_OPTED_OUT, type OptedOut } from "./opted-out.js";
import { sealedThread } from "./sealed-thread.js";
import { toStoreError } from "./sqlite-error.js";

/** How to open a SQLite store. */
export interface SqliteOptions {
  /** A file, made with its folder when absent, or `:memory:`. */
  readonly path: string;
  readonly migrationsFolder: string;
  /** Largest size in pages of 4 KiB: past it the store answers as with a full disk. */
  readonly maxPages?: number;
  /** Whether people are sealed in it; in the clear without. */
  readonly people?: PeopleSetting | undefined;
}

/**
 * Opens the embedded store: one writer in a thread of its own, which groups commits, and one reader in another, so that
 * a slow list never holds up a commit. Looking up one row by a key happens on a connection of this thread: it takes 10 µs,
 * a trip to a thread and back 40. In memory there is one connection, the writer's.
 *
 * @throws STORE_LOCKED, STORE_AHEAD, STORE_NOT_DURABLE, STORE_UNAVAILABLE, ENCRYPTION_DIFFERS, SECRET_UNREADABLE
 */
export async function openSqliteStore({
  path,
  migrationsFolder,
  maxPages,
  people: setting,
}: SqliteOptions): Promise<Store> {
  const memory = path === ":memory:";
  const file = memory ? path : await realFile(path);
  const lock = memory ? null : lockFile(file);
  const data = { path: file, migrationsFolder, maxPages: maxPages ?? null };
  const threads: DatabaseThread[] = [];
  try {
    const opened = await startDatabaseThread({ ...data, role: "writer" });
    threads.push(opened);
    const people = await openPeople(setting, {
      ask: (statement) => opened.do({ kind: "read", statement }),
      write: (statement) => opened.do({ kind: "write", statement }),
      now: Date.now,
    });
    const writer = sealedThread(people.codec, opened);
    const stored = await writer.do({ kind: "read", statement: openEffectsStatement(MAX_OPEN_EFFECTS + 1) });
    const openEffects = createOpenEffects(stored.map(toOpenEffect));
    const contacts = await writer.do({ kind: "read", statement: optedOutStatement(MAX_OPTED_OUT + 1) });
    const optedOut = createOptedOut(contacts.map(({ contact }) => String(contact)));
    const parts = { writer, lock, openEffects, optedOut, people };
    if (memory) return toStore({ ...parts, lists: writer, rows: writer, checkpoints: null });
    const lists = await startDatabaseThread({ ...data, role: "reader", maxPages: null });
    threads.push(lists);
    const [listing, rows] = [sealedThread(people.codec, lists), sealedThread(people.codec, openLocalReader(file))];
    return toStore({ ...parts, lists: listing, rows, checkpoints: createCheckpoints(lists) });
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
  readonly openEffects: OpenEffects;
  readonly optedOut: OptedOut;
  readonly people: OpenedPeople;
  /** Null where there is no log. */
  readonly checkpoints: Checkpoints | null;
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
export async function realFile(path: string): Promise<string> {
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true });
    const file = join(await realpath(folder), basename(path));
    return await realpath(file).catch(() => file);
  } catch (cause) {
    throw new PatchbayError("STORE_UNAVAILABLE", `The folder ${folder} cannot be made: ${String(cause)}`, { cause });
  }
}

function toStore({ writer, lists, rows, lock, openEffects, optedOut, people, checkpoints }: Connections): Store {
  const asking =
    (reader: Reader): Ask =>
    (statement) =>
      reader.do({ kind: "read", statement });
  const reads = readsOf(asking(rows), asking(lists), { ...sqliteDialect, sealed: people.codec !== null });
  const queries = queriesOf(reads, (statement) => writer.do({ kind: "write", statement }), sqliteDialect);
  const commit = (changes: readonly Change[]): Promise<void> => {
    const writes = writesOf(changes, sqliteDialect);
    checkpoints?.note();
    return openEffects.follow(changes, () => writer.do({ kind: "commit", writes }));
  };
  const inOrder = async (writes: readonly Statement[]): Promise<void> => {
    await writer.do({ kind: "commit", writes });
  };
  return {
    ...queries,
    exclusive: true,
    now: Date.now,
    commit: (changes) => {
      optedOut.note(changes);
      return changes.length === 0 ? Promise.resolve() : commit(changes);
    },
    effects: {
      ...queries.effects,
      olderOpen: (place, effectId) => (openEffects.mayHave(place) ? queries.effects.olderOpen(place, effectId) : null),
    },
    consent: {
      ...queries.consent,
      optOuts: async (contact, channel) => (optedOut.mayBe(contact) ? queries.consent.standings(contact, channel) : []),
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
    people: people.seal,
    erasure: erasureQueries(reads, { commit: inOrder }),
    retention: retentionQueries(reads, {
      dialect: sqliteDialect,
      commit: inOrder,
      reclaim: async () => (await writer.do({ kind: "reclaim" })).length > 0,
    }),
  };
}
