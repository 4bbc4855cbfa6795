import type { Table } from "../../core/tables.js";
import type { Statement } from "./statement.js";

/** A column that names a row of another table. */
interface Reference {
  readonly table: string;
  readonly columns: readonly string[];
  readonly to: string;
  readonly by: readonly string[];
}

/** @param to Table and column, with a dot between them. */
const reference = (table: string, column: string, to: string): Reference => {
  const [parent = "", by = ""] = to.split(".");
  return { table, columns: [column], to: parent, by: [by] };
};

/** What must be there. What may go by its age before what refers to it (an event's cause, a run's parent) is not here. */
export const references: readonly Reference[] = [
  reference("records", "event_id", "events.id"),
  { table: "record_index", columns: ["data_type", "key"], to: "records", by: ["data_type", "key"] },
  reference("runs", "event_id", "events.id"),
  reference("runs", "flow_hash", "flow_versions.hash"),
  reference("effects", "run_id", "runs.id"),
  reference("messages", "effect_id", "effects.id"),
  reference("messages", "run_id", "runs.id"),
  reference("notifications", "effect_id", "effects.id"),
  reference("message_checks", "message_id", "messages.id"),
  reference("run_topics", "run_id", "runs.id"),
  reference("received", "conversation_id", "conversations.id"),
  reference("attachments", "received_id", "received.id"),
  reference("attachment_pieces", "attachment_id", "attachments.id"),
  reference("run_items", "run_id", "runs.id"),
  reference("broadcast_recipients", "broadcast_id", "broadcasts.id"),
];

/**
 * Tables that no backup has: what processes tell each other while they run (who there is, who may do what, which vendor does not
 * answer at this moment), which is wrong for whoever is there after a restore; and what a database knows of itself.
 */
export const ofTheMoment: readonly string[] = [
  "schema_migrations",
  "processes",
  "breakers",
  "paces",
  "leases",
  "turns",
  "write_lanes",
  "walks",
  "definition_changes",
  "sign_in_attempts",
  "user_sessions",
  "setup_tokens",
];

/** Columns that hold JSON text. */
export const jsonColumns: Readonly<Record<string, readonly string[]>> = {
  events: ["payload", "decisions"],
  runs: ["steps", "failure", "item", "wait", "earlier"],
  run_items: ["items"],
  effects: ["request", "response", "failure", "session"],
  messages: ["media"],
  received: ["media", "raw"],
  attachments: ["failure"],
  notifications: ["request", "response"],
  collection_versions: ["files", "origin", "signature"],
  collections: ["collection", "parameters", "hook_secrets"],
  flow_versions: ["version"],
  answers: ["body"],
  connection_checks: ["found"],
  quarantined_records: ["document", "problems"],
  operations: ["work"],
  broadcasts: ["audience", "estimate", "excluded"],
  templates: ["variables", "approval"],
  template_lists: ["failure"],
  audit_entries: ["target", "facts"],
  hourly_counts: ["counts"],
  api_keys: ["data_types"],
  users: ["factor"],
};

const EXAMPLES = 3;

/** Looks for rows that refer to nothing; one statement for each kind of reference between these tables. */
export function danglingStatements(tables: readonly Table[]): readonly (Statement & { readonly what: string })[] {
  const shapes = new Map(tables.map((table) => [table.name, table]));
  return references.flatMap(({ table, columns, to, by }) => {
    const shape = shapes.get(table);
    if (shape === undefined || !shapes.has(to)) return [];
    const met = columns.map((column, index) => `p.${by[index]} = c.${column}`).join(" AND ");
    const given = columns.map((column) => `c.${column} IS NOT NULL`).join(" AND ");
    const shown = shape.key.map((column) => `c.${column}`).join(", ");
    const sql = `SELECT ${shown} FROM ${table} c WHERE ${given}
      AND NOT EXISTS (SELECT 1 FROM ${to} p WHERE ${met}) LIMIT ${EXAMPLES}`;
    return [{ sql, values: [], what: `${table} whose ${columns.join(" and ")} is not in ${to}` }];
  });
}
