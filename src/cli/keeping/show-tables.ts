import type { TableDigest } from "../../store/transfer/digest.js";
import { count } from "../plain.js";
import { table } from "../table.js";
import type { Terminal } from "../terminal.js";

/** Writes which table has how many rows. */
export function showTables(digests: readonly TableDigest[], terminal: Terminal): void {
  const rows = digests.filter((digest) => digest.rows > 0);
  if (rows.length === 0) return;
  terminal.print(
    ...table(
      terminal.paint,
      ["TABLE", "ROWS", "SHA-256"],
      rows.map((digest) => [digest.table, digest.rows.toLocaleString("en"), ["faint", digest.sha256.slice(0, 16)]]),
    ),
  );
}

/** Says how much there is: `1,234 rows in 5 tables`. */
export function sizeOf(digests: readonly TableDigest[]): string {
  const rows = digests.reduce((sum, digest) => sum + digest.rows, 0);
  return `${count(rows, "row")} in ${count(digests.filter((digest) => digest.rows > 0).length, "table")}`;
}
