import type { Change } from "../../core/change.js";
import { fromInstant } from "./columns.js";
import type { Dialect } from "./dialect.js";
import { isOpen } from "./runs.js";
import { insertInto, marks, type SqlParameter, type Statement, type Write } from "./statement.js";

const forget = "DELETE FROM run_topics WHERE run_id = ?";
const listen = insertInto("run_topics", ["topic", "run_id"], "ON CONFLICT (topic, run_id) DO NOTHING");

/** Of a run that is found by its id; said so that no index fits it, or the planner might begin with all that are waiting. */
const isWaiting = "status || '' = 'waiting'";

/** Somebody has told it something between its being read and its coming to rest. */
const lookAgain = `UPDATE runs SET due_at = ? WHERE id = ? AND wakes > ?
  AND ${isWaiting} AND leased_by IS NULL AND COALESCE(due_at, 0) > ?`;

/** Nearly every commit wakes, and nearly none finds anybody: the topics are asked first, and runs only for what they name. */
const wake = (topics: number, { isIn }: Dialect): string => `UPDATE runs SET wakes = wakes + 1,
  due_at = CASE WHEN status = 'waiting' AND leased_by IS NULL AND due_at > ? THEN ? ELSE due_at END
  WHERE ${isIn("id", `SELECT run_id FROM run_topics WHERE topic IN (${marks(topics)})`)} AND ${isOpen}`;

/** The same for many topics, each with its instant. What names no topic, NULL, wakes nobody. */
const wakeMany = (topics: number): string => `WITH woken AS MATERIALIZED (
    SELECT run_id, MIN(given.at) AS at
    FROM (VALUES ${Array(topics).fill("(?::text, ?::bigint)").join(", ")}) AS given (topic, at)
    CROSS JOIN LATERAL (SELECT run_id FROM run_topics WHERE run_topics.topic = given.topic OFFSET 0) AS listening
    GROUP BY run_id)
  UPDATE runs SET wakes = wakes + 1,
  due_at = CASE WHEN status = 'waiting' AND leased_by IS NULL AND due_at > woken.at THEN woken.at ELSE due_at END
  FROM woken WHERE id = ANY (ARRAY(SELECT run_id FROM woken)) AND id = woken.run_id AND ${isOpen}`;

/** A topic, and when those who listen to it are to be due. */
export interface Waking {
  readonly topic: string;
  readonly at: number;
}

/**
 * Wakes the listeners of many topics in one statement, as PostgreSQL takes it.
 *
 * @param size How many topics the text has room for: few sizes are few texts.
 */
export function wakeTogether(wakings: readonly Waking[], size: number): Statement {
  const values = wakings.flatMap<SqlParameter>(({ topic, at }) => [topic, at]);
  return { sql: wakeMany(size), values: [...values, ...Array<null>(2 * (size - wakings.length)).fill(null)] };
}

/** Ends what a run listens to. */
export function runDeaf(runId: string): Write {
  return { sql: forget, values: [runId] };
}

export function runListening({ run, topics, againAt }: Extract<Change, { kind: "run-listens" }>): Write[] {
  const soon = fromInstant(againAt);
  const heard = topics.map((topic) => ({ sql: listen, values: [topic, run.id] }));
  return [runDeaf(run.id), ...heard, { sql: lookAgain, values: [soon, run.id, run.wakes, soon] }];
}

export function runsWaking({ topics, at }: Extract<Change, { kind: "runs-woken" }>, dialect: Dialect): Write[] {
  if (topics.length === 0) return [];
  const now = at.getTime();
  const wakes = { topics, at: now };
  return [{ sql: wake(topics.length, dialect), values: [now, now, ...topics], wakes }];
}
