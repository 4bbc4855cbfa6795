import type { AuditAnchor, AuditChange, AuditEntry, AuditFilter } from "../../core/audit.js";
import type { Role } from "../../core/caller.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import type { Search } from "./search.js";
import { insertInto, type Row, type Statement, type Write } from "./statement.js";

const entryColumns = [
  ...["id", "at", "actor_kind", "actor_id", "actor_role", "action", "target", "facts"],
  ...["address", "request_id", "outcome", "code", "previous", "hash"],
] as const;
const record = insertInto("audit_entries", entryColumns, "ON CONFLICT DO NOTHING");
const anchorInsert = insertInto("audit_anchors", ["name", "id", "hash", "at"]);
const select = `SELECT ${entryColumns.join(", ")} FROM audit_entries`;

export function auditWrites(change: AuditChange): Write | readonly Write[] {
  if (change.kind === "audit-recorded") {
    const refusal = { code: "AUDIT_CONFLICT", message: `There is an entry ${change.entry.id} already` } as const;
    return { sql: record, values: valuesOf(change.entry), refusal };
  }
  const { id, hash, at } = change.anchor;
  return [
    { sql: "DELETE FROM audit_entries WHERE id <= ?", values: [id] },
    { sql: "DELETE FROM audit_anchors WHERE name = ?", values: ["chain"] },
    { sql: anchorInsert, values: ["chain", id, hash, fromInstant(at)] },
  ];
}

function valuesOf({ actor, target, facts, ...entry }: AuditEntry): Write["values"] {
  return [
    ...[entry.id, fromInstant(entry.at), actor.kind, actor.id, actor.role, entry.action],
    ...[fromJson(target), fromJson(facts), entry.address, entry.requestId, entry.outcome, entry.code],
    ...[entry.previous, entry.hash],
  ];
}

export function auditSearch({ actor, action }: AuditFilter): Search {
  return { select, table: "audit_entries", order: "id", filters: [{ actor_id: actor }, { action }] };
}

export function auditWalkStatement(after: string, limit: number): Statement {
  return { sql: `${select} WHERE id > ? ORDER BY id LIMIT ?`, values: [after, limit] };
}

export const lastAuditStatement: Statement = { sql: `${select} ORDER BY id DESC LIMIT 1`, values: [] };

export const auditAnchorStatement: Statement = {
  sql: "SELECT id, hash, at FROM audit_anchors WHERE name = ?",
  values: ["chain"],
};

export function toAuditEntry(row: Row): AuditEntry {
  const { text, textOrNull, word, instant, json } = columns(row);
  const role = textOrNull("actor_role") as Role | null;
  return {
    ...{ id: text("id"), at: instant("at"), actor: { kind: word("actor_kind"), id: text("actor_id"), role } },
    ...{ action: text("action"), target: json<AuditEntry["target"]>("target"), facts: json("facts") },
    ...{ address: textOrNull("address"), requestId: textOrNull("request_id"), outcome: word("outcome") },
    ...{ code: textOrNull("code"), previous: text("previous"), hash: text("hash") },
  };
}

export function toAuditAnchor(row: Row): AuditAnchor {
  const { text, instant } = columns(row);
  return { id: text("id"), hash: text("hash"), at: instant("at") };
}
