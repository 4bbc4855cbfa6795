import type { Change } from "../../core/change.js";
import type { JsonObject } from "../../core/json.js";
import type { Paging } from "../../core/paging.js";
import type { StoredRecord } from "../../core/record.js";
import type { RecordFilter, Walk } from "../../core/store-filters.js";
import { columns, fromInstant } from "./columns.js";
import type { Filter, Search } from "./search.js";
import { insertInto, listStatement, type Row, type Statement, type Write } from "./statement.js";

const insertRecord = insertInto(
  "records",
  ["data_type", "key", "shard", "version", "event_id", "deleted", "updated_at"],
  "ON CONFLICT (data_type, key) DO NOTHING",
);
const updateRecord = `UPDATE records SET version = ?, event_id = ?, deleted = ?, updated_at = ?
  WHERE data_type = ? AND key = ? AND version = ?`;
const indexColumns = ["data_type", "field", "value", "key", "event_id"] as const;
const clearIndex = "DELETE FROM record_index WHERE data_type = ? AND key = ?";
const selectVersion = "SELECT version FROM records WHERE data_type = ? AND key = ?";
const recordColumns = "SELECT r.data_type, r.key, r.version, r.event_id, r.updated_at, e.payload";
const selectRecord = `${recordColumns} FROM records r JOIN events e ON e.id = r.event_id`;
const foundColumns =
  "SELECT found.data_type, found.key, e.version, found.event_id, e.created_at AS updated_at, e.payload";

type RecordWritten = Extract<Change, { kind: "record-written" }>;

/** Writes a record's new version and its search values. */
export function recordWrites(change: RecordWritten): Write[] {
  const { dataType, key, shard, version, eventId } = change;
  const refusal = { code: "RECORD_CONFLICT", message: `${dataType} ${key} was changed meanwhile` } as const;
  const newest = [version, eventId, change.deleted ? 1 : 0, fromInstant(change.at)];
  const index = indexStatement(change);
  if (version === 1) return [{ sql: insertRecord, values: [dataType, key, shard, ...newest], refusal }, ...index];
  return [
    { sql: updateRecord, values: [...newest, dataType, key, version - 1], refusal },
    { sql: clearIndex, values: [dataType, key] },
    ...index,
  ];
}

/** Inserts so many search values; a data type has a fixed number of indexed fields. */
function indexText(fields: number): string {
  return `${insertInto("record_index", indexColumns)}${", (?, ?, ?, ?, ?)".repeat(Math.max(0, fields - 1))}`;
}

/** By number of fields: a text that is made once is hashed once. */
const indexTexts: readonly string[] = Array.from({ length: 17 }, (_, fields) => indexText(fields));

/** All search values in one statement. */
function indexStatement(change: RecordWritten): Statement[] {
  const { dataType, key, deleted, indexed, eventId } = change;
  if (deleted) return [];
  const values: string[] = [];
  for (const field in indexed) values.push(dataType, field, indexed[field] ?? "", key, eventId);
  const fields = values.length / indexColumns.length;
  return fields === 0 ? [] : [{ sql: indexTexts[fields] ?? indexText(fields), values }];
}

/** The sign keeps the planner from the index of the newest records of a type, all of which it would look at. */
export function recordStatement(dataType: string, key: string): Statement {
  return { sql: `${selectRecord} WHERE r.data_type = ? AND r.key = ? AND +r.deleted = 0`, values: [dataType, key] };
}

export function recordVersionStatement(dataType: string, key: string): Statement {
  return { sql: selectVersion, values: [dataType, key] };
}

/** Newest change first; the cursor is the id of a record's latest event. */
export function newestRecordsStatement(dataType: string, { cursor, limit }: Paging): Statement {
  const where = { "r.data_type": dataType };
  const page = { cursor, limit: limit + 1 };
  return listStatement({ ...page, select: selectRecord, order: "r.event_id", where, fixed: "r.deleted = 0" });
}

/** A search value names the event of the newest version, which says all that the record's own row would: one row less to look up. */
const selectFound = `SELECT record_index.data_type, record_index.key, e.version, record_index.event_id,
  e.created_at AS updated_at, e.payload FROM record_index JOIN events e ON e.id = record_index.event_id`;

/** Each of a record's search values has a row of its own. */
const alsoHas = `EXISTS (SELECT 1 FROM record_index AS other WHERE other.data_type = record_index.data_type
  AND other.key = record_index.key AND other.field = ? AND other.value = ?)`;

/** Records by search values, all of which must fit: newest change first, with the cursor as above. */
export function recordSearch({ dataType, where = {} }: RecordFilter): Search {
  const filters = Object.entries(where).map(([field, value]) => ({ data_type: dataType, field, value }));
  const alsoFits = ({ field, value }: Filter) => ({ sql: alsoHas, values: [field ?? null, value ?? null] });
  return { select: selectFound, table: "record_index", order: "event_id", filters, alsoFits };
}

/** Oldest change first. */
export function recordWalkStatement(filter: RecordFilter, { after, limit }: Walk): Statement {
  const { from, order, values } = foundBy(filter);
  const select = order === "r.event_id" ? recordColumns : foundColumns;
  const sql = `${select} ${from} AND ${order} > ? ORDER BY ${order} LIMIT ?`;
  return { sql, values: [...values, after ?? "", limit] };
}

export function recordCountStatement(filter: RecordFilter, limit: number): Statement {
  const { from, values } = foundBy(filter);
  return {
    sql: `SELECT COUNT(*) AS found FROM (SELECT 1 AS one ${from} LIMIT ?) AS counted`,
    values: [...values, limit],
  };
}

/** The records that a filter finds, as the rest of a select. */
function foundBy({ dataType, where = {} }: RecordFilter): {
  readonly from: string;
  readonly order: string;
  readonly values: readonly string[];
} {
  const [first, ...others] = Object.entries(where);
  if (first === undefined) {
    const from = "FROM records r JOIN events e ON e.id = r.event_id WHERE r.data_type = ? AND r.deleted = 0";
    return { from, order: "r.event_id", values: [dataType] };
  }
  const from = [
    "FROM record_index found JOIN events e ON e.id = found.event_id",
    ...others.map((_, index) => joinValue(index)),
    "WHERE found.data_type = ? AND found.field = ? AND found.value = ?",
  ];
  return { from: from.join(" "), order: "found.event_id", values: [...others.flat(), dataType, ...first] };
}

function joinValue(index: number): string {
  return `JOIN record_index i${index} ON i${index}.data_type = found.data_type AND i${index}.key = found.key
      AND i${index}.field = ? AND i${index}.value = ?`;
}

export function toRecord(row: Row): StoredRecord {
  const { text, number, instant, json } = columns(row);
  return {
    dataType: text("data_type"),
    key: text("key"),
    version: number("version"),
    document: json<JsonObject>("payload"),
    eventId: text("event_id"),
    updatedAt: instant("updated_at"),
  };
}
