import { firstIdAt } from "../../core/id.js";
import type { Json } from "../../core/json.js";
import {
  type Failure,
  isFinished,
  type Run,
  type RunParent,
  type RunStatus,
  type RunWait,
  type StepResult,
} from "../../core/run.js";
import type { Change, ItemCounts, Paging, RunFilter, Span } from "../../core/store.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import {
  insertInto,
  listStatement,
  type Outcome,
  plainly,
  type Row,
  type SqlParameter,
  type Statement,
  type Write,
} from "./statement.js";

const runColumns = [
  "id",
  "shard",
  "flow",
  "flow_hash",
  "event_id",
  "data_type",
  "key",
  "parent_run",
  "parent_step",
  "item_index",
  "item",
  "path",
  "status",
  "wait",
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
const selectEndedFence = "SELECT fence FROM runs WHERE id = ? AND finished_at IS NOT NULL";
const advanceRun = `UPDATE runs SET status = ?, wait = ?, due_at = ?, leased_by = ?, attempts = ?, steps = ?, failure = ?,
  stop_reason = ?, updated_at = ?, finished_at = ? WHERE id = ?`;
const reopenRun = `UPDATE runs SET flow_hash = ?, fence = ?, status = ?, wait = ?, due_at = ?, leased_by = ?, attempts = ?,
  steps = ?, failure = ?, stop_reason = ?, updated_at = ?, finished_at = ? WHERE id = ?`;

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
    run.parent?.runId ?? null,
    run.parent?.stepId ?? null,
    run.parent?.index ?? null,
    run.item === null ? null : fromJson(run.item),
    run.path,
    run.status,
    fromJson(run.wait),
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

/** What every change of a run writes, in the order of the texts above. */
function progressOf(run: Run): SqlParameter[] {
  return [
    run.status,
    fromJson(run.wait),
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
}

export function runAdvance(run: Run): Write {
  return {
    guard: {
      ...fenceOf(run),
      sql: selectFence,
      values: [run.id],
      allowed: [run.fence],
      refusal: { code: "RUN_LEASE_LOST", message: `The run ${run.id} was taken over or has ended` },
    },
    statements: [{ sql: advanceRun, values: progressOf(run) }],
  };
}

export function runReopening(run: Run): Write {
  return {
    guard: {
      ...fenceOf(run),
      // Not the overlay of unfinished runs: this guard asks about a finished one.
      overlay: `ended run ${run.id}`,
      becomes: null,
      sql: selectEndedFence,
      values: [run.id],
      allowed: [run.fence - 1],
      refusal: { code: "RUN_NOT_FINISHED", message: `The run ${run.id} has not ended, or was taken up again already` },
    },
    statements: [{ sql: reopenRun, values: [run.flowHash, run.fence, ...progressOf(run)] }],
  };
}

const forgetTopics = "DELETE FROM run_topics WHERE run_id = ?";
const addTopic = insertInto("run_topics", ["topic", "run_id"], "ON CONFLICT DO NOTHING");

/** Replaces what a run wants to be woken by. */
export function topicsWrite({ runId, topics }: Extract<Change, { kind: "run-listens" }>): Write {
  return plainly(
    { sql: forgetTopics, values: [runId] },
    ...topics.map((topic) => ({ sql: addTopic, values: [topic, runId] })),
  );
}

/** Makes resting runs due by their topics; one under a lease looks by itself before it rests. */
export function runsWaking({ topics, at }: Extract<Change, { kind: "runs-woken" }>): Write {
  const marks = topics.map(() => "?").join(", ");
  const now = fromInstant(at);
  return plainly({
    sql: `UPDATE runs SET due_at = ? WHERE id IN (SELECT run_id FROM run_topics WHERE topic IN (${marks}))
      AND status = 'waiting' AND due_at > ?`,
    values: [now, ...topics, now],
  });
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
  { flow, status, eventId, parentRunId, dataType, key }: RunFilter,
  { cursor, limit }: Paging,
): Statement {
  const where = { flow, status, event_id: eventId, parent_run: parentRunId, data_type: dataType, key };
  return listStatement({ select: selectRun, order: "id", where, cursor, limit: limit + 1 });
}

export function failedRunsStatement({ from, until, after, limit }: Span): Statement {
  const sql = `${selectRun} WHERE status = 'failed' AND id > ? AND id < ? ORDER BY id LIMIT ?`;
  return { sql, values: [after ?? firstIdAt("run", from), firstIdAt("run", until), limit] };
}

/** The flow is compared in full, the record too: a run without one is never in anybody's way. */
export function olderOpenRunStatement({
  id,
  flow,
  dataType,
  key,
}: Pick<Run, "id" | "flow" | "dataType" | "key">): Statement {
  const sql = `${selectRun} WHERE data_type = ? AND key = ? AND flow = ? AND id < ? AND finished_at IS NULL
    ORDER BY id DESC LIMIT 1`;
  return { sql, values: [dataType, key, flow, id] };
}

export function itemCountsStatement(parentRunId: string, stepId: string): Statement {
  const sql = "SELECT status, COUNT(*) AS runs FROM runs WHERE parent_run = ? AND parent_step = ? GROUP BY status";
  return { sql, values: [parentRunId, stepId] };
}

export function strandedRunsStatement(limit: number): Statement {
  return { sql: `${selectRun} WHERE finished_at IS NULL AND due_at IS NULL ORDER BY id LIMIT ?`, values: [limit] };
}

/** Sums up how the runs of items ended. */
export function toItemCounts(rows: readonly { readonly status: string; readonly runs: number }[]): ItemCounts {
  const of = (status: RunStatus): number => rows.find((row) => row.status === status)?.runs ?? 0;
  const total = rows.reduce((sum, { runs }) => sum + runs, 0);
  return { total, succeeded: of("succeeded"), failed: of("failed"), cancelled: of("cancelled") };
}

/** A step result as JSON: its instant is text there. */
type StoredStep = Omit<StepResult, "finishedAt"> & { readonly finishedAt: string };

function parentOf(row: Row): RunParent | null {
  const { text, textOrNull, number } = columns(row);
  const runId = textOrNull("parent_run");
  return runId === null ? null : { runId, stepId: text("parent_step"), index: number("item_index") };
}

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
    parent: parentOf(row),
    item: jsonOrNull<Json>("item"),
    path: text("path"),
    status: word<RunStatus>("status"),
    wait: jsonOrNull<RunWait>("wait"),
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
