import type { Client } from "pg";
import { PatchbayError } from "../../core/errors.js";
import type { PeopleSetting } from "../../core/people-seal.js";
import { nothingHeld, type Table, type TableRow, type Target } from "../../core/tables.js";
import { holdUnfinished } from "../sql/hold.js";
import { codecOf } from "../sql/people/standing.js";
import { danglingStatements, ofTheMoment } from "../sql/references.js";
import type { Row, Statement } from "../sql/statement.js";
import { holdAlone } from "./alone.js";
import { connectForAll, cutOff, type Place } from "./connection.js";
import { migrateInside } from "./migrate.js";
import { toColumn, toNumbered } from "./numbered.js";
import { toRefusal, toStoreError } from "./postgres-error.js";
import { firstFilledTable, ownTables, rowsOf, tablesOf } from "./tables.js";

/** Values in one statement at most; the protocol's own limit is 65,535. */
const MAX_VALUES = 30_000;

interface OpenedAt {
  readonly place: Place;
  readonly folder: string;
  readonly people: PeopleSetting | undefined;
}

/**
 * Makes a database to be filled in one transaction: until it is committed, and after a crash, nothing has changed. What
 * lives in the same schema and is not ours is left alone.
 *
 * @throws TARGET_NOT_EMPTY, STORE_LOCKED, STORE_AHEAD, STORE_UNAVAILABLE
 */
export async function openPostgresTarget(
  { place, folder, people }: OpenedAt,
  migrations: readonly number[],
): Promise<Target> {
  const client = await connectForAll(place, "restore");
  const refused = (thrown: unknown): unknown =>
    thrown instanceof PatchbayError ? thrown : toRefusal(thrown, place.name);
  let tables: readonly Table[];
  try {
    await holdAlone(client, place);
    await client.query("BEGIN");
    await clear(client, { place, folder });
    await migrateInside(client, folder, migrations);
    tables = await tablesOf(client, folder);
  } catch (thrown) {
    cutOff(client);
    throw refused(thrown);
  }
  return {
    tables,
    write: (table, rows) => insertRows(client, table, { rows, place }),
    rows: (table) => rowsOf(client, table),
    dangling: async () => {
      // Nobody else can see the rows, so nobody else can have counted them.
      await client.query("ANALYZE");
      return danglingIn(client, tables);
    },
    finish: async (hold) => {
      try {
        await migrateInside(client, folder);
        const held = hold === null ? nothingHeld : await holdUnfinished(hold, await performing(client, people));
        await client.query("ANALYZE");
        await client.query("COMMIT");
        await client.end();
        return held;
      } catch (thrown) {
        throw refused(thrown);
      }
    },
    abandon: async () => {
      // The server takes everything back when the connection ends.
      await client.end().catch(() => undefined);
    },
  };
}

/** Drops our own tables when they are empty. @throws TARGET_NOT_EMPTY */
async function clear(client: Client, { place, folder }: { place: Place; folder: string }): Promise<void> {
  const filled = await firstFilledTable(client, await tablesOf(client, folder));
  if (filled !== null) {
    const remedy = "Give a database that nobody has used yet (createdb), or the one that is meant.";
    throw new PatchbayError("TARGET_NOT_EMPTY", `${place.name} is not empty: there is something in ${filled}`, {
      remedy,
    });
  }
  await client.query(`DROP TABLE IF EXISTS ${[...new Set([...ownTables(folder), ...ofTheMoment])].join(", ")}`);
}

async function insertRows(
  client: Client,
  { name, columns }: Table,
  { rows, place }: { readonly rows: readonly TableRow[]; readonly place: Place },
): Promise<void> {
  const size = Math.floor(MAX_VALUES / columns.length);
  for (let at = 0; at < rows.length; at += size) {
    const chunk = rows.slice(at, at + size);
    const marks = chunk.map(
      (_, row) => `(${columns.map((_, column) => `$${row * columns.length + column + 1}`).join(", ")})`,
    );
    const text = `INSERT INTO ${name} (${columns.join(", ")}) VALUES ${marks.join(", ")}`;
    try {
      await client.query(text, chunk.flat());
    } catch (cause) {
      const outside = toStoreError(cause, place.name);
      if (outside !== null) throw outside;
      throw new PatchbayError("BACKUP_DAMAGED", `A row of ${name} cannot be stored: ${String(cause)}`, { cause });
    }
  }
}

async function performing(
  client: Client,
  people: PeopleSetting | undefined,
): Promise<(statement: Statement) => Promise<number>> {
  const query = ({ sql, values }: Statement) => client.query<Row>(toNumbered(sql), values.map(toColumn));
  const codec = await codecOf(people, async (statement) => (await query(statement)).rows);
  return async (statement) => (await query(codec?.statement(statement) ?? statement)).rowCount ?? 0;
}

async function danglingIn(client: Client, tables: readonly Table[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { sql, what } of danglingStatements(tables)) {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    const names = rows.map((row) => Object.values(row).join(" "));
    if (names.length > 0) found.push(`there are ${what}: ${names.join(", ")}`);
  }
  return found;
}
