import type { Json } from "../../core/json.js";
import type { Failure, Run, RunEnd, RunParent, RunStatus, RunWait, StepResult } from "../../core/run.js";
import { type Lane, lanes } from "../../core/sending.js";
import type { RunFilter, Span } from "../../core/store-filters.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import type { Dialect } from "./dialect.js";
import type { Search } from "./search.js";
import {
  assignments,
  insertInto,
  listStatement,
  type Row,
  type SqlParameter,
  type Statement,
  spanStatement,
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
  "path",
  "item",
  "status",
  "wait",
  "due_at",
  "leased_by",
  "fence",
  "wakes",
  "attempts",
  "steps",
  "failure",
  "stop_reason",
  "earlier",
  "depth",
  "lane",
  "created_at",
  "updated_at",
  "finished_at",
] as const;
const insertRun = insertInto("runs", runColumns);
export const selectRun = `SELECT ${runColumns.join(", ")} FROM runs`;
/**
 * Of a run that is found by something else. The sign keeps the planner from the small index of open runs, which it would
 * otherwise go through from one end to the other, small or not.
 */
export const isOpen = "+finished_at IS NULL";
const advanceRun = `UPDATE runs SET status = ?, wait = ?, due_at = ?, leased_by = ?, attempts = ?, steps = ?, failure = ?,
  stop_reason = ?, updated_at = ?, finished_at = ? WHERE id = ? AND fence = ? AND ${isOpen}`;
const reopenRun = `UPDATE runs SET ${assignments(runColumns.slice(1))}
  WHERE id = ? AND fence = ? AND finished_at IS NOT NULL`;

/** Changes nothing, and finds nothing when the run's event is closed. */
const findOpen = `UPDATE runs SET fence = fence WHERE id = ?
  AND NOT EXISTS (SELECT 1 FROM events WHERE events.id = runs.event_id AND events.closed_at IS NOT NULL)`;

/** Due runs of one lane, oldest first. */
const dueIn = (lane: number): string =>
  `SELECT id FROM runs WHERE due_at IS NOT NULL AND due_at <= ? AND lane = ${lane} ORDER BY due_at LIMIT ?`;

/**
 * Takes due runs, one lane before the other and oldest first, in one statement. A run under a live lease is due when the lease ends, so a lapsed
 * lease needs no case of its own.
 */
const claimRuns = ({ idIsFreeInEither }: Dialect, first: Lane): string =>
  `UPDATE runs SET status = 'running', leased_by = ?, fence = fence + 1, due_at = ?, updated_at = ?
  WHERE ${first === "transactional" ? idIsFreeInEither(dueIn(0), dueIn(1)) : idIsFreeInEither(dueIn(1), dueIn(0))}
  RETURNING ${runColumns.join(", ")}`;

export function runCreation(run: Run): Write {
  return { sql: insertRun, values: runValues(run) };
}

/** Where it comes from and what it is pinned to are written once, when it is created. */
export function runAdvance(run: Run): Write {
  const values = [
    run.status,
    fromJson(run.wait),
    fromInstant(run.dueAt),
    run.leasedBy,
    run.attempts,
    fromJson(toStoredSteps(run.steps)),
    fromJson(run.failure),
    run.stopReason,
    fromInstant(run.updatedAt),
    fromInstant(run.finishedAt),
    run.id,
    run.fence,
  ];
  const message = `The run ${run.id} was taken over or has ended`;
  return { sql: advanceRun, values, refusal: { code: "RUN_LEASE_LOST", message } };
}

export function runReopening(run: Run): Write[] {
  const [, ...values] = runValues(run);
  const message = `The run ${run.id} has not ended, or was taken up again meanwhile`;
  const gone = `Part of what belongs to the run ${run.id} is no longer kept (RETENTION_…)`;
  return [
    {
      sql: reopenRun,
      values: [...values, run.id, run.fence - 1],
      refusal: { code: "RUN_NOT_FINISHED", message },
    },
    { sql: findOpen, values: [run.id], refusal: { code: "EVENT_NOT_KEPT", message: gone } },
  ];
}

/** In the order of `runColumns`. */
function runValues(run: Run): SqlParameter[] {
  return [
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
    run.path,
    fromJson(run.item),
    run.status,
    fromJson(run.wait),
    fromInstant(run.dueAt),
    run.leasedBy,
    run.fence,
    run.wakes,
    run.attempts,
    fromJson(toStoredSteps(run.steps)),
    fromJson(run.failure),
    run.stopReason,
    run.earlier.length === 0 ? null : fromJson(run.earlier),
    run.depth,
    lanes.indexOf(run.lane),
    fromInstant(run.createdAt),
    fromInstant(run.updatedAt),
    fromInstant(run.finishedAt),
  ];
}

export function claimStatement(
  worker: string,
  { limit, leaseMs, now, first = "transactional" }: { limit: number; leaseMs: number; now: Date; first?: Lane },
  dialect: Dialect,
): Statement {
  const at = now.getTime();
  return { sql: claimRuns(dialect, first), values: [worker, at + leaseMs, at, at, limit, at, limit, limit] };
}

export function extendStatement(worker: string, runId: string, until: Date): Statement {
  return {
    sql: `UPDATE runs SET due_at = ? WHERE id = ? AND leased_by = ? AND ${isOpen}`,
    values: [fromInstant(until), runId, worker],
  };
}

export function releaseAllStatement(now: Date): Statement {
  return {
    sql: "UPDATE runs SET leased_by = NULL, due_at = ? WHERE due_at IS NOT NULL AND leased_by IS NOT NULL RETURNING id",
    values: [fromInstant(now)],
  };
}

