import {
  type Audience,
  type Broadcast,
  type BroadcastRecipient,
  type BroadcastState,
  type ExclusionReason,
  type OutcomeCounts,
  outcomeRank,
  type RecipientNews,
  type RecipientOutcome,
} from "../../core/broadcast.js";
import type { BroadcastChange, RecipientFilter } from "../../core/broadcast-store.js";
import type { Change } from "../../core/change.js";
import type { Paging } from "../../core/paging.js";
import type { PriceSum } from "../../core/price.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import { toPrice } from "./messages.js";
import {
  assignments,
  insertInto,
  listStatement,
  type Row,
  type SqlParameter,
  type Statement,
  type Write,
} from "./statement.js";

const broadcastColumns = [
  ...["id", "name", "flow", "flow_hash", "audience", "per_second", "state", "revision", "cursor", "walked", "examined"],
  ...["started", "excluded", "estimate", "created_at", "started_at", "updated_at", "finished_at"],
];
const createBroadcast = insertInto("broadcasts", broadcastColumns);
const moveBroadcast = `UPDATE broadcasts SET ${assignments(broadcastColumns.slice(1))} WHERE id = ? AND revision = ?`;
const selectBroadcast = `SELECT ${broadcastColumns.join(", ")} FROM broadcasts`;

const recipientColumns = [
  ...["id", "broadcast_id", "key", "recipient", "run_id", "outcome", "exclusion", "reason", "code"],
  ...["created_at", "updated_at"],
];
const addRecipient = insertInto(
  "broadcast_recipients",
  [...recipientColumns, "outcome_rank"],
  "ON CONFLICT DO NOTHING",
);
const moveRecipient = `UPDATE broadcast_recipients SET outcome = ?, outcome_rank = ?, reason = ?, code = ?, updated_at = ?
  WHERE run_id = ? AND outcome_rank < ?`;
const selectRecipient = `SELECT ${recipientColumns.join(", ")} FROM broadcast_recipients`;

/** Tells whether a change is about a broadcast or somebody in it. */
export function isBroadcastChange(change: Change): change is BroadcastChange {
  const { kind } = change;
  return kind.startsWith("broadcast-") || kind.startsWith("recipient-");
}

/** Gives a change as the database sees it. */
export function broadcastWrites(change: BroadcastChange): Write {
  switch (change.kind) {
    case "broadcast-created":
      return broadcastCreation(change.broadcast);
    case "broadcast-moved":
      return broadcastMove(change.broadcast);
    case "recipient-added":
      return recipientCreation(change.recipient);
    case "recipient-moved":
      return recipientMove(change.news);
  }
}

function broadcastCreation(broadcast: Broadcast): Write {
  return { sql: createBroadcast, values: [broadcast.id, ...broadcastValues(broadcast)] };
}

function broadcastMove(broadcast: Broadcast): Write {
  const message = `The broadcast ${broadcast.id} was changed, or carried on by another process`;
  return {
    sql: moveBroadcast,
    values: [...broadcastValues(broadcast), broadcast.id, broadcast.revision - 1],
    refusal: { code: "BROADCAST_MOVED", message },
  };
}

/** In the order of `broadcastColumns`, without the id. */
function broadcastValues(broadcast: Broadcast): SqlParameter[] {
  const { name, flow, flowHash, audience, perSecond, state, revision, cursor, walked, examined, started } = broadcast;
  return [
    ...[
      name,
      flow,
      flowHash,
      fromJson(audience),
      perSecond,
      state,
      revision,
      cursor,
      walked ? 1 : 0,
      examined,
      started,
    ],
    fromJson(broadcast.excluded),
    fromJson(broadcast.estimate),
    fromInstant(broadcast.createdAt),
    fromInstant(broadcast.startedAt),
    fromInstant(broadcast.updatedAt),
    fromInstant(broadcast.finishedAt),
  ];
}

function recipientCreation(recipient: BroadcastRecipient): Write {
  const { id, broadcastId, key, runId, outcome, exclusion, reason, code, createdAt, updatedAt } = recipient;
  const values = [id, broadcastId, key, recipient.recipient, runId, outcome, exclusion, reason, code];
  const message = `${key} is in the broadcast ${broadcastId} already, or another record with the same recipient is`;
  return {
    sql: addRecipient,
    values: [...values, fromInstant(createdAt), fromInstant(updatedAt), outcomeRank[outcome]],
    refusal: { code: "BROADCAST_MOVED", message },
  };
}

function recipientMove({ runId, outcome, reason, code, at }: RecipientNews): Write {
  const rank = outcomeRank[outcome];
  return { sql: moveRecipient, values: [outcome, rank, reason, code, fromInstant(at), runId, rank] };
}

export function broadcastStatement(id: string): Statement {
  return { sql: `${selectBroadcast} WHERE id = ?`, values: [id] };
}

