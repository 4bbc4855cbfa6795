import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { PatchbayError } from "../../core/errors.js";
import type { Table, TableRow } from "../../core/tables.js";
import { type BackupHeader, parseHeader, parseLine, parseMark } from "./backup-format.js";
import { createDigester, type Digester, type TableDigest } from "./digest.js";
import { linesOf } from "./lines.js";

/** Rows that are given together. */
const PAGE = 500;

/** What is done with a backup while it is read. */
export interface BackupVisitor {
  header(header: BackupHeader): Promise<void>;
  rows(table: Table, rows: readonly TableRow[]): Promise<void>;
}

/**
 * Reads a backup from beginning to end and checks all of it: that every line is what it should be, that no table has
 * more, fewer or other rows than when it was written, and that its end is there.
 *
 * @returns What each table holds.
 * @throws FILE_UNREADABLE, BACKUP_INVALID, BACKUP_DAMAGED with the line, and what the visitor throws
 */
export async function readBackup(file: string, visitor: BackupVisitor): Promise<readonly TableDigest[]> {
  const reading = createReading(file, visitor);
  const source = createReadStream(file);
  const text = source.pipe(createGunzip());
  source.once("error", (error) => text.destroy(error));
  try {
    for await (const line of linesOf(text)) await reading.take(line);
  } catch (thrown) {
    throw toBackupError(thrown, file, reading.line());
  } finally {
    source.destroy();
  }
  return reading.end();
}

interface Reading {
  take(line: string): Promise<void>;
  /** Lines read so far. */
  line(): number;
  end(): readonly TableDigest[];
}

function createReading(file: string, visitor: BackupVisitor): Reading {
  let lines = 0;
  let header: BackupHeader | null = null;
  let current: { readonly table: Table; readonly digester: Digester } | null = null;
  let page: { readonly lines: string[]; readonly rows: TableRow[] } = { lines: [], rows: [] };
  let end: readonly TableDigest[] | null = null;
  const done: TableDigest[] = [];
  const damaged = (what: string): PatchbayError =>
    new PatchbayError("BACKUP_DAMAGED", `${file}, line ${lines}: ${what}`);

  async function flush(): Promise<void> {
    if (current === null || page.rows.length === 0) return;
    const { rows, lines: texts } = page;
    page = { lines: [], rows: [] };
    current.digester.add(texts);
    await visitor.rows(current.table, rows);
  }

  async function closeTable(): Promise<void> {
    await flush();
    if (current !== null) done.push(current.digester.end());
    current = null;
  }

  async function takeMark(line: string, tables: readonly Table[]): Promise<void> {
    const mark = parseMark(line);
    if (mark === null) throw damaged("this is neither a row nor the beginning or the end of a table");
    await closeTable();
    if ("end" in mark) {
      end = mark.end;
      compare(done, mark.end, file);
      return;
    }
    const table = tables.find(({ name }) => name === mark.table);
    if (table === undefined) throw damaged(`the header knows no table ${mark.table.slice(0, 100)}`);
    current = { table, digester: createDigester(table.name) };
  }

  async function takeRow(line: string): Promise<void> {
    const row = parseLine(line);
    if (current === null || !isRow(row)) throw damaged("this is not a row");
    if (row.length !== current.table.columns.length) {
      throw damaged(
        `a row of ${current.table.name} has ${current.table.columns.length} values; this has ${row.length}`,
      );
    }
    page.lines.push(line);
    page.rows.push(row);
    if (page.rows.length >= PAGE) await flush();
  }

  return {
    line: () => lines,
    take: async (line) => {
      lines++;
      if (end !== null) throw damaged("there is something behind the end");
      if (header === null) {
        header = parseHeader(line, file);
        await visitor.header(header);
      } else if (line.startsWith("[")) await takeRow(line);
      else await takeMark(line, header.tables);
    },
    end: () => {
      if (end !== null) return done;
      throw new PatchbayError("BACKUP_DAMAGED", `${file} is cut off after line ${lines}: its last line is missing`);
    },
  };
}

/** @throws BACKUP_DAMAGED */
function compare(found: readonly TableDigest[], written: readonly TableDigest[], file: string): void {
  const problems = differences(found, written);
  if (problems.length === 0) return;
  throw new PatchbayError("BACKUP_DAMAGED", `${file} was altered: ${problems.join("; ")}`);
}

/** Says in words how what was found differs from what was written. */
export function differences(found: readonly TableDigest[], written: readonly TableDigest[]): readonly string[] {
  const wanted = new Map(written.map((digest) => [digest.table, digest]));
  const missing = written.filter(({ table }) => !found.some((digest) => digest.table === table));
  return [
    ...missing.map(({ table }) => `${table} is missing`),
    ...found.flatMap(({ table, rows, sha256 }) => {
      const digest = wanted.get(table);
      if (digest === undefined) return [`${table} is not in the list at the end`];
      if (digest.rows !== rows) return [`${table} has ${rows} rows and was written with ${digest.rows}`];
      return digest.sha256 === sha256 ? [] : [`the rows of ${table} are not those that were written`];
    }),
  ];
}

function isRow(value: unknown): value is TableRow {
  const isCell = (cell: unknown): boolean => cell === null || typeof cell === "string" || typeof cell === "number";
  return Array.isArray(value) && value.every(isCell);
}

function toBackupError(thrown: unknown, file: string, line: number): unknown {
  if (!(thrown instanceof Error) || thrown instanceof PatchbayError || !("code" in thrown)) return thrown;
  const code = String(thrown.code);
  if (code === "Z_BUF_ERROR" || code === "Z_DATA_ERROR") {
    const what = code === "Z_BUF_ERROR" ? "is cut off" : "was altered";
    const message = `${file} ${what} after line ${line}: ${line === 0 ? "it is not a compressed file" : thrown.message}`;
    return new PatchbayError("BACKUP_DAMAGED", message, { cause: thrown });
  }
  if (!code.startsWith("E")) return thrown;
  return new PatchbayError("FILE_UNREADABLE", `${file} cannot be read: ${thrown.message}`, { cause: thrown });
}
