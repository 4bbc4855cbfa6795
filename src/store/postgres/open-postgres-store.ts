import type { Change } from "../../core/change.js";
import { PatchbayError } from "../../core/errors.js";
import type { PeopleSetting } from "../../core/people-seal.js";
import type { Store } from "../../core/store.js";
import { writesOf } from "../sql/changes.js";
import { postgresDialect } from "../sql/dialect.js";
import { erasureQueries } from "../sql/erasure/erasure.js";
import { askingSealed, type OpenedPeople, openPeople } from "../sql/people/standing.js";
import { queriesOf } from "../sql/queries.js";
import { type Ask, readsOf } from "../sql/reads.js";
import { type RetentionWork, retentionQueries } from "../sql/retention/retention.js";
import type { Row, Statement, Write } from "../sql/statement.js";
import { checkServer } from "./check-server.js";
import { openPool, type Place, placeOf } from "./connection.js";
import { type DatabaseClock, openDatabaseClock } from "./database-clock.js";
import { gatherReads } from "./gathered-reads.js";
import { migrate } from "./migrate.js";
import { createNumbering, toColumn } from "./numbered.js";
import { toRefusal } from "./postgres-error.js";
import { goneStatement } from "./presence.js";
import { type OpenRetentionWork, openRetentionWork } from "./retention-work.js";
import { openWorkSignal, type WorkSignal } from "./work-signal.js";
import { openWriteLane, type WriteLane } from "./write-lane.js";

/** How to open a PostgreSQL store. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; parameters as the `pg` package reads them. */
  readonly url: string;
  readonly migrationsFolder: string;
  /** What this process is called in leases: as long as it is connected, others can see that it is there. */
  readonly processName?: string;
  /** Connections for reads, besides one that writes and one that listens. */
  readonly maxReaders?: number;
  /** Whether people are sealed in it; in the clear without. */
  readonly people?: PeopleSetting | undefined;
}

const MAX_READERS = 8;

/** How long it is kept how far a lane has come, in milliseconds: a day, where ten seconds are asked for. */
const LANE_KEPT_MS = 86_400_000;

/**
 * Opens a store on a PostgreSQL server, which any number of processes may share: one connection that writes in group commits,
 * a pool that reads and claims, and one that listens for work when somebody asks for it.
 *
 * The server may go away and come back: meanwhile everything is refused with STORE_UNAVAILABLE, and nothing needs a restart.
 * A commit whose answer got lost with its connection is asked for when the server is back (within ten seconds) and resolves
 * or rejects as it was; only when that cannot be found out it is refused although it may have been stored. Repeating is safe
 * for whoever plans anew: the versions, fences, keys and states that guard every change refuse what is there already.
 *
 * @throws STORE_AHEAD, STORE_NOT_DURABLE, STORE_UNAVAILABLE, ENCRYPTION_DIFFERS, SECRET_UNREADABLE, CONFIG_INVALID when the server
 *   is too old
 */
export async function openPostgresStore({
  url,
  migrationsFolder,
  maxReaders,
  processName,
  people: setting,
}: PostgresOptions): Promise<Store> {
  const place = placeOf(url);
  const pool = openPool(place, maxReaders ?? MAX_READERS);
  try {
    await checkServer(pool, place);
    await migrate(place, migrationsFolder);
    // Lanes of processes that were killed; the next process forgets what this one cannot.
    pool.query("DELETE FROM write_lanes WHERE written_at < $1", [Date.now() - LANE_KEPT_MS]).catch(() => undefined);
    const numbering = createNumbering();
    const ask = asker(pool, place, numbering);
    const people = await openPeople(setting, { ask, write: ask, now: Date.now });
    const parts = {
      lane: openWriteLane(place, numbering),
      signal: openWorkSignal(place, pool, processName ?? null),
      clock: await openDatabaseClock(pool),
      keeping: openRetentionWork(place, pool),
    };
    return toStore({ ...parts, people, ask, endReads: () => pool.end() });
  } catch (thrown) {
    await pool.end();
    throw toRefusal(thrown, place.name);
  }
}

