import type { Change } from "../../core/change.js";
import { type CountedHour, type Counts, noCounts } from "../../core/hourly-counts.js";
import { firstIdAt, type IdPrefix } from "../../core/id.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import { insertInto, type Row, type Statement, type Write } from "./statement.js";

/** Who has counted later knows more, whoever writes first. */
const writeHour = insertInto(
  "hourly_counts",
  ["hour", "counted_at", "counts"],
  `ON CONFLICT (hour) DO UPDATE SET counted_at = excluded.counted_at, counts = excluded.counts
  WHERE hourly_counts.counted_at <= excluded.counted_at`,
);

/** Keeps an hour, or lets go of old ones. */
export function hourlyWrite(change: Extract<Change, { readonly kind: "hour-counted" | "hours-forgotten" }>): Write {
  if (change.kind === "hours-forgotten") {
    return { sql: "DELETE FROM hourly_counts WHERE hour < ?", values: [fromInstant(change.before)] };
  }
  const { hour, countedAt, counts } = change.counted;
  return { sql: writeHour, values: [fromInstant(hour), fromInstant(countedAt), fromJson(counts)] };
}

export function hoursStatement(from: Date, until: Date): Statement {
  return {
    sql: "SELECT hour, counted_at, counts FROM hourly_counts WHERE hour >= ? AND hour < ? ORDER BY hour",
    values: [fromInstant(from), fromInstant(until)],
  };
}

/** What was counted by an earlier version has no calls. */
export function toCountedHour(row: Row): CountedHour {
  const { instant, json } = columns(row);
  return {
    hour: instant("hour"),
    countedAt: instant("counted_at"),
    counts: { ...noCounts, ...json<Partial<Counts>>("counts") },
  };
}

/**
 * Counts what was made in a span along the order of ids, which is that of time: no index is kept for it on tables that every order
 * writes to.
 */
const ofSpan = (table: string, by: string, { more = "", where = "" } = {}): string =>
  `SELECT ${by}, COUNT(*) AS count${more} FROM ${table} WHERE id >= ? AND id < ?${where} GROUP BY ${by}`;

export function runCountsStatement(from: Date, until: Date): Statement {
  return {
    sql: ofSpan("runs", "flow, status", { more: ", MAX(id) AS newest" }),
    values: idsBetween("run", from, until),
  };
}

export function messageCountsStatement(from: Date, until: Date): Statement {
  return { sql: ofSpan("messages", "flow, status"), values: idsBetween("msg", from, until) };
}

export function callCountsStatement(from: Date, until: Date): Statement {
  return {
    sql: ofSpan("effects", "connection, state", { where: " AND attempts > 0" }),
    values: idsBetween("eff", from, until),
  };
}

export function recordCountsStatement(from: Date, until: Date): Statement {
  return {
    sql: `SELECT data_type, COUNT(*) AS count FROM events WHERE kind = 'record.created' AND id >= ? AND id < ? GROUP BY data_type`,
    values: idsBetween("evt", from, until),
  };
}

function idsBetween(prefix: IdPrefix, from: Date, until: Date): string[] {
  return [firstIdAt(prefix, from), firstIdAt(prefix, until)];
}

/** The rows of the four statements, as one. */
export function toCounts(found: {
  readonly records: readonly Row[];
  readonly runs: readonly Row[];
  readonly messages: readonly Row[];
  readonly calls: readonly Row[];
}): Counts {
  const records = found.records.map((row) => [columns(row).text("data_type"), columns(row).number("count")] as const);
  const newest: Record<string, string> = {};
  for (const row of found.runs) {
    const { text } = columns(row);
    const flow = text("flow");
    if (text("newest") > (newest[flow] ?? "")) newest[flow] = text("newest");
  }
  return {
    records: Object.fromEntries(records),
    runs: nested<Counts["runs"][string]>(found.runs, "flow", "status"),
    messages: nested<Counts["messages"][string]>(found.messages, "flow", "status"),
    calls: nested<Counts["calls"][string]>(found.calls, "connection", "state"),
    newest,
  };
}

function nested<Inner>(rows: readonly Row[], outer: string, inner: string): Readonly<Record<string, Inner>> {
  const all = new Map<string, Record<string, number>>();
  for (const row of rows) {
    const { text, number } = columns(row);
    all.set(text(outer), { ...all.get(text(outer)), [text(inner)]: number("count") });
  }
  return Object.fromEntries(all) as Readonly<Record<string, Inner>>;
}

/** The event that came first of those that are kept. */
export const oldestStatement: Statement = { sql: "SELECT created_at FROM events ORDER BY id LIMIT 1", values: [] };

/** How many effects nobody knows the outcome of, up to a limit. */
export function unknownStatement(limit: number): Statement {
  return {
    sql: "SELECT COUNT(*) AS found FROM (SELECT 1 FROM effects WHERE state = 'unknown' LIMIT ?) AS unsettled",
    values: [limit],
  };
}
