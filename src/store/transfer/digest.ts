import { createHash } from "node:crypto";
import type { TableRow } from "../../core/tables.js";

/** What a table holds, in short: two tables with the same rows in the same order have the same. */
export interface TableDigest {
  readonly table: string;
  readonly rows: number;
  readonly sha256: string;
}

/** Counts and hashes rows as they come by. */
export interface Digester {
  add(lines: readonly string[]): void;
  end(): TableDigest;
}

export function createDigester(table: string): Digester {
  const hash = createHash("sha256");
  let rows = 0;
  return {
    add: (lines) => {
      rows += lines.length;
      for (const line of lines) hash.update(line).update("\n");
    },
    end: () => ({ table, rows, sha256: hash.digest("hex") }),
  };
}

/** Writes a row as a line of a backup. */
export function toLine(row: TableRow): string {
  return JSON.stringify(row);
}

/** Reads a whole table and gives what it holds, in short. */
export async function digestOf(table: string, pages: AsyncIterable<readonly TableRow[]>): Promise<TableDigest> {
  const digester = createDigester(table);
  for await (const page of pages) digester.add(page.map(toLine));
  return digester.end();
}
