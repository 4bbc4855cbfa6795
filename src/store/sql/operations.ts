import type { Change } from "../../core/change.js";
import type { Operation, OperationState, OperationWork } from "../../core/operation.js";
import type { Paging } from "../../core/paging.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import {
  assignments,
  insertInto,
  listStatement,
  type Row,
  type SqlParameter,
  type Statement,
  type Write,
} from "./statement.js";

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
const beginOperation = insertInto("operations", operationColumns);
const moveOperation = `UPDATE operations SET ${assignments(operationColumns.slice(1))}
  WHERE id = ? AND state = 'running' AND examined = ?`;
const selectOperation = `SELECT ${operationColumns.join(", ")} FROM operations`;

export function operationCreation(operation: Operation): Write {
  return { sql: beginOperation, values: [operation.id, ...operationValues(operation)] };
}

export function operationMove({ operation, examined }: Extract<Change, { kind: "operation-moved" }>): Write {
  const message = `The operation ${operation.id} was stopped, or carried on by another process`;
  return {
    sql: moveOperation,
    values: [...operationValues(operation), operation.id, examined],
    refusal: { code: "OPERATION_MOVED", message },
  };
}

/** In the order of `operationColumns`, without the id. */
function operationValues(operation: Operation): SqlParameter[] {
  return [
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
