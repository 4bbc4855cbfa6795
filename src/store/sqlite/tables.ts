import type { Table, TableRow } from "../../core/tables.js";
import { ofTheMoment } from "../sql/references.js";
import { marks, type Row, type SqlValue } from "../sql/statement.js";
import type { Database } from "./database.js";

/** Rows read at a time. */
const PAGE = 500;

/** Gives the tables of a database, by name. */
export function tablesOf(database: Database): readonly Table[] {
  const names = database.all({
    sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name",
    values: [],
  });
  return names
    .map(({ name }) => String(name))
    .flatMap((name) => (ofTheMoment.includes(name) ? [] : [tableOf(database, name)]));
}

/** Gives the columns of a table, and those of its key. */
export function tableOf(database: Database, name: string): Table {
  const columns = database.all({ sql: `PRAGMA table_info(${name})`, values: [] });
  const key = columns.filter(({ pk }) => Number(pk) > 0).sort((a, b) => Number(a.pk) - Number(b.pk));
  const named = (rows: readonly Row[]): string[] => rows.map((row) => String(row.name));
  return { name, columns: named(columns), key: named(key) };
}

/** Gives the numbers of the migrations that made a database; none when it is empty. */
export function appliedMigrations(database: Database): readonly number[] {
  const sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'";
  if (database.all({ sql, values: [] }).length === 0) return [];
  const rows = database.all({ sql: "SELECT number FROM schema_migrations ORDER BY number", values: [] });
  return rows.map(({ number }) => Number(number));
}

/** Reads a table page by page along its key; SQLite compares text by its UTF-8 bytes. */
export async function* rowsOf(database: Database, { name, columns, key }: Table): AsyncGenerator<readonly TableRow[]> {
  const order = key.join(", ");
  const select = `SELECT ${columns.join(", ")} FROM ${name}`;
  const next = `${select} WHERE (${order}) > (${marks(key.length)}) ORDER BY ${order} LIMIT ${PAGE}`;
  let statement = { sql: `${select} ORDER BY ${order} LIMIT ${PAGE}`, values: [] as SqlValue[] };
  for (;;) {
    const rows = database.all(statement);
    if (rows.length > 0) yield rows.map((row) => columns.map((column) => row[column] ?? null));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    statement = { sql: next, values: key.map((column) => last[column] ?? null) };
    // A page is read at once, on the caller's thread.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Gives the first table that has a row; null when all are empty. How a database keeps people is written down before there are any. */
export function firstFilledTable(database: Database): string | null {
  const filled = tablesOf(database).find(
    ({ name }) =>
      name !== "people_seals" && database.all({ sql: `SELECT 1 FROM ${name} LIMIT 1`, values: [] }).length > 0,
  );
  return filled?.name ?? null;
}
