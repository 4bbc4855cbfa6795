import type { Decision, Event, EventKind } from "../../core/event.js";
import type { JsonObject } from "../../core/json.js";
import type { EventFilter, Span } from "../../core/store-filters.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import type { Search } from "./search.js";
import { insertInto, type Row, type Statement, spanStatement, type Write } from "./statement.js";

const eventColumns = [
  "id",
  "shard",
  "kind",
  "data_type",
  "key",
  "version",
  "payload",
  "caused_by_run",
  "depth",
  "dedupe_key",
  "decisions",
  "created_at",
] as const;
const insertEvent = insertInto("events", eventColumns);
const insertEventOnce = `${insertEvent} ON CONFLICT (dedupe_key) WHERE dedupe_key IS NOT NULL DO NOTHING`;
const selectEvent = `SELECT ${eventColumns.join(", ")} FROM events`;

export function eventWrite(event: Event): Write {
  const values = [
    event.id,
    event.shard,
    event.kind,
    event.dataType,
    event.key,
    event.version,
    fromJson(event.payload),
    event.causedByRun,
    event.depth,
    event.dedupeKey,
    fromJson(event.decisions.map(toStoredDecision)),
    fromInstant(event.createdAt),
  ];
  if (event.dedupeKey === null) return { sql: insertEvent, values };
  const message = `The event ${event.dedupeKey} was recorded before`;
  return { sql: insertEventOnce, values, refusal: { code: "EVENT_DUPLICATED", message } };
}

export function eventByDedupeKeyStatement(dedupeKey: string): Statement {
  return { sql: `${selectEvent} WHERE dedupe_key = ?`, values: [dedupeKey] };
}

export function eventsBetweenStatement(dataType: string | null, span: Span): Statement {
  if (dataType === null) return spanStatement(selectEvent, "evt", span);
  const { sql, values } = spanStatement(`${selectEvent} WHERE data_type = ?`, "evt", span);
  return { sql, values: [dataType, ...values] };
}

/** Events of messages name their record too, but have no version of it. */
export function newestEventStatement(dataType: string): Statement {
  const sql = "SELECT created_at FROM events WHERE data_type = ? AND version IS NOT NULL ORDER BY id DESC LIMIT 1";
  return { sql, values: [dataType] };
}

export function eventStatement(id: string): Statement {
  return { sql: `${selectEvent} WHERE id = ?`, values: [id] };
}

/** Walks a record's events from the newest, where the versions are that are asked for. */
export function eventOfVersionStatement(dataType: string, key: string, version: number): Statement {
  const sql = `${selectEvent} WHERE data_type = ? AND key = ? AND version = ? ORDER BY id DESC LIMIT 1`;
  return { sql, values: [dataType, key, version] };
}

export function eventSearch({ kind, dataType, key }: EventFilter): Search {
  return { select: selectEvent, table: "events", order: "id", filters: [{ data_type: dataType, key }, { kind }] };
}

export function toEvent(row: Row): Event {
  const { text, textOrNull, number, numberOrNull, instant, json, word } = columns(row);
  return {
    id: text("id"),
    shard: number("shard"),
    kind: word<EventKind>("kind"),
    dataType: textOrNull("data_type"),
    key: textOrNull("key"),
    version: numberOrNull("version"),
    payload: json<JsonObject>("payload"),
    causedByRun: textOrNull("caused_by_run"),
    depth: number("depth"),
    dedupeKey: textOrNull("dedupe_key"),
    decisions: json<StoredDecision[]>("decisions").map(toDecision),
    createdAt: instant("created_at"),
  };
}

/** A decision as JSON. */
type StoredDecision = Pick<Decision, "flow" | "verdict"> & Partial<Decision>;

/** Why a flow that is switched off did not start; the same for all of them. */
const OFF = "the flow is switched off";

/**
 * Leaves out what goes without saying. Most flows that a record could start are switched off: with half the text for each of
 * them, two orders of 1.5 KB have room on one page of SQLite's, which is written twice.
 */
function toStoredDecision({ flow, verdict, reason, runId }: Decision): StoredDecision {
  if (runId !== null) return { flow, verdict, reason, runId };
  return verdict === "inactive" && reason === OFF ? { flow, verdict } : { flow, verdict, reason };
}

function toDecision({ flow, verdict, reason = OFF, runId = null }: StoredDecision): Decision {
  return { flow, verdict, reason, runId };
}
