import type { ConnectionCheck, ConnectionSwitch, Health } from "../../core/inspection.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import { insertInto, type Row, type Statement, type Write } from "./statement.js";

const switchColumns = ["connection", "active", "switched_by", "reason", "switched_at"] as const;
const checkColumns = ["connection", "health", "found", "checked_at"] as const;

const replaceSwitch = insertInto(
  "connection_switches",
  switchColumns,
  `ON CONFLICT (connection) DO UPDATE SET active = excluded.active, switched_by = excluded.switched_by,
    reason = excluded.reason, switched_at = excluded.switched_at`,
);
const replaceCheck = insertInto(
  "connection_checks",
  checkColumns,
  `ON CONFLICT (connection) DO UPDATE SET health = excluded.health, found = excluded.found,
    checked_at = excluded.checked_at`,
);

export function switchWrite({ connection, active, by, reason, at }: ConnectionSwitch): Write {
  return { sql: replaceSwitch, values: [connection, active ? 1 : 0, by, reason, fromInstant(at)] };
}

export function checkWrite({ connection, health, checkedAt, ...found }: ConnectionCheck): Write {
  return { sql: replaceCheck, values: [connection, health, fromJson(found), fromInstant(checkedAt)] };
}

export const switchesStatement: Statement = {
  sql: `SELECT ${switchColumns.join(", ")} FROM connection_switches ORDER BY connection`,
  values: [],
};

const selectChecks = `SELECT ${checkColumns.join(", ")} FROM connection_checks`;

export const checksStatement: Statement = { sql: `${selectChecks} ORDER BY connection`, values: [] };

export function checkStatement(connection: string): Statement {
  return { sql: `${selectChecks} WHERE connection = ?`, values: [connection] };
}

export function toSwitch(row: Row): ConnectionSwitch {
  const { text, textOrNull, number, instant } = columns(row);
  return {
    connection: text("connection"),
    active: number("active") === 1,
    by: textOrNull("switched_by"),
    reason: textOrNull("reason"),
    at: instant("switched_at"),
  };
}

export function toCheck(row: Row): ConnectionCheck {
  const { text, word, instant, json } = columns(row);
  return {
    ...json<Omit<ConnectionCheck, "connection" | "health" | "checkedAt">>("found"),
    connection: text("connection"),
    health: word<Health>("health"),
    checkedAt: instant("checked_at"),
  };
}
