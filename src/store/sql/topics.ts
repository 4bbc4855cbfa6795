import type { Change } from "../../core/store.js";
import { fromInstant } from "./columns.js";
import type { Dialect } from "./dialect.js";
import { insertInto, marks, type Write } from "./statement.js";

const forget = "DELETE FROM run_topics WHERE run_id = ?";
const listen = insertInto("run_topics", ["topic", "run_id"], "ON CONFLICT (topic, run_id) DO NOTHING");

/**
 * Nearly every commit wakes, and nearly none finds anybody: the topics are asked first, and runs only for what they name.
 * What is asked of those runs is said so that no index fits it, or the planner would begin with all that are waiting.
 */
const wake = (topics: number, { idIsIn }: Dialect): string => `UPDATE runs SET due_at = ?
  WHERE ${idIsIn(`SELECT run_id FROM run_topics WHERE topic IN (${marks(topics)})`)}
  AND status || '' = 'waiting' AND leased_by IS NULL AND COALESCE(due_at, 0) > ?`;

export function runListening({ runId, topics }: Extract<Change, { kind: "run-listens" }>): Write[] {
  return [{ sql: forget, values: [runId] }, ...topics.map((topic) => ({ sql: listen, values: [topic, runId] }))];
}

export function runsWaking({ topics, at }: Extract<Change, { kind: "runs-woken" }>, dialect: Dialect): Write[] {
  if (topics.length === 0) return [];
  const now = fromInstant(at);
  return [{ sql: wake(topics.length, dialect), values: [now, ...topics, now] }];
}
