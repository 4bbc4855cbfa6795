import { packagePath } from "../../src/config/package-root.js";
import type { Store } from "../../src/core/store.js";
import { openPostgresStore, type PostgresOptions } from "../../src/store/postgres/open-postgres-store.js";
import { perform, sharedPostgresServer } from "../../testing/postgres-server.js";

export const postgresMigrations = packagePath("src/store/postgres/migrations");

/** A database of its own on the shared server; `await using` closes the stores that were opened on it. */
export interface TempDatabase extends AsyncDisposable {
  readonly url: string;
  open(more?: Partial<PostgresOptions>): Promise<Store>;
  /** The rows of a statement performed beside the stores. */
  rows(sql: string): Promise<Record<string, unknown>[]>;
}

export async function tempDatabase(): Promise<TempDatabase> {
  const url = await (await sharedPostgresServer()).createDatabase();
  const stores: Store[] = [];
  return {
    url,
    open: async (more = {}) => {
      const store = await openPostgresStore({ url, migrationsFolder: postgresMigrations, ...more });
      stores.push(store);
      return store;
    },
    rows: async (sql) => (await perform(url, sql)).rows,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(stores.map((store) => store.close()));
    },
  };
}

/** Empties every table but the one of the migrations. */
export const emptyAll = `DO $$ BEGIN EXECUTE (
  SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') FROM pg_tables
  WHERE schemaname = 'public' AND tablename <> 'schema_migrations'); END $$`;
