import type { JsonObject } from "../../core/json.js";
import type { StoredRecord } from "../../core/record.js";
import type { Change, Paging, RecordFilter } from "../../core/store.js";
import { columns, fromInstant } from "./columns.js";
import { insertInto, listStatement, type Row, type SqlValue, type Statement, type Write } from "./statement.js";

const insertRecord = insertInto(
  "records",
  ["data_type", "key", "shard", "version", "event_id", "deleted", "updated_at"],
  `ON CONFLICT (data_type, key) DO UPDATE SET version = excluded.version, event_id = excluded.event_id,
     deleted = excluded.deleted, updated_at = excluded.updated_at`,
);
const indexColumns = ["data_type", "field", "value", "key"] as const;
const clearIndex = "DELETE FROM record_index WHERE data_type = ? AND key = ?";
const selectVersion = "SELECT version FROM records WHERE data_type = ? AND key = ?";
const selectRecord = `SELECT r.data_type, r.key, r.version, r.event_id, r.updated_at, e.payload
  FROM records r JOIN events e ON e.id = r.event_id`;

/** Writes a record's new version and its search values. */
export function recordWrite(change: Extract<Change, { kind: "record-written" }>): Write {
  const { dataType, key, version } = change;
  const values = [dataType, key, change.shard, version, change.eventId, change.deleted ? 1 : 0, fromInstant(change.at)];
  const index = indexStatement(change);
  const clear = version > 1 ? [{ sql: clearIndex, values: [dataType, key] }] : [];
  return {
    guard: {
      sql: selectVersion,
      values: [dataType, key],
      allowed: version === 1 ? [null] : [version - 1],
      overlay: `record ${dataType}/${key}`,
      becomes: version,
      refusal: { code: "RECORD_CONFLICT", message: `${dataType} ${key} was changed meanwhile` },
    },
    statements: [{ sql: insertRecord, values }, ...clear, ...index],
  };
}

/** All search values in one statement; few texts, because a data type has a fixed number of indexed fields. */
function indexStatement({ dataType, key, indexed }: Extract<Change, { kind: "record-written" }>): Statement[] {
  const fields = Object.entries(indexed);
  if (fields.length === 0) return [];
  const more = fields.slice(1).map(() => ", (?, ?, ?, ?)");
  const values = fields.flatMap(([field, value]) => [dataType, field, value, key]);
  return [{ sql: `${insertInto("record_index", indexColumns)}${more.join("")}`, values }];
}

export function recordStatement(dataType: string, key: string): Statement {
  return { sql: `${selectRecord} WHERE r.data_type = ? AND r.key = ? AND r.deleted = 0`, values: [dataType, key] };
}

export function recordVersionStatement(dataType: string, key: string): Statement {
  return { sql: selectVersion, values: [dataType, key] };
}

/** Newest change first; the cursor is the id of a record's latest event. */
export function recordListStatement({ dataType, where }: RecordFilter, { cursor, limit }: Paging): Statement {
  const joins: string[] = [];
  const values: SqlValue[] = [];
  for (const [index, [field, value]] of Object.entries(where ?? {}).entries()) {
    const name = `i${index}`;
    joins.push(
      `JOIN record_index ${name} ON ${name}.data_type = r.data_type AND ${name}.field = ? AND ${name}.value = ? AND ${name}.key = r.key`,
    );
    values.push(field, value);
  }
  const list = listStatement({
    select: [selectRecord, ...joins].join(" "),
    order: "r.event_id",
    where: { "r.data_type": dataType },
    fixed: "r.deleted = 0",
    cursor,
    limit: limit + 1,
  });
  return { sql: list.sql, values: [...values, ...list.values] };
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
