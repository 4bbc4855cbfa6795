import type { Client } from "pg";
import { PatchbayError } from "../../core/errors.js";
import type { DatabaseAccess, MigrationState, Snapshot } from "../../core/tables.js";
import { postgresDialect } from "../sql/dialect.js";
import { listMigrations, missingMigrations } from "../sql/migrations.js";
import { type Ask, readsOf } from "../sql/reads.js";
import { previewSweep } from "../sql/retention/retention.js";
import type { Row } from "../sql/statement.js";
import { holdAlone } from "./alone.js";
import { connectForAll, type Place, placeOf } from "./connection.js";
import { migrate } from "./migrate.js";
import { toColumn, toNumbered } from "./numbered.js";
import { openPostgresStore } from "./open-postgres-store.js";
import { toRefusal } from "./postgres-error.js";
import { openPostgresTarget } from "./postgres-target.js";
import { appliedMigrations, countRows, ownTables, rowsOf, tablesOf } from "./tables.js";

interface Site {
  readonly place: Place;
  readonly folder: string;
}

/**
 * Gives everything that is done with a database on a PostgreSQL server as a whole.
 *
 * @throws CONFIG_INVALID
 */
export function postgresAccess({ url, migrationsFolder }: { url: string; migrationsFolder: string }): DatabaseAccess {
  const site: Site = { place: placeOf(url), folder: migrationsFolder };
  const { host, pathname } = new URL(url);
  return {
    name: `postgres://${host}${pathname}`,
    openStore: (processName) => openPostgresStore({ url, migrationsFolder, processName }),
    openSnapshot: ({ exclusive }) => openSnapshot(site, exclusive),
    openTarget: async (migrations) => {
      try {
        return await openPostgresTarget(site, migrations);
      } catch (thrown) {
        throw toRefusal(thrown, site.place.name);
      }
    },
    migrationState: () => withClient(site, "look", (client) => stateOf(client, site)),
    migrate: async () => {
      try {
        await migrate(site.place, site.folder);
      } catch (thrown) {
        throw toRefusal(thrown, site.place.name);
      }
    },
    compact: () => withClient(site, "compact", (client) => compact(client, site)),
  };
}

async function withClient<T>({ place }: Site, purpose: string, work: (client: Client) => Promise<T>): Promise<T> {
  try {
    const client = await connectForAll(place, purpose);
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  } catch (thrown) {
    throw toRefusal(thrown, place.name);
  }
}

async function stateOf(client: Client, { folder }: Site): Promise<MigrationState> {
  return { applied: await appliedMigrations(client), known: listMigrations(folder).map(({ number }) => number) };
}

/**
 * One transaction that sees what was committed before it began, and holds up nobody. As long as it lasts the server keeps
 * what is deleted or changed meanwhile.
 */
async function openSnapshot({ place, folder }: Site, exclusive: boolean): Promise<Snapshot> {
  let client: Client | null = null;
  const refusing = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (thrown) {
      throw toRefusal(thrown, place.name);
    }
  };
  try {
    const opened = await connectForAll(place, exclusive ? "copy" : "backup");
    client = opened;
    if (exclusive) await holdAlone(opened, place);
    await opened.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const migrations = await appliedMigrations(opened);
    requireOurs(migrations, { place, folder });
    const ask: Ask = ({ sql, values }) =>
      refusing(async () => (await opened.query<Row>(toNumbered(sql), values.map(toColumn))).rows);
    return {
      migrations,
      tables: await tablesOf(opened, folder),
      count: (table) => refusing(() => countRows(opened, table)),
      rows: (table) => rowsOf(opened, table),
      preview: (sweep) => previewSweep(sweep, readsOf(ask, ask, postgresDialect), postgresDialect),
      close: () => opened.end(),
    };
  } catch (thrown) {
    await client?.end().catch(() => undefined);
    throw toRefusal(thrown, place.name);
  }
}

/** @throws STORE_UNAVAILABLE when nothing of ours is there, STORE_AHEAD when there may be more than this version knows */
function requireOurs(migrations: readonly number[], { place, folder }: Site): void {
  missingMigrations(listMigrations(folder), migrations);
  if (migrations.length > 0) return;
  throw new PatchbayError("STORE_UNAVAILABLE", `${place.name} has nothing of Patchbay in it`, {
    remedy: "Check DATABASE_URL.",
  });
}

/** Writes every table anew: each is locked while it is, and needs as much disk again. */
async function compact(client: Client, { place, folder }: Site): Promise<{ before: number; after: number }> {
  requireOurs(await appliedMigrations(client), { place, folder });
  await holdAlone(client, place);
  const before = await sizeOf(client);
  const { rows } = await client.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = ANY ($1)",
    [ownTables(folder)],
  );
  for (const { name } of rows) await client.query(`VACUUM (FULL, ANALYZE) ${name}`);
  return { before, after: await sizeOf(client) };
}

async function sizeOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ bytes: number }>("SELECT pg_database_size(current_database()) AS bytes");
  return rows[0]?.bytes ?? 0;
}
