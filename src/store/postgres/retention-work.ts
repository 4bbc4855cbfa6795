import type { Client, Pool } from "pg";
import { postgresDialect } from "../sql/dialect.js";
import type { RetentionWork } from "../sql/retention/retention.js";
import type { Statement } from "../sql/statement.js";
import { connectForAll, cutOff, type Place } from "./connection.js";
import { toColumn, toNumbered } from "./numbered.js";
import { isConflict, toRefusal } from "./postgres-error.js";
import { factsOf } from "./statement-facts.js";

/** Rows of a table that must have gone or changed, and what part of it, before it is worth being vacuumed. */
const MIN_ROWS = 1_000;
const MIN_SHARE = 0.02;

/** How long one piece of giving back waits for the vacuum that it has begun, in milliseconds. */
const WAIT_MS = 50;

/** How often a transaction that met another one is tried. */
const MAX_TRIES = 6;

/** Retention's work on one store; `close` leaves a vacuum that has begun to the server. */
export interface OpenRetentionWork {
  readonly work: RetentionWork;
  close(): void;
}

/**
 * Makes what retention works with. Its writes must keep their order (what refers to a run goes before the run), so they have
 * a transaction of their own beside the lane, which sorts.
 */
export function openRetentionWork(place: Place, pool: Pool): OpenRetentionWork {
  const space = createSpace(place, pool);
  return {
    close: space.close,
    work: {
      dialect: postgresDialect,
      commit: async (writes) => {
        try {
          space.note(await commitInOrder(pool, writes));
        } catch (thrown) {
          throw toRefusal(thrown, place.name);
        }
      },
      reclaim: async () => {
        try {
          return await space.reclaim();
        } catch (thrown) {
          throw toRefusal(thrown, place.name);
        }
      },
    },
  };
}

/** @returns How many rows of each table have changed or gone. */
async function commitInOrder(pool: Pool, writes: readonly Statement[]): Promise<ReadonlyMap<string, number>> {
  for (let tries = 1; ; tries++) {
    try {
      return await commitOnce(pool, writes);
    } catch (thrown) {
      if (!isConflict(thrown) || tries >= MAX_TRIES) throw thrown;
    }
  }
}

async function commitOnce(pool: Pool, writes: readonly Statement[]): Promise<ReadonlyMap<string, number>> {
  const changed = new Map<string, number>();
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    for (const { sql, values } of writes) {
      const { rowCount } = await client.query(toNumbered(sql), values.map(toColumn));
      const { table } = factsOf(sql);
      changed.set(table, (changed.get(table) ?? 0) + (rowCount ?? 0));
    }
    await client.query("COMMIT");
  } catch (thrown) {
    // Whatever is left of the transaction goes with its connection.
    client.release(true);
    throw thrown;
  }
  client.release();
  return changed;
}

interface Space {
  /** Notes how many rows of tables have changed or gone. */
  note(changed: ReadonlyMap<string, number>): void;
  reclaim(): Promise<boolean>;
  close(): void;
}

/**
 * Makes the room of rows that are gone usable again, and cuts off the ends of tables that are empty: table by table, on a
 * connection of its own, at the pace of autovacuum. What is not worth it yet is left to autovacuum, or to the next time.
 *
 * Source: https://www.postgresql.org/docs/current/sql-vacuum.html
 */
function createSpace(place: Place, pool: Pool): Space {
  const changed = new Map<string, number>();
  let due: string[] = [];
  let client: Client | null = null;
  let running: Promise<void> | null = null;
  let problem: unknown = null;

  async function vacuum(table: string): Promise<void> {
    try {
      client = await connectForAll(place, "vacuum");
      await client.query("SET vacuum_cost_delay = 2");
      await client.query(`VACUUM (SKIP_LOCKED) ${table}`);
    } catch (thrown) {
      problem = thrown;
    } finally {
      await client?.end().catch(() => undefined);
      client = null;
      running = null;
    }
  }

  return {
    note: (more) => {
      for (const [table, rows] of more) if (table !== "") changed.set(table, (changed.get(table) ?? 0) + rows);
    },
    reclaim: async () => {
      if (running === null) {
        if (due.length === 0) due = await worthVacuuming(pool, changed);
        const table = due.shift();
        if (table === undefined) return false;
        changed.delete(table);
        running = vacuum(table);
      }
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, WAIT_MS).unref())]);
      if (problem === null) return true;
      const thrown = problem;
      problem = null;
      throw thrown;
    },
    close: () => {
      due = [];
      if (client !== null) cutOff(client);
    },
  };
}

async function worthVacuuming(pool: Pool, changed: ReadonlyMap<string, number>): Promise<string[]> {
  const { rows } = await pool.query<{ name: string; rows: number }>(
    `SELECT relname AS name, reltuples::float8 AS rows FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relname = ANY ($1) ORDER BY relname`,
    [[...changed.keys()]],
  );
  return rows
    .filter(({ name, rows: all }) => (changed.get(name) ?? 0) >= Math.max(MIN_ROWS, MIN_SHARE * all))
    .map(({ name }) => name);
}
