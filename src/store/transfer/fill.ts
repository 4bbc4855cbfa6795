import { PatchbayError } from "../../core/errors.js";
import {
  type DatabaseAccess,
  type Held,
  nothingHeld,
  type Snapshot,
  type Table,
  type TableRow,
  type Target,
} from "../../core/tables.js";
import { looksSealed } from "../sql/people/cipher.js";
import { jsonColumns } from "../sql/references.js";
import { createDigester, digestOf, type TableDigest, toLine } from "./digest.js";
import type { Progress } from "./progress.js";
import { type BackupVisitor, differences, readBackup } from "./read-backup.js";

/** How a target is filled. */
export interface FillOptions {
  /** Also checks that JSON parses and references lead somewhere, and reads back what was written. */
  readonly verify: boolean;
  readonly progress: Progress;
}

/** What a database was filled with: what each table holds, and what of it does not go on by itself. */
export interface Filled {
  readonly tables: readonly TableDigest[];
  readonly held: Held;
}

/**
 * Restores a backup into an empty database, all of it or nothing.
 *
 * @param options `hold`: since when what was unfinished is held; null to let it go on.
 * @throws TARGET_NOT_EMPTY, STORE_AHEAD, STORE_LOCKED, BACKUP_INVALID, BACKUP_DAMAGED, FILE_UNREADABLE
 */
export function restoreBackup(
  file: string,
  database: DatabaseAccess,
  options: FillOptions & { readonly hold: Date | null },
): Promise<Filled> {
  return fill(options, (visitor) => readBackup(file, visitor(database)));
}

/**
 * Reads a backup as a restore would, into a database that is thrown away.
 *
 * @param scratch An empty database nobody needs.
 */
export function checkBackup(file: string, scratch: DatabaseAccess, progress: Progress): Promise<Filled> {
  return fill({ verify: true, progress, hold: null, discard: true }, (visitor) => readBackup(file, visitor(scratch)));
}

/**
 * Copies a snapshot into an empty database, all of it or nothing. What is unfinished goes on there.
 *
 * @throws TARGET_NOT_EMPTY, STORE_AHEAD, STORE_LOCKED, BACKUP_DAMAGED when the copy is not the same
 */
export function copyDatabase(source: Snapshot, to: DatabaseAccess, options: FillOptions): Promise<Filled> {
  return fill({ ...options, hold: null }, async (visitorFor) => {
    const { migrations, tables } = source;
    const visitor = visitorFor(to);
    await visitor.header({ patchbay: "", createdAt: "", migrations, tables });
    const digests: TableDigest[] = [];
    for (const table of tables) {
      const digester = createDigester(table.name);
      for await (const page of source.rows(table)) {
        digester.add(page.map(toLine));
        await visitor.rows(table, page);
      }
      digests.push(digester.end());
    }
    return digests;
  });
}

async function fill(
  { verify, progress, hold, discard = false }: FillOptions & { readonly hold: Date | null; readonly discard?: boolean },
  pour: (visitor: (database: DatabaseAccess) => BackupVisitor) => Promise<readonly TableDigest[]>,
): Promise<Filled> {
  let target: Target | null = null;
  let tables: readonly Table[] = [];
  const visitor = (database: DatabaseAccess): BackupVisitor => ({
    header: async (header) => {
      target = await database.openTarget(header.migrations);
      tables = header.tables;
      requireTables(tables, target.tables);
    },
    rows: async (table, rows) => {
      if (verify) requireJson(table, rows);
      await target?.write(table, rows);
      progress(table.name, rows.length);
    },
  });
  try {
    const digests = await pour(visitor);
    const filled = target as Target | null;
    if (filled === null) throw new Error("nothing was read");
    if (verify) await verifyTarget(filled, tables, digests);
    if (!discard) return { tables: digests, held: await filled.finish(hold) };
    await filled.abandon();
    return { tables: digests, held: nothingHeld };
  } catch (error) {
    await (target as Target | null)?.abandon();
    throw error;
  }
}

/** @throws BACKUP_INVALID */
function requireTables(given: readonly Table[], there: readonly Table[]): void {
  for (const { name, columns } of given) {
    const known = there.find((table) => table.name === name);
    const missing = columns.filter((column) => known?.columns.includes(column) !== true);
    if (missing.length === 0) continue;
    const what = known === undefined ? `a table ${name}` : `columns ${missing.join(", ")} of ${name}`;
    throw new PatchbayError("BACKUP_INVALID", `There is ${what}, which a database of these migrations does not have`);
  }
}

/** @throws BACKUP_DAMAGED */
function requireJson(table: Table, rows: readonly TableRow[]): void {
  const places = (jsonColumns[table.name] ?? []).map((column) => table.columns.indexOf(column)).filter((at) => at >= 0);
  for (const row of rows) {
    for (const place of places) {
      const value = row[place] ?? null;
      if (value === null || looksSealed(String(value)) || isJson(value)) continue;
      const key = table.key.map((column) => row[table.columns.indexOf(column)]).join(" ");
      throw new PatchbayError("BACKUP_DAMAGED", `${table.name} ${key}: ${table.columns[place]} is not JSON`);
    }
  }
}

function isJson(value: string | number): boolean {
  try {
    JSON.parse(String(value));
    return true;
  } catch {
    return false;
  }
}

/** @throws BACKUP_DAMAGED */
async function verifyTarget(target: Target, tables: readonly Table[], written: readonly TableDigest[]): Promise<void> {
  const found: TableDigest[] = [];
  for (const table of tables) found.push(await digestOf(table.name, target.rows(table)));
  const problems = [...differences(found, written), ...(await target.dangling())];
  if (problems.length === 0) return;
  throw new PatchbayError("BACKUP_DAMAGED", `What was written is not whole: ${problems.join("; ")}`);
}
