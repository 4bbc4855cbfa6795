import type { Change } from "../../core/change.js";
import { columns, fromInstant } from "./columns.js";
import { insertInto, type Row, type Statement, type Write } from "./statement.js";

const advanceSchedule = insertInto(
  "schedules",
  ["flow", "slot_at"],
  "ON CONFLICT (flow) DO UPDATE SET slot_at = excluded.slot_at WHERE schedules.slot_at < excluded.slot_at",
);

export function scheduleAdvance({ flow, slotAt }: Extract<Change, { kind: "schedule-advanced" }>): Write {
  return { sql: advanceSchedule, values: [flow, fromInstant(slotAt)] };
}

export const schedulesStatement: Statement = { sql: "SELECT flow, slot_at FROM schedules", values: [] };

export function toSchedule(row: Row): readonly [string, Date] {
  const { text, instant } = columns(row);
  return [text("flow"), instant("slot_at")];
}
