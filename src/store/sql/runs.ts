import { type Failure, isFinished, type Run, type RunStatus, type StepResult } from "../../core/run.js";
import type { Paging, RunFilter } from "../../core/store.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import { insertInto, listStatement, type Outcome, type Row, type Statement, type Write } from "./statement.js";

const runColumns = [
  "id",
  "shard",
  "flow",
  "flow_hash",
  "event_id",
  "data_type",
  "key",
  "status",
  "due_at",
  "leased_by",
  "fence",
  "attempts",
  "steps",
  "failure",
  "stop_reason",
  "depth",
  "created_at",
  "updated_at",
  "finished_at",
] as const;
const insertRun = insertInto("runs", runColumns);
const selectRun = `SELECT ${runColumns.join(", ")} FROM runs`;
const selectFence = "SELECT fence FROM runs WHERE id = ? AND finished_at IS NULL";
const advanceRun = `UPDATE runs SET status = ?, due_at = ?, leased_by = ?, attempts = ?, steps = ?, failure = ?,
  stop_reason = ?, updated_at = ?, finished_at = ? WHERE id = ?`;

/**
 * Takes due runs, oldest first, in one statement. A run under a live lease is due when the lease ends, so a lapsed
 * lease needs no case of its own.
 */
const claimRuns = `UPDATE runs SET status = 'running', leased_by = ?, fence = fence + 1, due_at = ?, updated_at = ?
  WHERE id IN (SELECT id FROM runs WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?)
  RETURNING ${runColumns.join(", ")}`;

export function runCreation(run: Run): Write {
  const values = [
    run.id,
    run.shard,
    run.flow,
    run.flowHash,
    run.eventId,
    run.dataType,
    run.key,
    run.status,
    fromInstant(run.dueAt),
    run.leasedBy,
    run.fence,
    run.attempts,
    fromJson(run.steps),
    fromJson(run.failure),
    run.stopReason,
    run.depth,
    fromInstant(run.createdAt),
    fromInstant(run.updatedAt),
    fromInstant(run.finishedAt),
  ];
  return { guard: null, outcome: fenceOf(run), statements: [{ sql: insertRun, values }] };
}

/** What `selectFence` will find. */
function fenceOf({ id, status, fence }: Run): Outcome {
  return { overlay: `run ${id}`, becomes: isFinished(status) ? null : fence };
}

export function runAdvance(run: Run): Write {
  const values = [
    run.status,
    fromInstant(run.dueAt),
    run.leasedBy,
    run.attempts,
    fromJson(run.steps),
    fromJson(run.failure),
    run.stopReason,
    fromInstant(run.updatedAt),
    fromInstant(run.finishedAt),
    run.id,
  ];
  return {
    guard: {
      ...fenceOf(run),
      sql: selectFence,
      values: [run.id],
      allowed: [run.fence],
      refusal: { code: "RUN_LEASE_LOST", message: `The run ${run.id} was taken over or has ended` },
    },
    statements: [{ sql: advanceRun, values }],
  };
}

export function claimStatement(
  worker: string,
  { limit, leaseMs, now }: { limit: number; leaseMs: number; now: Date },
): Statement {
  const at = now.getTime();
  return { sql: claimRuns, values: [worker, at + leaseMs, at, at, limit] };
}

export function extendStatement(worker: string, runId: string, until: Date): Statement {
  return {
    sql: "UPDATE runs SET due_at = ? WHERE id = ? AND leased_by = ? AND finished_at IS NULL",
    values: [fromInstant(until), runId, worker],
  };
}

export function releaseAllStatement(now: Date): Statement {
  return {
    sql: "UPDATE runs SET leased_by = NULL, due_at = ? WHERE due_at IS NOT NULL AND leased_by IS NOT NULL RETURNING id",
    values: [fromInstant(now)],
  };
}

export function nextDueStatement(): Statement {
  return {
    sql: "SELECT due_at FROM runs WHERE due_at IS NOT NULL AND leased_by IS NULL ORDER BY due_at LIMIT 1",
    values: [],
  };
}

/** A run under a live lease is due when that ends, so it is not counted here. */
export function backlogStatement(now: Date, limit: number): Statement {
  return {
    sql: `SELECT COUNT(*) AS backlog FROM (SELECT 1 FROM runs WHERE due_at IS NOT NULL AND due_at <= ? LIMIT ?) AS due`,
    values: [fromInstant(now), limit],
  };
}

export function runStatement(id: string): Statement {
  return { sql: `${selectRun} WHERE id = ?`, values: [id] };
}

export function runListStatement(
  { flow, status, eventId, dataType, key }: RunFilter,
  { cursor, limit }: Paging,
): Statement {
  const where = { flow, status, event_id: eventId, data_type: dataType, key };
  return listStatement({ select: selectRun, order: "id", where, cursor, limit: limit + 1 });
}

/** A step result as JSON: its instant is text there. */
type StoredStep = Omit<StepResult, "finishedAt"> & { readonly finishedAt: string };

export function toRun(row: Row): Run {
  const { text, textOrNull, number, instant, instantOrNull, json, jsonOrNull, word } = columns(row);
  return {
    id: text("id"),
    shard: number("shard"),
    flow: text("flow"),
    flowHash: text("flow_hash"),
    eventId: text("event_id"),
    dataType: textOrNull("data_type"),
    key: textOrNull("key"),
    status: word<RunStatus>("status"),
    dueAt: instantOrNull("due_at"),
    leasedBy: textOrNull("leased_by"),
    fence: number("fence"),
    attempts: number("attempts"),
    steps: json<StoredStep[]>("steps").map((step) => ({ ...step, finishedAt: new Date(step.finishedAt) })),
    failure: jsonOrNull<Failure>("failure"),
    stopReason: textOrNull("stop_reason"),
    depth: number("depth"),
    createdAt: instant("created_at"),
    updatedAt: instant("updated_at"),
    finishedAt: instantOrNull("finished_at"),
  };
}
