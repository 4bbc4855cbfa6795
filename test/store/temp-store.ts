import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { packagePath } from "../../src/config/package-root.js";
import type { Store } from "../../src/core/store.js";
import type { Row } from "../../src/store/sql/statement.js";
import { openSqliteStore, type SqliteOptions } from "../../src/store/sqlite/open-sqlite-store.js";

export const migrationsFolder = packagePath("src/store/sqlite/migrations");

/** Of either dialect. */
export const migrationsOf = (dialect: string): string => packagePath("src/store", dialect, "migrations");

/** The numbers of the migrations that there are, in order. */
export function migrationNumbers(): readonly number[] {
  return readdirSync(migrationsFolder)
    .sort()
    .map((name) => Number(name.slice(0, 4)));
}

/** A folder for one test's database; `await using` closes what was opened in it and removes it. */
export interface TempStore extends AsyncDisposable {
  readonly folder: string;
  /** The database file. */
  readonly path: string;
  open(more?: Partial<SqliteOptions>): Promise<Store>;
}

export async function tempStore(): Promise<TempStore> {
  const folder = await mkdtemp(join(tmpdir(), "patchbay-store-"));
  const path = join(folder, "patchbay.db");
  const stores: Store[] = [];
  return {
    folder,
    path,
    open: async (more = {}) => {
      const store = await openSqliteStore({ path, migrationsFolder, ...more });
      stores.push(store);
      return store;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(stores.map((store) => store.close()));
      await rm(folder, { recursive: true });
    },
  };
}

/** Does something to the file beside the store, as another program would. */
export function beside<T>(path: string, work: (db: InstanceType<typeof DatabaseSync>) => T): T {
  const db = new DatabaseSync(path);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

/** The rows of a query made beside the store. */
export function rowsBeside(path: string, sql: string): Row[] {
  return beside(path, (db) =>
    db
      .prepare(sql)
      .all()
      .map((row: object) => ({ ...row }) as Row),
  );
}
