import { readFileSync } from "node:fs";
import type { Client } from "pg";
import type { Table, TableRow } from "../../core/tables.js";
import { listMigrations } from "../sql/migrations.js";
import { ofTheMoment } from "../sql/references.js";
import type { Row } from "../sql/statement.js";

/** Rows read at a time. */
const PAGE = 500;

const columnsOfTables = `SELECT c.relname AS name, a.attname AS column, array_position(i.indkey::int2[], a.attnum) AS place
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY ($1)
  ORDER BY c.relname COLLATE "C", a.attnum`;

/** Names what the migrations make: whatever else lives in the same schema is somebody else's. */
export function ownTables(folder: string): readonly string[] {
  const texts = listMigrations(folder).map(({ path }) => readFileSync(path, "utf8"));
  const made = texts.flatMap((text) => [...text.matchAll(/^CREATE TABLE (\w+)/gm)].map(([, name = ""]) => name));
  return [...made, "schema_migrations"];
}

/** Gives those tables of a database that a backup has, by name. */
export async function tablesOf(client: Client, folder: string): Promise<readonly Table[]> {
  return tablesNamed(
    client,
    ownTables(folder).filter((name) => !ofTheMoment.includes(name)),
  );
}

/** Gives these tables, those of them that there are, by name. */
export async function tablesNamed(client: Client, wanted: readonly string[]): Promise<readonly Table[]> {
  const { rows } = await client.query<{ name: string; column: string; place: number | null }>(columnsOfTables, [
    wanted,
  ]);
  return [...new Set(rows.map(({ name }) => name))].map((name) => {
    const columns = rows.filter((row) => row.name === name);
    const key = columns.filter(({ place }) => place !== null).sort((a, b) => Number(a.place) - Number(b.place));
    return { name, columns: columns.map(({ column }) => column), key: key.map(({ column }) => column) };
  });
}

/** Gives the numbers of the migrations that made a database; none when it is empty. */
export async function appliedMigrations(client: Client): Promise<readonly number[]> {
  const there = await client.query<{ is: boolean }>("SELECT to_regclass('schema_migrations') IS NOT NULL AS is");
  if (there.rows[0]?.is !== true) return [];
  const { rows } = await client.query<{ number: number }>("SELECT number FROM schema_migrations ORDER BY number");
  return rows.map(({ number }) => number);
}

export async function countRows(client: Client, { name }: Table): Promise<number> {
  const { rows } = await client.query<{ rows: number }>(`SELECT COUNT(*) AS rows FROM ${name}`);
  return rows[0]?.rows ?? 0;
}

/** Reads a table page by page along its key, through a cursor of the open transaction; keys compare by their UTF-8 bytes. */
export async function* rowsOf(client: Client, { name, columns, key }: Table): AsyncGenerator<readonly TableRow[]> {
  const cursor = `pages_of_${name}`;
  await client.query(
    `DECLARE ${cursor} NO SCROLL CURSOR FOR SELECT ${columns.join(", ")} FROM ${name} ORDER BY ${key.join(", ")}`,
  );
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH ${PAGE} FROM ${cursor}`);
    if (rows.length > 0) yield rows.map((row) => columns.map((column) => row[column] ?? null));
    if (rows.length < PAGE) break;
  }
  await client.query(`CLOSE ${cursor}`);
}

/** Gives the first of these tables that has a row; null when all are empty. How a database keeps people is written down before there are any. */
export async function firstFilledTable(client: Client, tables: readonly Table[]): Promise<string | null> {
  for (const { name } of tables) {
    if (name === "people_seals") continue;
    const { rows } = await client.query(`SELECT 1 FROM ${name} LIMIT 1`);
    if (rows.length > 0) return name;
  }
  return null;
}
