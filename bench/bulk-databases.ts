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

/** Writes a PostgreSQL database without log; its tables stay so, which no reader notices. */
export async function openPostgresBulk(url: string): Promise<OpenBulkDatabase> {
  const names = await perform(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  for (const { tablename } of names.rows) await perform(url, `ALTER TABLE "${tablename}" SET UNLOGGED`);
  const exec = async (sql: string): Promise<void> => {
    await perform(url, `SET synchronous_commit = off; SET work_mem = '64MB'; ${sql}`);
  };
  return {
    exec,
    columnsOf: async (table) => {
      const { rows } = await perform(
        url,
        `SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '${table}'
          ORDER BY ordinal_position`,
      );
      return rows.map(({ column_name }) => String(column_name));
    },
    // As autovacuum would have done in the days that such a store takes to fill.
    finish: async () => void (await perform(url, "VACUUM ANALYZE")),
  };
}
