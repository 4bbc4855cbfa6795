import type { Change } from "../../core/change.js";
import type { ItemCounts, ItemsOf, KeptItems } from "../../core/items.js";
import type { Json } from "../../core/json.js";
import type { RunStatus } from "../../core/run.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import { selectRun } from "./runs.js";
import { insertInto, type Row, type Statement, type Write } from "./statement.js";

const keep = insertInto(
  "run_items",
  ["run_id", "step_id", "batch", "total", "items"],
  "ON CONFLICT (run_id, step_id, batch) DO NOTHING",
);

export function itemsKeeping({ runId, stepId, batches }: Extract<Change, { kind: "items-kept" }>): Write[] {
  const total = batches.reduce((sum, { length }) => sum + length, 0);
  return batches.map((items, batch) => ({ sql: keep, values: [runId, stepId, batch, total, fromJson(items)] }));
}

export function keptItemsStatement({ parentRunId, stepId }: ItemsOf, batch: number): Statement {
  return {
    sql: "SELECT total, items FROM run_items WHERE run_id = ? AND step_id = ? AND batch = ?",
    values: [parentRunId, stepId, batch],
  };
}

export function toKeptItems(row: Row): KeptItems {
  const { number, json } = columns(row);
  return { total: number("total"), items: json<Json[]>("items") };
}

export function badItemsStatement({ parentRunId, stepId }: ItemsOf, before: Date, limit: number): Statement {
  return {
    sql: `${selectRun} WHERE parent_run = ? AND parent_step = ? AND status IN ('failed', 'cancelled')
      AND finished_at < ? LIMIT ?`,
    values: [parentRunId, stepId, fromInstant(before), limit],
  };
}

export function itemCountsStatement({ parentRunId, stepId }: ItemsOf): Statement {
  const count = (status: RunStatus): string => `COUNT(*) FILTER (WHERE status = '${status}') AS ${status}`;
  return {
    sql: `SELECT COUNT(*) AS total, COUNT(*) FILTER (WHERE status IN ('queued', 'running')) AS active,
      ${count("succeeded")}, ${count("failed")}, ${count("cancelled")} FROM runs
      WHERE parent_run = ? AND parent_step = ?`,
    values: [parentRunId, stepId],
  };
}

export function toItemCounts(row: Row): ItemCounts {
  const { number } = columns(row);
  return {
    total: number("total"),
    active: number("active"),
    succeeded: number("succeeded"),
    failed: number("failed"),
    cancelled: number("cancelled"),
  };
}
