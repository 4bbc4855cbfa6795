import type { Problem } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import type { QuarantinedRecord, QuarantineState } from "../../core/quarantine.js";
import type { QuarantineFilter } from "../../core/store-filters.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import type { Search } from "./search.js";
import { insertInto, type Refusal, type Row, type Statement, type Write } from "./statement.js";

const quarantineColumns = [
  "id",
  "shard",
  "data_type",
  "key",
  "identity",
  "record_version",
  "document",
  "problems",
  "state",
  "event_id",
  "count",
  "created_at",
  "updated_at",
] as const;
const insertQuarantined = insertInto(
  "quarantined_records",
  quarantineColumns,
  "ON CONFLICT (data_type, identity) WHERE state = 'held' AND identity IS NOT NULL DO NOTHING",
);
const repeatQuarantined = `UPDATE quarantined_records SET key = ?, record_version = ?, document = ?, problems = ?, updated_at = ?,
  count = count + 1 WHERE id = ? AND state = 'held'`;
/** Changes nothing: it only guards the move behind it. */
const requireCount = "UPDATE quarantined_records SET count = count WHERE id = ? AND count = ?";
const moveQuarantined = `UPDATE quarantined_records SET key = ?, document = ?, problems = ?, state = ?, event_id = ?, updated_at = ?
  WHERE id = ? AND state = 'held'`;
const selectQuarantined = `SELECT ${quarantineColumns.join(", ")} FROM quarantined_records`;

export function quarantineCreation(record: QuarantinedRecord): Write {
  const values = [
    record.id,
    record.shard,
    record.dataType,
    record.key,
    record.identity,
    record.recordVersion,
    fromJson(record.document),
    fromJson(record.problems),
    record.state,
    record.eventId,
    record.count,
    fromInstant(record.createdAt),
    fromInstant(record.updatedAt),
  ];
  return { sql: insertQuarantined, values, refusal: changed(record.id) };
}

export function quarantineRepetition(record: QuarantinedRecord): Write {
  const { id, key, recordVersion, document, problems, updatedAt } = record;
  const values = [key, recordVersion, fromJson(document), fromJson(problems), fromInstant(updatedAt), id];
  return { sql: repeatQuarantined, values, refusal: changed(id) };
}

export function quarantineMove(record: QuarantinedRecord): Write[] {
  const { id, key, document, problems, state, eventId, count, updatedAt } = record;
  const values = [key, fromJson(document), fromJson(problems), state, eventId, fromInstant(updatedAt), id];
  const message = `The quarantined record ${id} was released or discarded before`;
  return [
    { sql: moveQuarantined, values, refusal: { code: "QUARANTINE_LEFT", message } },
    { sql: requireCount, values: [id, count], refusal: changed(id) },
  ];
}

function changed(id: string): Refusal {
  return {
    code: "QUARANTINE_CHANGED",
    message: `The quarantined record ${id} was pushed again, or left, at this moment`,
  };
}

export function quarantineStatement(id: string): Statement {
  return { sql: `${selectQuarantined} WHERE id = ?`, values: [id] };
}

export function heldStatement(dataType: string, identity: string): Statement {
  return {
    sql: `${selectQuarantined} WHERE data_type = ? AND identity = ? AND state = 'held'`,
    values: [dataType, identity],
  };
}

export function quarantineSearch({ state, dataType }: QuarantineFilter): Search {
  const filters = [{ data_type: dataType }, { state }];
  return { select: selectQuarantined, table: "quarantined_records", order: "id", filters };
}

export function toQuarantined(row: Row): QuarantinedRecord {
  const { text, textOrNull, number, numberOrNull, instant, json, word } = columns(row);
  return {
    id: text("id"),
    shard: number("shard"),
    dataType: text("data_type"),
    key: textOrNull("key"),
    identity: textOrNull("identity"),
    recordVersion: numberOrNull("record_version"),
    document: json<JsonObject>("document"),
    problems: json<Problem[]>("problems"),
    state: word<QuarantineState>("state"),
    eventId: textOrNull("event_id"),
    count: number("count"),
    createdAt: instant("created_at"),
    updatedAt: instant("updated_at"),
  };
}
