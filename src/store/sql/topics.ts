import type { Change } from "../../core/store.js";
import { fromInstant } from "./columns.js";
import { insertInto, marks, type Write } from "./statement.js";

const forget = "DELETE FROM run_topics WHERE run_id = ?";
const listen = insertInto("run_topics", ["topic", "run_id"], "ON CONFLICT (topic, run_id) DO NOTHING");

/** Somebody has told it something between its being read and its coming to rest. */
const lookAgain = `UPDATE runs SET due_at = ? WHERE id = ? AND wakes > ? AND status = 'waiting' AND leased_by IS NULL AND due_at > ?`;

/** Nearly every commit wakes, and nearly none finds anybody: the topics are asked first, and runs only for what they name. */
const wake = (topics: number): string => `UPDATE runs SET wakes = wakes + 1,
  due_at = CASE WHEN status = 'waiting' AND leased_by IS NULL AND due_at > ? THEN ? ELSE due_at END
  WHERE id IN (SELECT run_id FROM run_topics WHERE topic IN (${marks(topics)})) AND finished_at IS NULL`;

/** Ends what a run listens to. */
export function runDeaf(runId: string): Write {
  return { sql: forget, values: [runId] };
}

export function runListening({ run, topics, againAt }: Extract<Change, { kind: "run-listens" }>): Write[] {
  const soon = fromInstant(againAt);
  const heard = topics.map((topic) => ({ sql: listen, values: [topic, run.id] }));
  return [runDeaf(run.id), ...heard, { sql: lookAgain, values: [soon, run.id, run.wakes, soon] }];
}

export function runsWaking({ topics, at }: Extract<Change, { kind: "runs-woken" }>): Write[] {
  if (topics.length === 0) return [];
  const now = fromInstant(at);
  return [{ sql: wake(topics.length), values: [now, now, ...topics] }];
}
