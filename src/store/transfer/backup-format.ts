import { PatchbayError } from "../../core/errors.js";
import { isJsonObject } from "../../core/json.js";
import type { Table } from "../../core/tables.js";
import type { TableDigest } from "./digest.js";

const FORMAT = "patchbay-backup";
const VERSION = 1;

/** The first line of a backup. */
export interface BackupHeader {
  /** Version of the Patchbay that wrote it. */
  readonly patchbay: string;
  /** ISO-8601. */
  readonly createdAt: string;
  readonly migrations: readonly number[];
  readonly tables: readonly Table[];
}

export function headerLine(header: BackupHeader): string {
  return JSON.stringify({ format: FORMAT, version: VERSION, ...header });
}

/** Stands before the rows of a table. */
export function tableLine({ name }: Table): string {
  return JSON.stringify({ table: name });
}

/** The last line: without it the file is cut off. */
export function endLine(tables: readonly TableDigest[]): string {
  return JSON.stringify({ end: tables });
}

/** @throws BACKUP_INVALID */
export function parseHeader(line: string, file: string): BackupHeader {
  const found = parseLine(line);
  if (!isJsonObject(found) || found.format !== FORMAT) {
    throw new PatchbayError("BACKUP_INVALID", `${file} is not a backup of Patchbay: its first line is no header`);
  }
  if (found.version !== VERSION) {
    const message = `${file} has the backup format ${JSON.stringify(found.version)}; this version reads ${VERSION}`;
    throw new PatchbayError("BACKUP_INVALID", message, {
      remedy: "Restore it with the Patchbay that wrote it, or newer.",
    });
  }
  const { patchbay, createdAt, migrations, tables } = found;
  const isComplete = typeof patchbay === "string" && typeof createdAt === "string" && isNumbers(migrations);
  if (isComplete && isTables(tables)) return { patchbay, createdAt, migrations, tables };
  throw new PatchbayError("BACKUP_INVALID", `${file}: the header (line 1) is not complete`);
}

/** Gives the table whose rows begin, or what all tables must have held; null for any other line. */
export function parseMark(line: string): { table: string } | { end: readonly TableDigest[] } | null {
  const found = parseLine(line);
  if (!isJsonObject(found)) return null;
  if (typeof found.table === "string") return { table: found.table };
  return Array.isArray(found.end) ? { end: found.end as unknown as TableDigest[] } : null;
}

/** Gives what a line holds; undefined when it is not JSON. */
export function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => Number.isInteger(one));
}

/** Names go into SQL, so they are names and nothing else. */
function isTables(value: unknown): value is Table[] & undefined {
  const isName = (name: unknown): boolean => typeof name === "string" && /^[a-z][a-z0-9_]{0,62}$/.test(name);
  const isNames = (names: unknown): boolean => Array.isArray(names) && names.length > 0 && names.every(isName);
  const isTable = (one: unknown): boolean =>
    isJsonObject(one) && isName(one.name) && isNames(one.columns) && isNames(one.key);
  return Array.isArray(value) && value.every(isTable);
}
