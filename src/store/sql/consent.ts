import {
  type ConsentEntry,
  type ConsentState,
  type ConsentWay,
  type CurrentConsent,
  instantLength,
  type ScopedStanding,
  slotOf,
} from "../../core/consent.js";
import type { Paging } from "../../core/paging.js";
import type { ConversationChannel } from "../../core/received-message.js";
import type { ConsentFilter } from "../../core/store-filters.js";
import { columns, fromInstant } from "./columns.js";
import { insertInto, listStatement, type Row, type Statement, type Write } from "./statement.js";

const entryColumns = [
  "id",
  "shard",
  "channel",
  "contact",
  "scope",
  "state",
  "how",
  "forced",
  "word",
  "message_id",
  "reason",
  "recorded_by",
  "event_id",
  "at",
  "recorded_at",
] as const;
const insertEntry = insertInto("consent_entries", entryColumns, "ON CONFLICT (id) DO NOTHING");
const selectEntry = `SELECT ${entryColumns.join(", ")} FROM consent_entries`;

/** Each only moves forward: ids begin with the instant, so the greater one is the newer. */
const moveSlot = (slot: string): string =>
  insertInto(
    "consents",
    ["contact", "channel", "scope", "shard", slot, "last_id"],
    `ON CONFLICT (contact, channel, scope) DO UPDATE SET
    ${slot} = CASE WHEN consents.${slot} IS NULL OR excluded.${slot} > consents.${slot} THEN excluded.${slot} ELSE consents.${slot} END,
    last_id = CASE WHEN excluded.last_id > consents.last_id THEN excluded.last_id ELSE consents.last_id END`,
  );

const slotColumns = { stopId: "stop_id", startId: "start_id", outId: "out_id", inId: "in_id" } as const;
const slotMoves = {
  stopId: moveSlot("stop_id"),
  startId: moveSlot("start_id"),
  outId: moveSlot("out_id"),
  inId: moveSlot("in_id"),
} as const;

export function consentRecording(entry: ConsentEntry): Write[] {
  const { id, shard, channel, contact, scope } = entry;
  const values = [
    ...[id, shard, channel, contact, scope, entry.state, entry.how, entry.force ? 1 : 0, entry.word],
    ...[entry.messageId, entry.reason, entry.by, entry.eventId, fromInstant(entry.at), fromInstant(entry.recordedAt)],
  ];
  return [
    { sql: insertEntry, values },
    { sql: slotMoves[slotOf(entry)], values: [contact, channel, scope, shard, id, id] },
  ];
}

const standings = `SELECT scope, ${Object.values(slotColumns).join(", ")} FROM consents WHERE contact = ? AND channel = ?`;

export function standingsStatement(contact: string, channel: ConversationChannel): Statement {
  return { sql: standings, values: [contact, channel] };
}

export function toStanding(row: Row): ScopedStanding {
  const { text, textOrNull } = columns(row);
  return {
    scope: text("scope"),
    stopId: textOrNull("stop_id"),
    startId: textOrNull("start_id"),
    outId: textOrNull("out_id"),
    inId: textOrNull("in_id"),
  };
}

/** Everybody who may have opted out of something; who was only ever opted in is not among them. */
export function optedOutStatement(limit: number): Statement {
  const sql = "SELECT DISTINCT contact FROM consents WHERE stop_id IS NOT NULL OR out_id IS NOT NULL LIMIT ?";
  return { sql, values: [limit] };
}

const instantIn = (column: string): string => `substr(${column}, 1, ${instantLength})`;
const holds = (optOut: string, optIn: string): string =>
  `(${optIn} IS NULL OR ${instantIn(optOut)} >= ${instantIn(optIn)})`;

/** The entry that `decide` comes to. */
const deciding = `CASE
    WHEN c.stop_id IS NOT NULL AND ${holds("c.stop_id", "c.start_id")} THEN c.stop_id
    WHEN c.out_id IS NOT NULL AND ${holds("c.out_id", "c.start_id")} AND ${holds("c.out_id", "c.in_id")} THEN c.out_id
    WHEN c.in_id IS NULL OR c.start_id > c.in_id THEN c.start_id ELSE c.in_id END`;

const selectCurrent = `SELECT c.last_id, ${entryColumns.map((column) => `e.${column}`).join(", ")}
  FROM consents c JOIN consent_entries e ON e.id = ${deciding}`;

export function consentListStatement(
  { contact, channel, scope, state, how }: ConsentFilter,
  { cursor, limit }: Paging,
): Statement {
  const where = { "c.contact": contact, "c.channel": channel, "c.scope": scope, "e.state": state, "e.how": how };
  return listStatement({ select: selectCurrent, order: "c.last_id", where, cursor, limit: limit + 1 });
}

export function toCurrent(row: Row): CurrentConsent {
  return { entry: toEntry(row), lastId: columns(row).text("last_id") };
}

export function entryStatement(id: string): Statement {
  return { sql: `${selectEntry} WHERE id = ?`, values: [id] };
}

export function entryListStatement(
  { contact, channel }: Pick<ConsentFilter, "contact" | "channel">,
  { cursor, limit }: Paging,
): Statement {
  return listStatement({ select: selectEntry, order: "id", where: { contact, channel }, cursor, limit: limit + 1 });
}

export function toEntry(row: Row): ConsentEntry {
  const { text, textOrNull, number, instant, word } = columns(row);
  return {
    id: text("id"),
    shard: number("shard"),
    channel: word<ConversationChannel>("channel"),
    contact: text("contact"),
    scope: text("scope"),
    state: word<ConsentState>("state"),
    how: word<ConsentWay>("how"),
    force: number("forced") === 1,
    word: textOrNull("word"),
    messageId: textOrNull("message_id"),
    reason: textOrNull("reason"),
    by: textOrNull("recorded_by"),
    eventId: textOrNull("event_id"),
    at: instant("at"),
    recordedAt: instant("recorded_at"),
  };
}
