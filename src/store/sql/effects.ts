import type { Change } from "../../core/change.js";
import type { Effect, EffectState, OnRepeat } from "../../core/effect.js";
import type { JsonObject } from "../../core/json.js";
import type { Paging } from "../../core/paging.js";
import type { Failure } from "../../core/run.js";
import type { KeptSession } from "../../core/session.js";
import type { Store } from "../../core/store.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import {
  assignments,
  insertInto,
  listStatement,
  type Row,
  type SqlParameter,
  type Statement,
  type Write,
} from "./statement.js";

const effectColumns = [
  "id",
  "key",
  "shard",
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
  "first_attempt_at",
  "started_at",
  "settled_at",
  "session",
] as const;
const insertEffect = insertInto("effects", effectColumns, "ON CONFLICT (key) DO NOTHING");
const selectEffect = `SELECT ${effectColumns.join(", ")} FROM effects`;
/**
 * `done` and `refused` are the end of the road: a late or repeated settlement changes nothing. What an earlier attempt has
 * to say does not count either, unless that it took effect.
 */
const moveEffect = `UPDATE effects SET state = ?, vendor_id = ?, response = ?, failure = ?,
  attempts = CASE WHEN attempts > ? THEN attempts ELSE ? END, started_at = ?, settled_at = ?
  WHERE id = ? AND state NOT IN ('done', 'refused') AND (? = 'done' OR attempts <= ?)`;
/** A look-up of one row, which many may share. */
const olderOpen = `${selectEffect} WHERE id = (
  SELECT MAX(id) FROM effects WHERE connection = ? AND recipient = ? AND settled_at IS NULL AND id < ?)`;
/** Comes after every id. */
const BEHIND_ALL = "~";
const restartEffect = `UPDATE effects SET ${assignments(effectColumns.slice(2))} WHERE id = ? AND state = ? AND attempts = ?`;

export function effectCreation(effect: Effect): Write {
  const message = `The effect ${effect.key} is in the ledger already`;
  return { sql: insertEffect, values: effectValues(effect), refusal: { code: "EFFECT_KNOWN", message } };
}

/** The statement finds the row only as the caller believes it to be, so of two who want to begin one finds nothing. */
export function effectRestart({ effect, from }: Extract<Change, { kind: "effect-restarted" }>): Write {
  const [, , ...values] = effectValues(effect);
  const message = `The effect ${effect.key} was begun again by somebody else meanwhile`;
  return {
    sql: restartEffect,
    values: [...values, effect.id, from, effect.attempts - 1],
    refusal: { code: "EFFECT_KNOWN", message },
  };
}

/** In the order of `effectColumns`. */
function effectValues(effect: Effect): SqlParameter[] {
  return [
    effect.id,
    effect.key,
    effect.shard,
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
    fromInstant(effect.firstAttemptAt),
    fromInstant(effect.startedAt),
    fromInstant(effect.settledAt),
    fromJson(effect.session ?? null),
  ];
}

export function effectMove(effect: Effect): Write {
  const { state, vendorId, response, failure, attempts, startedAt, settledAt, id } = effect;
  const outcome = [state, vendorId, fromJson(response), fromJson(failure), attempts, attempts];
  const instants = [fromInstant(startedAt), fromInstant(settledAt)];
  return { sql: moveEffect, values: [...outcome, ...instants, id, state, attempts] };
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

export function olderOpenEffectStatement(
  { connection, recipient }: Parameters<Store["effects"]["olderOpen"]>[0],
  effectId: string | null,
): Statement {
  return { sql: olderOpen, values: [connection, recipient, effectId ?? BEHIND_ALL] };
}

export function effectListStatement(
  { state }: { state?: EffectState | undefined },
  { cursor, limit }: Paging,
): Statement {
  return listStatement({ select: selectEffect, order: "id", where: { state }, cursor, limit: limit + 1 });
}

/** When a run has ended is told by the run alone, so it is asked for each row that is old enough. */
export function abandonedEffectsStatement(state: EffectState, before: Date, limit: number): Statement {
  return {
    sql: `${selectEffect} WHERE state = ? AND COALESCE(started_at, intended_at) < ?
      AND EXISTS (SELECT 1 FROM runs WHERE runs.id = effects.run_id AND runs.finished_at IS NOT NULL)
      ORDER BY id LIMIT ?`,
    values: [state, fromInstant(before), limit],
  };
}

export function toEffect(row: Row): Effect {
  const { text, textOrNull, number, instant, instantOrNull, json, jsonOrNull, word } = columns(row);
  const session = jsonOrNull<KeptSession>("session");
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
    firstAttemptAt: instantOrNull("first_attempt_at"),
    startedAt: instantOrNull("started_at"),
    settledAt: instantOrNull("settled_at"),
    ...(session === null ? {} : { session }),
  };
}
