import { randomBytes } from "node:crypto";
import { createNewId } from "../../core/id.js";
import type { Notification } from "../../core/notification.js";
import type { Failure } from "../../core/run.js";
import { shardOf } from "../../core/shard.js";
import type { Held } from "../../core/tables.js";
import { fromInstant, fromJson } from "./columns.js";
import { notificationRaising } from "./issues.js";
import type { Statement } from "./statement.js";

const failure: Failure = {
  code: "RUN_HELD",
  message: "It was unfinished when the backup was made; what became of it after that is not in the backup",
  remedy: "Look at the vendor whether it went out since then; where it did not: patchbay runs retry <id>.",
};

/** A call that somebody may have made since is one that nobody knows about: the vendor is asked before it is made again. */
const doubtCalls = "UPDATE effects SET state = 'unknown', settled_at = ? WHERE state IN ('intended', 'started')";
/** What a run waited for stays with it, so that taken up again it goes on waiting and does not begin anew. */
const failRuns = `UPDATE runs SET status = 'failed', failure = ?, due_at = NULL, leased_by = NULL, fence = fence + 1,
  updated_at = ?, finished_at = ? WHERE finished_at IS NULL`;
const stopOperations =
  "UPDATE operations SET state = 'stopped', updated_at = ?, finished_at = ? WHERE state = 'running'";
const pauseBroadcasts =
  "UPDATE broadcasts SET state = 'paused', revision = revision + 1, updated_at = ? WHERE state = 'running'";
const leaveTopics = "DELETE FROM run_topics";
/** Reading does no harm, but deleting at the vendor what another database still wants to read does. */
const leaveFiles = `UPDATE attachments SET due_at = NULL, state = CASE WHEN state = 'expected' THEN 'missed' ELSE state END
  WHERE due_at IS NOT NULL`;
const skipSlots = "UPDATE schedules SET slot_at = ? WHERE slot_at < ?";

/**
 * Holds what was unfinished in a database that is restored: nothing of it goes on by itself. Its runs have failed with
 * RUN_HELD, its calls are unknown, its bulk operations are stopped, its broadcasts paused, and what schedules have missed is not made up for.
 *
 * @param perform Performs a statement in the transaction that fills the database. @returns Rows that it has changed.
 */
export async function holdUnfinished(at: Date, perform: (statement: Statement) => Promise<number>): Promise<Held> {
  const now = fromInstant(at);
  const calls = await perform({ sql: doubtCalls, values: [now] });
  const runs = await perform({ sql: failRuns, values: [fromJson(failure), now, now] });
  const operations = await perform({ sql: stopOperations, values: [now, now] });
  await perform({ sql: pauseBroadcasts, values: [now] });
  await perform({ sql: leaveTopics, values: [] });
  await perform({ sql: leaveFiles, values: [] });
  await perform({ sql: skipSlots, values: [now, now] });
  const held: Held = { runs, calls, operations };
  if (runs + calls + operations > 0) {
    for (const statement of notificationRaising(noticeOf(held, at))) await perform(statement);
  }
  return held;
}

function noticeOf({ runs, calls, operations }: Held, at: Date): Notification {
  const id = createNewId(() => at.getTime(), randomBytes)("ntf");
  return {
    id,
    shard: shardOf("", id),
    level: "warning",
    state: "new",
    title: `Restored from a backup: ${runs} runs, ${calls} calls and ${operations} operations are held`,
    cause: failure.message,
    remedy: 'See "Restore a backup" in docs/operating.md: what to look at, and how to let them go on.',
    code: failure.code,
    fingerprint: `restore:${failure.code}`,
    flow: null,
    runId: null,
    eventId: null,
    messageId: null,
    dataType: null,
    key: null,
    retries: 0,
    request: null,
    response: null,
    createdAt: at,
    updatedAt: at,
  };
}