export function releaseOfStatement(worker: string, now: Date): Statement {
  return {
    sql: "UPDATE runs SET leased_by = NULL, due_at = ? WHERE due_at IS NOT NULL AND leased_by = ? RETURNING id",
    values: [fromInstant(now), worker],
  };
}

export function nextDueStatement(): Statement {
  return {
    sql: "SELECT due_at FROM runs WHERE due_at IS NOT NULL AND leased_by IS NULL ORDER BY due_at LIMIT 1",
    values: [],
  };
}

/** So many marketing runs that are due weigh as much as one other: they hold nobody up. */
const MARKETING_WEIGHT = 10;

/** A run under a live lease is due when that ends, so it is not counted here. */
export function backlogStatement(now: Date, limit: number): Statement {
  return {
    sql: `SELECT due.count - later.count + later.count / ${MARKETING_WEIGHT} AS backlog FROM
      (SELECT COUNT(*) AS count FROM (SELECT 1 FROM runs WHERE due_at IS NOT NULL AND due_at <= ? LIMIT ?) AS a) AS due,
      (SELECT COUNT(*) AS count FROM (SELECT 1 FROM runs
        WHERE due_at IS NOT NULL AND due_at <= ? AND lane = 1 LIMIT ?) AS b) AS later`,
    values: [fromInstant(now), limit * MARKETING_WEIGHT, fromInstant(now), limit * MARKETING_WEIGHT],
  };
}

export function runStatement(id: string): Statement {
  return { sql: `${selectRun} WHERE id = ?`, values: [id] };
}

export function runSearch({ flow, status, eventId, parentRunId, dataType, key }: RunFilter): Search {
  const filters = [
    { event_id: eventId },
    { data_type: dataType, key },
    { parent_run: parentRunId },
    { flow },
    { status },
  ];
  return { select: selectRun, table: "runs", order: "id", filters };
}

export function failedRunsStatement(span: Span): Statement {
  return spanStatement(`${selectRun} WHERE status = 'failed'`, "run", span);
}

export function olderOpenRunsStatement(
  { id, flow, dataType, key }: Pick<Run, "id" | "flow" | "dataType" | "key">,
  limit: number,
): Statement {
  return listStatement({
    select: selectRun,
    order: "id",
    where: { flow, data_type: dataType, key },
    fixed: "finished_at IS NULL AND parent_run IS NULL",
    cursor: id,
    limit,
  });
}

export function openRunsOfEventStatement(eventId: string): Statement {
  return {
    sql: `${selectRun} WHERE event_id = ? AND ${isOpen} AND parent_run IS NULL ORDER BY id`,
    values: [eventId],
  };
}

/** A lease has an end, so what is not due is not leased either. */
/** Flows of a collection are called after it: `shop/…`, which is from `shop/` to before `shop0`. */
export function openOfCollectionStatement(collection: string, limit: number): Statement {
  return {
    sql: `SELECT COUNT(*) AS open FROM
      (SELECT 1 FROM runs WHERE finished_at IS NULL AND flow >= ? AND flow < ? LIMIT ?) AS found`,
    values: [`${collection}/`, `${collection}0`, limit],
  };
}

export function strandedStatement(limit: number): Statement {
  return { sql: `${selectRun} WHERE finished_at IS NULL AND due_at IS NULL ORDER BY id LIMIT ?`, values: [limit] };
}

/** A step result as JSON: its instant is text there. */
type StoredEnd = Omit<RunEnd, "endedAt" | "retriedAt"> & { readonly endedAt: string; readonly retriedAt: string };
type StoredStep = Omit<StepResult, "finishedAt"> & { readonly finishedAt: string };

/**
 * Writing the instants here takes half of what `JSON.stringify` takes for dates, and neighbours mostly end in one
 * millisecond: an instant takes 0.8 µs.
 */
function toStoredSteps(steps: readonly StepResult[]): StoredStep[] {
  let before = Number.NaN;
  let text = "";
  return steps.map(({ id, outcome, output, failure, finishedAt }) => {
    const at = finishedAt.getTime();
    if (at !== before) text = finishedAt.toISOString();
    before = at;
    return { id, outcome, output, failure, finishedAt: text };
  });
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
    parent: toParent(row),
    path: text("path"),
    item: jsonOrNull<Json>("item"),
    status: word<RunStatus>("status"),
    wait: jsonOrNull<RunWait>("wait"),
    dueAt: instantOrNull("due_at"),
    leasedBy: textOrNull("leased_by"),
    fence: number("fence"),
    wakes: number("wakes"),
    attempts: number("attempts"),
    steps: json<StoredStep[]>("steps").map((step) => ({ ...step, finishedAt: new Date(step.finishedAt) })),
    failure: jsonOrNull<Failure>("failure"),
    stopReason: textOrNull("stop_reason"),
    earlier: (jsonOrNull<StoredEnd[]>("earlier") ?? []).map(toEnd),
    depth: number("depth"),
    lane: toLane(number("lane")),
    createdAt: instant("created_at"),
    updatedAt: instant("updated_at"),
    finishedAt: instantOrNull("finished_at"),
  };
}

/** The reverse of a lane's place among `lanes`, which is what a column holds. */
export function toLane(place: number): Lane {
  return lanes[place] ?? "transactional";
}

function toEnd({ endedAt, retriedAt, ...end }: StoredEnd): RunEnd {
  return { ...end, endedAt: new Date(endedAt), retriedAt: new Date(retriedAt) };
}

function toParent(row: Row): RunParent | null {
  const { text, textOrNull, number } = columns(row);
  const runId = textOrNull("parent_run");
  return runId === null ? null : { runId, stepId: text("parent_step"), index: number("item_index") };
}
