import type { ErasureStage } from "../../../core/erasure.js";

/**
 * What becomes of a column of a row that names the contact, or belongs to what does. `mark`: a document is no longer kept; `text`:
 * a text; `list`: it is empty from then on; `nothing`: it is NULL; `steps`, `failure`, `decisions`: how it ended stays, what it says goes; `items`:
 * those items that name the contact; `replace`, `within`: only the contact, in a text and in a document.
 */
export type Treatment =
  | "mark"
  | "text"
  | "list"
  | "nothing"
  | "steps"
  | "failure"
  | "decisions"
  | "items"
  | "replace"
  | "within";

/** What of a table is looked through and erased. Whatever is not here stays: ids, states, instants, prices, counts. */
export interface ErasedShape {
  /** What names a row; pages go along the first. */
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, Treatment>>;
  /** What else is read of a row. */
  readonly more?: readonly string[];
  /** What else is set, in SQL; the placeholder is for the instant. */
  readonly also?: string;
  /** What must hold still when it is written. */
  readonly guard?: string;
}

export const shapes: Readonly<Record<Exclude<ErasureStage, "consent_entries">, ErasedShape>> = {
  events: {
    key: ["id"],
    columns: { payload: "mark", decisions: "decisions", key: "replace", dedupe_key: "replace" },
    more: ["kind", "data_type"],
    also: "closed_at = COALESCE(closed_at, ?)",
  },
  runs: {
    key: ["id"],
    columns: {
      ...{ steps: "steps", failure: "failure", item: "mark", wait: "within", earlier: "within" },
      ...{ stop_reason: "text", key: "replace" },
    },
    also: "fence = fence + 1",
    guard: "finished_at IS NOT NULL",
  },
  run_items: { key: ["run_id", "step_id", "batch"], columns: { items: "items" } },
  effects: {
    key: ["id"],
    columns: { request: "mark", response: "mark", session: "nothing", failure: "failure", recipient: "replace" },
    more: ["run_id"],
    guard: "state IN ('done', 'refused')",
  },
  messages: {
    key: ["id"],
    columns: { body: "text", media: "list", recipient: "replace", key: "replace" },
    more: ["run_id"],
  },
  received: {
    key: ["id"],
    columns: {
      ...{ contact: "replace", address: "replace", body: "text", media: "list", raw: "mark", key: "replace" },
    },
  },
  conversations: {
    key: ["id"],
    columns: { contact: "replace" },
    also: "state = 'closed', closed_at = COALESCE(closed_at, ?)",
  },
  notifications: {
    key: ["id"],
    columns: {
      ...{ title: "text", cause: "text", remedy: "replace", request: "mark", response: "mark" },
      ...{ fingerprint: "replace", key: "replace" },
    },
  },
  issues: { key: ["fingerprint"], columns: { title: "text", fingerprint: "replace" } },
  quarantined_records: {
    key: ["id"],
    columns: { document: "mark", problems: "list", key: "replace", identity: "nothing" },
    also: "state = CASE WHEN state = 'held' THEN 'discarded' ELSE state END",
  },
  operations: { key: ["id"], columns: { work: "within" } },
  broadcasts: { key: ["id"], columns: { name: "replace", audience: "within" } },
  broadcast_recipients: { key: ["id"], columns: { recipient: "replace", key: "replace", reason: "text" } },
  answers: { key: ["key"], columns: { body: "within", key: "replace" } },
};
