import type { Problem } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import type { QuarantinedRecord, QuarantineState } from "../../core/quarantine.js";
import type { Paging, QuarantineFilter } from "../../core/store.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import { insertInto, listStatement, plainly, type Row, type Statement, type Write } from "./statement.js";

const quarantineColumns = [
  "id",
  "shard",
  "data_type",
  "key",
  "document",
  "problems",
  "state",
  "event_id",
  "created_at",
  "updated_at",
] as const;
const insertRecord = insertInto("quarantined_records", quarantineColumns);
const selectRecord = `SELECT ${quarantineColumns.join(", ")} FROM quarantined_records`;
const moveRecord = `UPDATE quarantined_records SET key = ?, document = ?, problems = ?, state = ?, event_id = ?, updated_at = ?
  WHERE id = ?`;

export function quarantineWrite(record: QuarantinedRecord): Write {
  const { id, shard, dataType, key, document, problems, state, eventId, createdAt, updatedAt } = record;
  const values = [
    ...[id, shard, dataType, key, fromJson(document), fromJson(problems), state, eventId],
    ...[fromInstant(createdAt), fromInstant(updatedAt)],
  ];
  return plainly({ sql: insertRecord, values });
}

export function quarantineMove(record: QuarantinedRecord): Write {
  const { id, key, document, problems, state, eventId, updatedAt } = record;
  const values = [key, fromJson(document), fromJson(problems), state, eventId, fromInstant(updatedAt), id];
  return {
    guard: {
      sql: "SELECT state FROM quarantined_records WHERE id = ?",
      values: [id],
      allowed: ["held"],
      overlay: `quarantine ${id}`,
      becomes: state,
      refusal: { code: "QUARANTINE_LEFT", message: `The record ${id} has left the quarantine` },
    },
    statements: [{ sql: moveRecord, values }],
  };
}

export function quarantinedStatement(id: string): Statement {
  return { sql: `${selectRecord} WHERE id = ?`, values: [id] };
}

export function quarantineListStatement({ state, dataType }: QuarantineFilter, { cursor, limit }: Paging): Statement {
  const where = { state, data_type: dataType };
  return listStatement({ select: selectRecord, order: "id", where, cursor, limit: limit + 1 });
}

export function toQuarantined(row: Row): QuarantinedRecord {
  const { text, textOrNull, number, instant, json, word } = columns(row);
  return {
    id: text("id"),
    shard: number("shard"),
    dataType: text("data_type"),
    key: textOrNull("key"),
    document: json<JsonObject>("document"),
    problems: json<Problem[]>("problems"),
    state: word<QuarantineState>("state"),
    eventId: textOrNull("event_id"),
    createdAt: instant("created_at"),
    updatedAt: instant("updated_at"),
  };
}
