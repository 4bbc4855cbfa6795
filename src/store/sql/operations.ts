import type { Operation, OperationState, OperationWork } from "../../core/operation.js";
import type { Paging } from "../../core/store.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import { insertInto, listStatement, type Row, type Statement, type Write } from "./statement.js";

const operationColumns = [
  "id",
  "work",
  "state",
  "per_second",
  "cursor",
  "examined",
  "started",
  "created_at",
  "updated_at",
  "finished_at",
] as const;
const replaced = operationColumns.slice(1).map((column) => `${column} = excluded.${column}`);
const saveOperation = insertInto(
  "operations",
  operationColumns,
  `ON CONFLICT (id) DO UPDATE SET ${replaced.join(", ")}`,
);
const selectOperation = `SELECT ${operationColumns.join(", ")} FROM operations`;

export function operationWrite(operation: Operation): Write {
  const values = [
    operation.id,
    fromJson(operation.work),
    operation.state,
    operation.perSecond,
    operation.cursor,
    operation.examined,
    operation.started,
    fromInstant(operation.createdAt),
    fromInstant(operation.updatedAt),
    fromInstant(operation.finishedAt),
  ];
  return { sql: saveOperation, values };
}

export function operationStatement(id: string): Statement {
  return { sql: `${selectOperation} WHERE id = ?`, values: [id] };
}

export function operationListStatement(
  { state }: { state?: OperationState | undefined },
  { cursor, limit }: Paging,
): Statement {
  return listStatement({ select: selectOperation, order: "id", where: { state }, cursor, limit: limit + 1 });
}

export function toOperation(row: Row): Operation {
  const { text, textOrNull, number, instant, instantOrNull, json, word } = columns(row);
  return {
    id: text("id"),
    work: json<OperationWork>("work"),
    state: word<OperationState>("state"),
    perSecond: number("per_second"),
    cursor: textOrNull("cursor"),
    examined: number("examined"),
    started: number("started"),
    createdAt: instant("created_at"),
    updatedAt: instant("updated_at"),
    finishedAt: instantOrNull("finished_at"),
  };
}
