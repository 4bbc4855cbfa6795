import type { Change } from "../../core/change.js";
import type { ProcessRole, SeenProcess, SharedBreaker } from "../../core/crew.js";
import { columns, fromInstant } from "./columns.js";
import { insertInto, type Row, type Statement, type Write } from "./statement.js";

const processColumns = ["name", "role", "version", "started_at", "seen_at"] as const;
const seeProcess = insertInto(
  "processes",
  processColumns,
  "ON CONFLICT (name) DO UPDATE SET role = excluded.role, version = excluded.version, started_at = excluded.started_at, seen_at = excluded.seen_at",
);

export function processSeen({ name, role, version, startedAt, seenAt }: SeenProcess): Write {
  return { sql: seeProcess, values: [name, role, version, fromInstant(startedAt), fromInstant(seenAt)] };
}

export function processLeft(name: string): Write {
  return { sql: "DELETE FROM processes WHERE name = ?", values: [name] };
}

export const processesStatement: Statement = {
  sql: `SELECT ${processColumns.join(", ")} FROM processes ORDER BY name`,
  values: [],
};

export function toProcess(row: Row): SeenProcess {
  const { text, word, instant } = columns(row);
  return {
    name: text("name"),
    role: word<ProcessRole>("role"),
    version: text("version"),
    startedAt: instant("started_at"),
    seenAt: instant("seen_at"),
  };
}

const breakerColumns = ["connection", "since", "tried_at", "reason"] as const;
const openBreaker = insertInto(
  "breakers",
  breakerColumns,
  "ON CONFLICT (connection) DO UPDATE SET since = excluded.since, tried_at = excluded.tried_at, reason = excluded.reason",
);

export function breakerOpening({ connection, since, until, reason }: SharedBreaker): Write {
  return { sql: openBreaker, values: [connection, fromInstant(since), fromInstant(until), reason] };
}

export function breakerClosing(connection: string): Write {
  return { sql: "DELETE FROM breakers WHERE connection = ?", values: [connection] };
}

export const breakersStatement: Statement = {
  sql: `SELECT ${breakerColumns.join(", ")} FROM breakers ORDER BY connection`,
  values: [],
};

export function toBreaker(row: Row): SharedBreaker {
  const { text, instant } = columns(row);
  return {
    connection: text("connection"),
    since: instant("since"),
    until: instant("tried_at"),
    reason: text("reason"),
  };
}

const takeTurn = insertInto(
  "turns",
  ["place", "effect_id", "run_id", "attempt", "taken_at", "ends_at"],
  `ON CONFLICT (place) DO UPDATE SET effect_id = excluded.effect_id, run_id = excluded.run_id, attempt = excluded.attempt,
  taken_at = excluded.taken_at, ends_at = excluded.ends_at
  WHERE turns.run_id = excluded.run_id OR turns.ends_at < excluded.taken_at`,
);

export function turnTaking({ turn, at }: Extract<Change, { kind: "turn-taken" }>): Write {
  const { place, effectId, runId, attempt, until } = turn;
  return {
    sql: takeTurn,
    values: [place, effectId, runId, attempt, fromInstant(at), fromInstant(until)],
    refusal: { code: "TURN_TAKEN", message: `Another call has the turn of ${place}` },
  };
}

export function turnLeaving({ turn }: Extract<Change, { kind: "turn-left" }>): Write {
  const { place, effectId, attempt } = turn;
  return {
    sql: "DELETE FROM turns WHERE place = ? AND effect_id = ? AND attempt = ?",
    values: [place, effectId, attempt],
  };
}

const takeLease = insertInto(
  "leases",
  ["name", "holder", "ends_at"],
  `ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, ends_at = excluded.ends_at
  WHERE leases.holder = excluded.holder OR leases.ends_at < ? RETURNING holder`,
);

export function leaseStatement(name: string, holder: string, { until, now }: { until: Date; now: Date }): Statement {
  return { sql: takeLease, values: [name, holder, fromInstant(until), fromInstant(now)] };
}

export function leaseRelease(name: string, holder: string): Statement {
  return { sql: "DELETE FROM leases WHERE name = ? AND holder = ?", values: [name, holder] };
}

export function leasesForgetting(before: Date): Statement {
  return { sql: "DELETE FROM leases WHERE ends_at < ?", values: [fromInstant(before)] };
}