export function broadcastListStatement(
  { state }: { state?: BroadcastState | undefined },
  { cursor, limit }: Paging,
): Statement {
  return listStatement({ select: selectBroadcast, order: "id", where: { state }, cursor, limit: limit + 1 });
}

/** The state is written so that no index over it is taken: there is one of those that have not come to their end. */
export function unfinishedStatement(limit: number): Statement {
  const sql = `${selectBroadcast} WHERE finished_at IS NULL AND state || '' IN ('running', 'stopped') ORDER BY id DESC LIMIT ?`;
  return { sql, values: [limit] };
}

export function recipientListStatement(
  id: string,
  { outcome, exclusion }: RecipientFilter,
  { cursor, limit }: Paging,
): Statement {
  const where = { broadcast_id: id, outcome, exclusion };
  const fixed = exclusion === undefined ? undefined : "exclusion IS NOT NULL";
  return listStatement({
    select: selectRecipient,
    order: "id",
    where,
    ...(fixed !== undefined && { fixed }),
    cursor,
    limit: limit + 1,
  });
}

export function recipientOfRecordStatement(id: string, key: string): Statement {
  return { sql: `${selectRecipient} WHERE broadcast_id = ? AND key = ?`, values: [id, key] };
}

export function recipientOfPersonStatement(id: string, recipient: string): Statement {
  const sql = `${selectRecipient} WHERE broadcast_id = ? AND recipient = ? AND run_id IS NOT NULL AND recipient IS NOT NULL`;
  return { sql, values: [id, recipient] };
}

export function recipientOfRunStatement(runId: string): Statement {
  return { sql: `${selectRecipient} WHERE run_id = ?`, values: [runId] };
}

export function costsStatement(id: string): Statement {
  const sql = `SELECT m.price_currency, CAST(SUM(m.price_micros) AS BIGINT) AS price_micros, COUNT(*) AS messages
    FROM broadcast_recipients r JOIN messages m ON m.run_id = r.run_id
    WHERE r.broadcast_id = ? AND m.price_micros IS NOT NULL GROUP BY m.price_currency ORDER BY m.price_currency`;
  return { sql, values: [id] };
}

export function toCost(row: Row): PriceSum {
  const price = toPrice(row);
  if (price === null) throw new Error("a sum of prices has no currency");
  return { ...price, of: columns(row).number("messages") };
}

export function outcomeCountsStatement(id: string): Statement {
  const sql =
    "SELECT outcome, COUNT(*) AS recipients FROM broadcast_recipients WHERE broadcast_id = ? GROUP BY outcome";
  return { sql, values: [id] };
}

export function outcomeCountStatement(id: string, outcome: RecipientOutcome, limit: number): Statement {
  const sql = `SELECT COUNT(*) AS recipients FROM (
    SELECT 1 AS one FROM broadcast_recipients WHERE broadcast_id = ? AND outcome = ? LIMIT ?
  ) AS counted`;
  return { sql, values: [id, outcome, limit] };
}

export function toOutcomeCounts(rows: readonly Row[]): OutcomeCounts {
  return Object.fromEntries(
    rows.map((row) => [columns(row).word<RecipientOutcome>("outcome"), columns(row).number("recipients")]),
  );
}

export function toBroadcast(row: Row): Broadcast {
  const { text, textOrNull, number, instant, instantOrNull, json, jsonOrNull, word } = columns(row);
  return {
    id: text("id"),
    name: text("name"),
    flow: text("flow"),
    flowHash: textOrNull("flow_hash"),
    audience: json<Audience>("audience"),
    perSecond: number("per_second"),
    state: word<BroadcastState>("state"),
    revision: number("revision"),
    cursor: textOrNull("cursor"),
    walked: number("walked") === 1,
    examined: number("examined"),
    started: number("started"),
    excluded: json<Broadcast["excluded"]>("excluded"),
    estimate: jsonOrNull<readonly PriceSum[]>("estimate"),
    createdAt: instant("created_at"),
    startedAt: instantOrNull("started_at"),
    updatedAt: instant("updated_at"),
    finishedAt: instantOrNull("finished_at"),
  };
}

export function toRecipient(row: Row): BroadcastRecipient {
  const { text, textOrNull, instant, word } = columns(row);
  return {
    id: text("id"),
    broadcastId: text("broadcast_id"),
    key: text("key"),
    recipient: textOrNull("recipient"),
    runId: textOrNull("run_id"),
    outcome: word<RecipientOutcome>("outcome"),
    exclusion: textOrNull("exclusion") === null ? null : word<ExclusionReason>("exclusion"),
    reason: textOrNull("reason"),
    code: textOrNull("code"),
    createdAt: instant("created_at"),
    updatedAt: instant("updated_at"),
  };
}
