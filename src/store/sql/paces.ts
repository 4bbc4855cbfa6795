import { costOf, type PaceAsking, type PacePlace, type PaceRow, SAVED_MS, takeLater } from "../../core/pace-row.js";
import { columns, fromInstant } from "./columns.js";
import type { Ask, Reads } from "./reads.js";
import { insertInto, type Row, type Statement } from "./statement.js";

/** Instead of no limit. */
const FOREVER = 9e15;

const takePlace = insertInto(
  "paces",
  ["connection", "free_at", "passed_ms"],
  `ON CONFLICT (connection) DO UPDATE SET free_at = CASE WHEN paces.free_at > ? THEN paces.free_at ELSE ? END + ?,
  later_at = CASE WHEN paces.later_at > ? THEN paces.later_at + ? ELSE paces.later_at END, passed_ms = paces.passed_ms + ?
  WHERE paces.free_at <= ? RETURNING free_at, later_at, owed_at, passed_ms`,
);

/** One row for a pace, which says when its next call is free: whoever takes a place moves it on. */
function placeStatement(asking: PaceAsking): Statement {
  const now = asking.now.getTime();
  const floor = now - SAVED_MS;
  const costMs = costOf(asking);
  const notAfter = asking.notAfter === null ? FOREVER : fromInstant(asking.notAfter);
  const values = [floor + costMs, costMs, floor, floor, costMs, now, costMs, costMs, notAfter];
  return { sql: takePlace, values: [asking.key, ...values] };
}

const rowStatement = (key: string): Statement => ({
  sql: "SELECT free_at, later_at, owed_at, passed_ms FROM paces WHERE connection = ?",
  values: [key],
});

const makeRow = insertInto("paces", ["connection", "free_at"], "ON CONFLICT (connection) DO NOTHING");

/** Changes nothing, and finds nothing, when somebody else was faster. */
const replaceRow = `UPDATE paces SET free_at = ?, later_at = ?, owed_at = ?
  WHERE connection = ? AND free_at = ? AND later_at = ? AND owed_at = ? AND passed_ms = ? RETURNING connection`;

function replacement(key: string, next: PaceRow, row: PaceRow): Statement {
  const values = [next.freeAt, next.laterAt, next.owedAt, key, row.freeAt, row.laterAt, row.owedAt, row.passedMs];
  return { sql: replaceRow, values };
}

function toPaceRow(row: Row): PaceRow {
  const { number } = columns(row);
  return {
    freeAt: number("free_at"),
    laterAt: number("later_at"),
    owedAt: number("owed_at"),
    passedMs: number("passed_ms"),
  };
}

/** Takes a place. @param write Performs a statement that writes, and gives its rows. */
export async function takePacePlace(
  asking: PaceAsking,
  { reads, write }: { reads: Reads; write: Ask },
): Promise<PacePlace | null> {
  if (asking.lane === "marketing") return takeMarketingPlace(asking, { reads, write });
  const [row] = await write(placeStatement(asking));
  if (row === undefined) return null;
  const { freeAt, passedMs } = toPaceRow(row);
  return { at: new Date(Math.ceil(freeAt - costOf(asking))), firm: true, passedMs };
}

/** Reads the row and replaces it as it was read, until nobody comes in between. */
async function takeMarketingPlace(
  asking: PaceAsking,
  { reads, write }: { reads: Reads; write: Ask },
): Promise<PacePlace | null> {
  for (;;) {
    const row = await reads.one(rowStatement(asking.key), toPaceRow);
    if (row === null) {
      await write({ sql: makeRow, values: [asking.key, asking.now.getTime() - SAVED_MS] });
      continue;
    }
    const taken = takeLater(row, asking);
    if (taken === null) return null;
    const isSame = taken.row === row;
    if (isSame || (await write(replacement(asking.key, taken.row, row))).length > 0) return taken.place;
  }
}
