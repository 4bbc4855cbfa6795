import {
  type ErasedTable,
  type ErasureStage,
  type ErasureStep,
  type ErasureStepped,
  type ErasureWaits,
  nothingWaits,
} from "../../../core/erasure.js";
import type { Store } from "../../../core/store.js";
import type { Reads } from "../reads.js";
import type { RetentionWork } from "../retention/retention.js";
import type { Row } from "../statement.js";
import { eraseConsent } from "./consent.js";
import { columnsOf, findNext, lookUp } from "./find.js";
import { type Erasing, erasureOf, type Plan, withoutContact } from "./rewrite.js";
import { shapes } from "./shapes.js";

type ShapedStage = Exclude<ErasureStage, "consent_entries">;

/** Opens erasing on a database; writes keep their order, as those of retention do. */
export function erasureQueries(reads: Reads, { commit }: Pick<RetentionWork, "commit">): Store["erasure"] {
  return {
    isSender: async (contact) =>
      (await reads.many({ sql: "SELECT id FROM messages WHERE sender = ? LIMIT 1", values: [contact] }, () => true))
        .length > 0,
    step: async (step) => {
      const plan: Plan = { rows: new Map(), writes: [] };
      const { next, waits, kept } = await planStep(step, reads, plan);
      const waiting = waits.runs.length + waits.calls.length + waits.scheduled.length > 0;
      if (!step.dryRun && !waiting && plan.writes.length > 0) await commit(plan.writes);
      return { next, waits, kept, rows: Object.fromEntries([...plan.rows].map(([table, ids]) => [table, [...ids]])) };
    },
  };
}

type Planned = Pick<ErasureStepped, "next" | "waits" | "kept">;

async function planStep(step: ErasureStep, reads: Reads, plan: Plan): Promise<Planned> {
  const { stage } = step;
  if (stage === "consent_entries") {
    return { next: null, waits: nothingWaits, kept: await eraseConsent(step.contact.value, reads, plan) };
  }
  const { rows, next } = await findNext(step, shapes[stage], reads);
  const waits = rows.length === 0 ? nothingWaits : await planRows(stage, rows, { reads, plan, who: step });
  return { next, waits, kept: 0 };
}

interface Tools {
  readonly reads: Reads;
  readonly plan: Plan;
  readonly who: Erasing;
}

async function planRows(stage: ShapedStage, rows: readonly Row[], tools: Tools): Promise<ErasureWaits> {
  if (stage === "events") return planEvents(rows, tools);
  add(stage, rows, tools);
  switch (stage) {
    case "runs":
      return planRuns(idsOf(rows), tools);
    case "run_items":
      return planRuns(idsOf(rows, "run_id"), tools);
    case "effects":
      return merged([await planRuns(idsOf(rows, "run_id"), tools), await callsOf("id", idsOf(rows), tools)]);
    case "messages":
      return merged([await planRuns(idsOf(rows, "run_id"), tools), await scheduledOf("id", idsOf(rows), tools)]);
    case "received":
      await planFiles(idsOf(rows), tools);
      return nothingWaits;
    case "notifications":
      await planIssues(idsOf(rows), tools);
      return nothingWaits;
    default:
      return nothingWaits;
  }
}

/** What happened to a record happened to the person in it: all of its versions, and all that they have started. */
async function planEvents(naming: readonly Row[], tools: Tools): Promise<ErasureWaits> {
  const { reads, plan } = tools;
  const records = new Map(
    naming
      .filter(({ kind, key }) => String(kind).startsWith("record.") && key !== null)
      .map((row): [string, Row] => [`${row.data_type}/${row.key}`, row]),
  );
  const events = new Map(naming.map((row): [string, Row] => [String(row.id), row]));
  for (const row of records.values()) {
    const [dataType, key] = [row.data_type ?? null, row.key ?? null];
    const versions = `SELECT ${columnsOf(shapes.events)} FROM events WHERE data_type = ? AND key = ? AND kind LIKE 'record.%'`;
    const found: readonly Row[] = await reads.many({ sql: versions, values: [dataType, key] }, (one) => one);
    for (const version of found) events.set(String(version.id), version);
    await planRecord(String(dataType), String(key), tools);
  }
  const ids = [...events.keys()];
  add("events", [...events.values()], tools);
  const runs = idsOf(await lookUp("SELECT id FROM runs WHERE event_id IN#", ids, reads));
  const waits = [await planRuns(runs, tools), await callsOf("run_id", runs, tools)];
  waits.push(await scheduledOf("run_id", runs, tools));
  for (const table of ["effects", "messages"] as const) add(table, await rowsOf(table, { run_id: runs }, reads), tools);
  const notices = await rowsOf("notifications", { event_id: ids }, reads);
  add("notifications", notices, tools);
  await planIssues(idsOf(notices), tools);
  for (const row of await rowsOf("run_items", { run_id: runs }, reads)) {
    note(plan, "run_items", nameOf("run_items", row));
    plan.writes.push({ sql: "DELETE FROM run_items WHERE run_id = ?", values: [row.run_id ?? null] });
  }
  for (const [, row] of records) {
    const held = `SELECT ${columnsOf(shapes.quarantined_records)} FROM quarantined_records WHERE data_type = ? AND key = ?`;
    const values = [row.data_type ?? null, row.key ?? null];
    add("quarantined_records", await reads.many({ sql: held, values }, (one) => one), tools);
  }
  return merged(waits);
}

