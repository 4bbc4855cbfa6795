import type { Problem } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import type { QuarantinedRecord, QuarantineState } from "../../core/quarantine.js";
import type { Paging, QuarantineFilter } from "../../core/store.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import { insertInto, listStatement, type Row, type Statement, type Write } from "./statement.js";

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
const insertQuarantined = insertInto("quarantined_records", quarantineColumns);
const moveQuarantined = `UPDATE quarantined_records SET key = ?, document = ?, problems = ?, state = ?, event_id = ?, updated_at = ?
  WHERE id = ? AND state = 'held'`;
const selectQuarantined = `SELECT ${quarantineColumns.join(", ")} FROM quarantined_records`;

export function quarantineCreation(record: QuarantinedRecord): Write {
  const values = [
    record.id,
    record.shard,
    record.dataType,
    record.key,
    fromJson(record.document),
    fromJson(record.problems),
    record.state,
    record.eventId,
    fromInstant(record.createdAt),
    fromInstant(record.updatedAt),
  ];
  return { sql: insertQuarantined, values };
}

export function quarantineMove({ id, key, document, problems, state, eventId, updatedAt }: QuarantinedRecord): Write {
  return {
    sql: moveQuarantined,
    values: [key, fromJson(document), fromJson(problems), state, eventId, fromInstant(updatedAt), id],
    refusal: { code: "QUARANTINE_LEFT", message: `The quarantined record ${id} was released or discarded before` },
  };
}

export function quarantineStatement(id: string): Statement {
  return { sql: `${selectQuarantined} WHERE id = ?`, values: [id] };
}

export function quarantineListStatement({ state, dataType }: QuarantineFilter, { cursor, limit }: Paging): Statement {
  const where = { state, data_type: dataType };
  return listStatement({ select: selectQuarantined, order: "id", where, cursor, limit: limit + 1 });
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
