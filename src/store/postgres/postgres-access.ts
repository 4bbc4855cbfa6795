import type { Client } from "pg";
import { PatchbayError } from "../../core/errors.js";
import type { PeopleSetting, SealedRows } from "../../core/people-seal.js";
import type { DatabaseAccess, MigrationState, Snapshot, TurnOptions } from "../../core/tables.js";
import { postgresDialect } from "../sql/dialect.js";
import { listMigrations, missingMigrations } from "../sql/migrations.js";
import { askingSealed, codecOf } from "../sql/people/standing.js";
import { type Turning, turnPeople } from "../sql/people/turn.js";
import { type Ask, readsOf } from "../sql/reads.js";
import { previewSweep } from "../sql/retention/retention.js";
import type { Row, Statement } from "../sql/statement.js";
import { holdAlone } from "./alone.js";
import { connectForAll, type Place, placeOf } from "./connection.js";
import { migrate, migrateInside } from "./migrate.js";
import { toColumn, toNumbered } from "./numbered.js";
import { openPostgresStore } from "./open-postgres-store.js";
import { toRefusal } from "./postgres-error.js";
import { openPostgresTarget } from "./postgres-target.js";
import { appliedMigrations, countRows, ownTables, rowsOf, tablesNamed, tablesOf } from "./tables.js";

interface Site {
  readonly place: Place;
  readonly folder: string;
  readonly people: PeopleSetting | undefined;
}

/**
 * Gives everything that is done with a database on a PostgreSQL server as a whole.
 *
 * @throws CONFIG_INVALID
 */
export function postgresAccess({
  url,
  migrationsFolder,
  people,
}: {
  url: string;
  migrationsFolder: string;
  people?: PeopleSetting | undefined;
}): DatabaseAccess {
  const site: Site = { place: placeOf(url), folder: migrationsFolder, people };
  const { host, pathname } = new URL(url);
  return {
    name: `postgres://${host}${pathname}`,
    openStore: (processName) => openPostgresStore({ url, migrationsFolder, processName, people }),
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
    turnPeople: (to, options) => withClient(site, "seal", (client) => turn(client, { site, to, options })),
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
async function openSnapshot({ place, folder, people }: Site, exclusive: boolean): Promise<Snapshot> {
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
      preview: async (sweep) => {
        const asking = askingSealed(await codecOf(people, ask), ask);
        return previewSweep(sweep, readsOf(asking, asking, postgresDialect), postgresDialect);
      },
      close: () => opened.end(),
    };
  } catch (thrown) {
    await client?.end().catch(() => undefined);
    throw toRefusal(thrown, place.name);
  }
}

/** @throws STORE_UNAVAILABLE when nothing of ours is there, STORE_AHEAD when there may be more than this version knows */
function requireOurs(migrations: readonly number[], { place, folder }: Omit<Site, "people">): void {
  missingMigrations(listMigrations(folder), migrations);
  if (migrations.length > 0) return;
  throw new PatchbayError("STORE_UNAVAILABLE", `${place.name} has nothing of Patchbay in it`, {
    remedy: "Check DATABASE_URL.",
  });
}

/** Writes every table anew: each is locked while it is, and needs as much disk again. */
async function compact(client: Client, site: Site): Promise<{ before: number; after: number }> {
  requireOurs(await appliedMigrations(client), site);
  await holdAlone(client, site.place);
  const before = await sizeOf(client);
  await writeAnew(client, site);
  return { before, after: await sizeOf(client) };
}

async function writeAnew(client: Client, { folder }: Site): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = ANY ($1)",
    [ownTables(folder)],
  );
  for (const { name } of rows) await client.query(`VACUUM (FULL, ANALYZE) ${name}`);
}

interface Turn {
  readonly site: Site;
  readonly to: "sealed" | "clear";
  readonly options: TurnOptions;
}

/** Seals people in all rows, or opens what is sealed: the tables' files are new ones afterwards. */
async function turn(client: Client, { site, to, options }: Turn): Promise<SealedRows> {
  requireOurs(await appliedMigrations(client), site);
  await holdAlone(client, site.place);
  await client.query("BEGIN");
  await migrateInside(client, site.folder);
  await client.query("COMMIT");
  const before = await sizeOf(client);
  const changed = await turnPeople(to, turningOf(client, site), options);
  return { changed, before, after: await sizeOf(client) };
}

function turningOf(client: Client, site: Site): Turning {
  const query = ({ sql, values }: Statement) => client.query<Row>(toNumbered(sql), values.map(toColumn));
  return {
    ask: async (statement) => (await query(statement)).rows,
    commit: async (writes) => {
      await client.query("BEGIN");
      try {
        const results = await Promise.all(writes.map(query));
        await client.query("COMMIT");
        return results.map(({ rowCount }) => rowCount ?? 0);
      } catch (thrown) {
        await client.query("ROLLBACK");
        throw thrown;
      }
    },
    tables: (names) => tablesNamed(client, names),
    compact: () => writeAnew(client, site),
    now: Date.now,
  };
}

async function sizeOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ bytes: number }>("SELECT pg_database_size(current_database()) AS bytes");
  return rows[0]?.bytes ?? 0;
}
