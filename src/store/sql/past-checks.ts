import type { Change } from "../../core/change.js";
import { firstIdAt } from "../../core/id.js";
import type { Health } from "../../core/inspection.js";
import type { Paging } from "../../core/paging.js";
import { type CheckOccasion, MOST_PAST_CHECKS, type PastCheck, type PastHealth } from "../../core/past-check.js";
import type { PastCheckFilter } from "../../core/store-filters.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import { insertInto, listStatement, type Row, type Statement, type Write } from "./statement.js";

const pastColumns = ["id", "connection", "checked_at", "occasion", "took_ms", "health", "concerns", "more"] as const;
const insertPast = insertInto("past_checks", pastColumns);
const selectPast = `SELECT ${pastColumns.join(", ")} FROM past_checks`;
const dropSurplus = `DELETE FROM past_checks WHERE connection = ? AND id <=
  (SELECT id FROM past_checks WHERE connection = ? ORDER BY id DESC LIMIT 1 OFFSET ${MOST_PAST_CHECKS})`;

/** Keeps a look, and lets go of what is too old or too much: whoever adds clears up, so that there is never more. */
export function pastCheckWrites({
  past,
  before,
}: Extract<Change, { kind: "connection-check-kept" }>): readonly Write[] {
  const { id, connection, checkedAt, occasion, tookMs, health, concerns, more } = past;
  return [
    {
      sql: insertPast,
      values: [id, connection, fromInstant(checkedAt), occasion, tookMs, health, fromJson(concerns), more],
    },
    { sql: dropSurplus, values: [connection, connection] },
    { sql: "DELETE FROM past_checks WHERE id < ?", values: [firstIdAt("chk", before)] },
  ];
}

export function pastChecksStatement({ connection, trouble }: PastCheckFilter, { cursor, limit }: Paging): Statement {
  const fixed = trouble ? { fixed: "health <> 'fine'" } : {};
  return listStatement({ select: selectPast, order: "id", where: { connection }, ...fixed, cursor, limit: limit + 1 });
}

/** The looks of a span, and the one before it, which tells how it began. */
export function pastHealthsStatement(connection: string, from: Date, until: Date): Statement {
  const [first, end] = [firstIdAt("chk", from), firstIdAt("chk", until)];
  return {
    sql: `SELECT checked_at, health, took_ms FROM past_checks WHERE connection = ? AND id < ? AND id >= COALESCE(
      (SELECT MAX(id) FROM past_checks WHERE connection = ? AND id < ?), ?) ORDER BY id`,
    values: [connection, end, connection, first, first],
  };
}

export function toPastCheck(row: Row): PastCheck {
  const { text, word, number, json } = columns(row);
  return {
    ...toPastHealth(row),
    id: text("id"),
    connection: text("connection"),
    occasion: word<CheckOccasion>("occasion"),
    concerns: json<PastCheck["concerns"]>("concerns"),
    more: number("more"),
  };
}

export function toPastHealth(row: Row): PastHealth {
  const { word, number, instant } = columns(row);
  return { checkedAt: instant("checked_at"), health: word<Health>("health"), tookMs: number("took_ms") };
}