/** The record stays, so that the same key pushed again is its next version and not a new order; it is found by nothing any more. */
async function planRecord(dataType: string, key: string, { reads, plan, who }: Tools): Promise<void> {
  const indexed = "SELECT field FROM record_index WHERE data_type = ? AND key = ?";
  for (const { field } of await reads.many({ sql: indexed, values: [dataType, key] }, (row) => row)) {
    note(plan, "record_index", `${dataType}/${key}/${field}`);
  }
  note(plan, "records", `${dataType}/${key}`);
  plan.writes.push({ sql: "DELETE FROM record_index WHERE data_type = ? AND key = ?", values: [dataType, key] });
  const other = withoutContact(key, who);
  if (other === key) return;
  // Of a key that was erased before and pushed again, the newest is the record.
  plan.writes.push({ sql: "DELETE FROM records WHERE data_type = ? AND key = ?", values: [dataType, other] });
  plan.writes.push({
    sql: "UPDATE records SET key = ? WHERE data_type = ? AND key = ?",
    values: [other, dataType, key],
  });
}

/** What a run has worked out says whom it was about; its event is closed, so that nobody takes it up again without that. */
async function planRuns(ids: readonly string[], tools: Tools): Promise<ErasureWaits> {
  const { reads, plan, who } = tools;
  const open = await lookUp("SELECT id FROM runs WHERE id IN# AND finished_at IS NULL", ids, reads);
  const rows = await rowsOf("runs", { id: ids }, reads);
  add("runs", rows, tools);
  for (const id of idsOf(rows)) {
    plan.writes.push({
      sql: "UPDATE events SET closed_at = ? WHERE closed_at IS NULL AND id = (SELECT event_id FROM runs WHERE id = ?)",
      values: [who.now.getTime(), id],
    });
  }
  const notices = await rowsOf("notifications", { run_id: ids }, reads);
  add("notifications", notices, tools);
  await planIssues(idsOf(notices), tools);
  return { ...nothingWaits, runs: idsOf(open) };
}

/** An issue is called what its newest notification is. */
async function planIssues(notifications: readonly string[], tools: Tools): Promise<void> {
  add("issues", await rowsOf("issues", { last_notification_id: notifications }, tools.reads), tools);
}

async function planFiles(received: readonly string[], { reads, plan }: Tools): Promise<void> {
  const files = await lookUp("SELECT id FROM attachments WHERE received_id IN# AND state <> 'gone'", received, reads);
  for (const id of idsOf(files)) {
    note(plan, "attachments", id);
    plan.writes.push({ sql: "DELETE FROM attachment_pieces WHERE attachment_id = ?", values: [id] });
    plan.writes.push({
      sql: "UPDATE attachments SET state = 'gone', url = '', due_at = NULL, failure = NULL WHERE id = ?",
      values: [id],
    });
  }
}

async function callsOf(column: "id" | "run_id", ids: readonly string[], { reads }: Tools): Promise<ErasureWaits> {
  const open = `SELECT id FROM effects WHERE ${column} IN# AND state NOT IN ('done', 'refused')`;
  return { ...nothingWaits, calls: idsOf(await lookUp(open, ids, reads)) };
}

async function scheduledOf(column: "id" | "run_id", ids: readonly string[], { reads }: Tools): Promise<ErasureWaits> {
  const kept = `SELECT id FROM messages WHERE ${column} IN# AND status = 'scheduled'`;
  return { ...nothingWaits, scheduled: idsOf(await lookUp(kept, ids, reads)) };
}

/** Looks rows of a table up; `by` has one column with the values that it may have. */
async function rowsOf(
  table: ShapedStage,
  by: Readonly<Record<string, readonly string[]>>,
  reads: Reads,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [column, ids] of Object.entries(by)) {
    const select = `SELECT ${columnsOf(shapes[table])} FROM ${table} WHERE ${column} IN#`;
    rows.push(...(await lookUp(select, ids, reads)));
  }
  return rows;
}

function add(table: ShapedStage, rows: readonly Row[], { plan, who }: Tools): void {
  for (const row of rows) {
    const write = erasureOf(table, shapes[table], { row, who });
    if (write === null) continue;
    note(plan, table, nameOf(table, row));
    plan.writes.push(write);
  }
}

function note({ rows }: Plan, table: ErasedTable, name: string): void {
  const there = rows.get(table);
  if (there === undefined) rows.set(table, new Set([name]));
  else there.add(name);
}

function nameOf(table: ShapedStage, row: Row): string {
  return shapes[table].key.map((column) => String(row[column])).join("/");
}

function idsOf(rows: readonly Row[], column = "id"): readonly string[] {
  return [...new Set(rows.map((row) => String(row[column])))];
}

function merged(waits: readonly ErasureWaits[]): ErasureWaits {
  const all = (what: keyof ErasureWaits): readonly string[] => [...new Set(waits.flatMap((one) => one[what]))];
  return { runs: all("runs"), calls: all("calls"), scheduled: all("scheduled") };
}
