import { openDatabase } from "../src/store/sqlite/database.js";
import { perform } from "../testing/postgres-server.js";
import type { BulkDatabase } from "./fill.js";

/** A database that is written in bulk, and then made ready for whoever reads it. */
export interface OpenBulkDatabase extends BulkDatabase {
  finish(): Promise<void>;
}

/** Writes a SQLite file without journal: what a crash would leave is of no use, and nobody would use it. */
export function openSqliteBulk(path: string): OpenBulkDatabase {
  const database = openDatabase(path, { readOnly: false });
  database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144");
  return {
    exec: async (sql) => database.exec(sql),
    columnsOf: async (table) => {
      const rows = database.all({ sql: `SELECT name FROM pragma_table_info('${table}')`, values: [] });
      return rows.map(({ name }) => String(name));
    },
    finish: async () => {
      database.exec("PRAGMA journal_mode = WAL");
      database.close();
    },
  };
}

/** Indexes that are no constraint: they are made again when everything is there, which takes a third of the time. */
const INDEXES = `SELECT indexname AS name, indexdef AS text FROM pg_indexes WHERE schemaname = 'public'
  AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)`;
const TABLES = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'";

/** Writes a PostgreSQL database without log; its tables stay so, which no reader notices. */
export async function openPostgresBulk(url: string): Promise<OpenBulkDatabase> {
  const ask = async (sql: string): Promise<readonly Named[]> => (await perform(url, sql)).rows as Named[];
  const exec = async (sql: string): Promise<void> => {
    await perform(url, `SET synchronous_commit = off; SET maintenance_work_mem = '256MB'; ${sql}`);
  };
  const indexes = await ask(INDEXES);
  for (const { name } of await ask(TABLES)) await exec(`ALTER TABLE "${name}" SET UNLOGGED`);
  for (const { name } of indexes) await exec(`DROP INDEX "${name}"`);
  return {
    exec,
    columnsOf: async (table) => {
      const columns = await ask(
        `SELECT column_name AS name FROM information_schema.columns
          WHERE table_schema = 'public' AND table_name = '${table}' ORDER BY ordinal_position`,
      );
      return columns.map(({ name }) => name);
    },
    finish: async () => {
      for (const { text } of indexes) await exec(text);
      // As autovacuum would have done in the days that such a store takes to fill.
      await perform(url, "VACUUM ANALYZE");
    },
  };
}

/** A thing of the catalog, and how it is made. */
interface Named {
  readonly name: string;
  readonly text: string;
}