/** What looks one thing up by its key. A list is planned anew for the values it is asked with. */
function isLookUp(sql: string): boolean {
  return /^SELECT\b/.test(sql) && !/\b(ORDER BY|LIMIT|COUNT)\b/.test(sql);
}

/** What takes something (a due run, a place in a pace, a lease) has one way to it, whatever it is asked with. */
function takesSomething(sql: string): boolean {
  return /\bRETURNING\b/.test(sql);
}

function asker(pool: ReturnType<typeof openPool>, place: Place, numbering: ReturnType<typeof createNumbering>): Ask {
  const askAlone: Ask = async ({ sql, values }) => {
    const { text, name } = numbering(sql);
    const named = name !== "" && (isLookUp(sql) || takesSomething(sql)) ? { name } : {};
    try {
      const { rows } = await pool.query<Row>({ text, values: values.map(toColumn), ...named });
      return rows;
    } catch (thrown) {
      throw toRefusal(thrown, place.name);
    }
  };
  const askTogether = gatherReads(askAlone);
  return (statement) => {
    const alone = statement.values.length === 0 || !isLookUp(statement.sql);
    return alone ? askAlone(statement) : askTogether(statement);
  };
}

interface Parts {
  readonly lane: WriteLane;
  readonly signal: WorkSignal;
  readonly clock: DatabaseClock;
  readonly keeping: OpenRetentionWork;
  readonly people: OpenedPeople;
  readonly ask: Ask;
  readonly endReads: () => Promise<void>;
}

/** Waits for its turn and for the disk, and changes nothing. */
const probe: Statement = { sql: "UPDATE schema_migrations SET applied_at = applied_at WHERE number = ?", values: [1] };

function toStore({ lane, signal, clock, keeping, people, ask, endReads }: Parts): Store {
  let closing: Promise<void> | null = null;
  const { codec } = people;
  const asking = askingSealed(codec, ask);
  const commit = (writes: readonly Write[]): Promise<number> =>
    lane.write(codec === null ? writes : writes.map(codec.write));
  const keep: RetentionWork["commit"] = (writes) =>
    keeping.work.commit(codec === null ? writes : writes.map(codec.statement));
  const work = { ...keeping.work, commit: keep };
  const open: Ask = async (statement) => {
    if (closing !== null) throw new PatchbayError("STORE_UNAVAILABLE", "The database is closed");
    return asking(statement);
  };
  /** What gives rows has a transaction of its own; the rest joins the group. */
  const write: Ask = async (statement) => {
    if (/\bRETURNING\b/.test(statement.sql)) return open(statement);
    await commit([statement]);
    return [];
  };
  async function close(): Promise<void> {
    clock.stop();
    await lane.close();
    await signal.close();
    keeping.close();
    await endReads();
  }
  const reads = readsOf(open, open, { ...postgresDialect, sealed: codec !== null });
  const queries = queriesOf(reads, write, postgresDialect);
  return {
    ...queries,
    exclusive: false,
    now: clock.now,
    onWork: signal.listen,
    commit: async (changes) => {
      if (changes.length === 0) return;
      const woken = await commit(writesOf(changes, postgresDialect));
      if (woken > 0) signal.tell();
      if (woken > 0 || changes.some((change) => makesDue(change, clock.now()))) signal.send();
    },
    check: async () => {
      await lane.write([probe]);
    },
    close: () => {
      closing ??= close();
      return closing;
    },
    people: people.seal,
    retention: retentionQueries(reads, work),
    erasure: erasureQueries(reads, work),
    processes: {
      ...queries.processes,
      gone: async () => (await open(goneStatement)).map(({ name }) => String(name)),
    },
  };
}

/** Whether a change leaves a run that anybody may take now. */
function makesDue(change: Change, now: number): boolean {
  if (change.kind !== "run-created" && change.kind !== "run-advanced" && change.kind !== "run-reopened") return false;
  const { dueAt, leasedBy } = change.run;
  return leasedBy === null && dueAt !== null && dueAt.getTime() <= now;
}
