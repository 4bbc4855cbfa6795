import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DatabaseSync } from "@photostructure/sqlite";
import pg from "pg";
import type { KeySealer } from "../../../src/core/people-seal.js";
import { cipherOf } from "../../../src/store/sql/people/standing.js";

/** A place that was searched, and all of its text. */
export interface Straw {
  readonly place: string;
  readonly text: string;
}

/** Gives every row of every table, whatever reads it, by asking the database itself. */
export async function tablesOf(databaseUrl: string): Promise<Straw[]> {
  return databaseUrl.startsWith("sqlite:") ? tablesOfFile(databaseUrl.slice(7)) : tablesOfServer(databaseUrl);
}

function tablesOfFile(path: string): Straw[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    return tables.map(({ name }) => {
      const statement = database.prepare(`SELECT * FROM "${String(name)}"`);
      statement.setReadBigInts(true);
      return { place: `table ${String(name)}`, text: statement.all().map(rowText).join("\n") };
    });
  } finally {
    database.close();
  }
}

async function tablesOfServer(url: string): Promise<Straw[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ table_schema: string; table_name: string }>(
      "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')",
    );
    const straws: Straw[] = [];
    for (const { table_schema: schema, table_name: table } of rows) {
      const found = await client.query(`SELECT * FROM "${schema}"."${table}"`);
      straws.push({ place: `table ${table}`, text: found.rows.map(rowText).join("\n") });
    }
    return straws;
  } finally {
    await client.end();
  }
}

/** Opens what is sealed in rows, as the store does, so that it can be searched like any other text. */
export function openedBy(sealer: KeySealer): (tables: readonly Straw[]) => Straw[] {
  return (tables) => {
    const standing = tables.find(({ place }) => place === "table people_seals")?.text ?? "";
    const cipher = cipherOf(/data_key=([^|]+)/.exec(standing)?.[1] ?? "", sealer);
    return tables.map(({ place, text }) => ({
      place,
      text: text.replace(/(\w+)=(%[\w-]{8}:[sm][\w-]+)/g, (_, column: string, value: string) => {
        return `${column}=${cipher.open(value, column)}`;
      }),
    }));
  };
}

function rowText(row: Record<string, unknown>): string {
  return Object.entries(row)
    .map(
      ([name, value]) =>
        `${name}=${value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : textOf(value)}`,
    )
    .join("|");
}

function textOf(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

/** Gives every file below a folder, byte by byte, unpacked where it is packed: free space and logs of the database are read as well. */
export async function filesIn(folder: string): Promise<Straw[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file) => ({ place: `file ${file}`, text: unpacked(await readFile(file)) })));
}

function unpacked(bytes: Buffer): string {
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("latin1");
}
