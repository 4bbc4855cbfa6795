import type { Effect, EffectState, OnRepeat } from "../../core/effect.js";
import type { JsonObject } from "../../core/json.js";
import type { Failure } from "../../core/run.js";
import type { Change, Paging } from "../../core/store.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import { insertInto, listStatement, plainly, type Row, type Statement, type Write } from "./statement.js";

const effectColumns = [
  "id",
  "shard",
  "key",
  "run_id",
  "step_id",
  "connection",
  "endpoint",
  "on_repeat",
  "recipient",
  "request",
  "state",
  "vendor_id",
  "response",
  "failure",
  "attempts",
  "intended_at",
  "expires_at",
  "started_at",
  "settled_at",
] as const;
const insertEffect = insertInto("effects", effectColumns);
const selectEffect = `SELECT ${effectColumns.join(", ")} FROM effects`;
/** `done` and `refused` are the end of the road: a late or repeated settlement changes nothing. */
const moveEffect = `UPDATE effects SET state = ?, vendor_id = ?, response = ?, failure = ?, attempts = ?, started_at = ?,
  settled_at = ? WHERE id = ? AND state NOT IN ('done', 'refused')`;

export function effectCreation(effect: Effect): Write {
  const values = [
    effect.id,
    effect.shard,
    effect.key,
    effect.runId,
    effect.stepId,
    effect.connection,
    effect.endpoint,
    effect.onRepeat,
    effect.recipient,
    fromJson(effect.request),
    effect.state,
    effect.vendorId,
    fromJson(effect.response),
    fromJson(effect.failure),
    effect.attempts,
    fromInstant(effect.intendedAt),
    fromInstant(effect.expiresAt),
    fromInstant(effect.startedAt),
    fromInstant(effect.settledAt),
  ];
  return {
    guard: {
      sql: "SELECT 1 FROM effects WHERE key = ?",
      values: [effect.key],
      allowed: [null],
      overlay: `effect ${effect.key}`,
      becomes: 1,
      refusal: { code: "EFFECT_KNOWN", message: `The effect ${effect.key} is in the ledger already` },
    },
    statements: [{ sql: insertEffect, values }],
  };
}

export function effectMove(effect: Effect): Write {
  const { state, vendorId, response, failure, attempts, startedAt, settledAt, id } = effect;
  const outcome = [state, vendorId, fromJson(response), fromJson(failure), attempts];
  return plainly({ sql: moveEffect, values: [...outcome, fromInstant(startedAt), fromInstant(settledAt), id] });
}

const selectState = "SELECT state || ' ' || attempts FROM effects WHERE id = ?";
const restartEffect = `UPDATE effects SET run_id = ?, step_id = ?, connection = ?, endpoint = ?, on_repeat = ?, recipient = ?,
  request = ?, state = ?, vendor_id = ?, response = ?, failure = ?, attempts = ?, expires_at = ?, started_at = ?,
  settled_at = ? WHERE id = ?`;

/** Begins the next attempt, of which there is one: the stored state and count must be those it follows. */
export function effectRestart({ effect, from }: Extract<Change, { kind: "effect-restarted" }>): Write {
  const { runId, stepId, connection, endpoint, onRepeat, recipient, request, id, state, attempts } = effect;
  const values = [
    ...[runId, stepId, connection, endpoint, onRepeat, recipient, fromJson(request), state, effect.vendorId],
    ...[fromJson(effect.response), fromJson(effect.failure), attempts, fromInstant(effect.expiresAt)],
    ...[fromInstant(effect.startedAt), fromInstant(effect.settledAt), id],
  ];
  return {
    guard: {
      sql: selectState,
      values: [id],
      allowed: [`${from} ${attempts - 1}`],
      overlay: `effect ${id}`,
      becomes: `${state} ${attempts}`,
      refusal: {
        code: "EFFECT_KNOWN",
        message: `The effect ${id} is not ${from} any more, or was attempted meanwhile`,
      },
    },
    statements: [{ sql: restartEffect, values }],
  };
}

export function olderOpenEffectStatement(
  { connection, recipient }: { readonly connection: string; readonly recipient: string },
  effectId: string | null,
): Statement {
  const older = effectId === null ? "" : " AND id < ?";
  const sql = `${selectEffect} WHERE connection = ? AND recipient = ?${older} AND settled_at IS NULL ORDER BY id DESC LIMIT 1`;
  return { sql, values: effectId === null ? [connection, recipient] : [connection, recipient, effectId] };
}

export function effectStatement(id: string): Statement {
  return { sql: `${selectEffect} WHERE id = ?`, values: [id] };
}

export function effectByKeyStatement(key: string): Statement {
  return { sql: `${selectEffect} WHERE key = ?`, values: [key] };
}

export function effectsOfRunStatement(runId: string): Statement {
  return { sql: `${selectEffect} WHERE run_id = ? ORDER BY id`, values: [runId] };
}

export function effectListStatement(
  { state }: { state?: EffectState | undefined },
  { cursor, limit }: Paging,
): Statement {
  return listStatement({ select: selectEffect, order: "id", where: { state }, cursor, limit: limit + 1 });
}

export function toEffect(row: Row): Effect {
  const { text, textOrNull, number, instant, instantOrNull, json, jsonOrNull, word } = columns(row);
  return {
    id: text("id"),
    shard: number("shard"),
    key: text("key"),
    runId: text("run_id"),
    stepId: text("step_id"),
    connection: text("connection"),
    endpoint: text("endpoint"),
    onRepeat: word<OnRepeat>("on_repeat"),
    recipient: textOrNull("recipient"),
    request: json<JsonObject>("request"),
    state: word<EffectState>("state"),
    vendorId: textOrNull("vendor_id"),
    response: jsonOrNull<JsonObject>("response"),
    failure: jsonOrNull<Failure>("failure"),
    attempts: number("attempts"),
    intendedAt: instant("intended_at"),
    expiresAt: instantOrNull("expires_at"),
    startedAt: instantOrNull("started_at"),
    settledAt: instantOrNull("settled_at"),
  };
}
