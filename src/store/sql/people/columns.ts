/**
 * How a column is sealed: `sealed` with a random nonce; `matched` always to the same text, so that it is found by equality,
 * joined and unique as before, and what is equal in a database can be seen to be equal.
 */
export type Sealing = "sealed" | "matched";

const sealed = (...columns: readonly string[]): Readonly<Record<string, Sealing>> =>
  Object.fromEntries(columns.map((column) => [column, "sealed"]));
const matched = (...columns: readonly string[]): Readonly<Record<string, Sealing>> =>
  Object.fromEntries(columns.map((column) => [column, "matched"]));

/**
 * The columns that may say who somebody is, by table: whatever comes from a record, from a contact, from what is sent to
 * one, from who works here, and every free text. Ids, states, instants, counts, prices, names of flows and connections,
 * definitions and settings are not here and stay in the clear. A test asks of every column of every table that it is either
 * here or in its list of what stays clear.
 */
export const peopleColumns: Readonly<Record<string, Readonly<Record<string, Sealing>>>> = {
  events: { ...sealed("payload", "decisions"), ...matched("key", "dedupe_key") },
  records: matched("key"),
  record_index: matched("key", "value"),
  runs: { ...sealed("item", "wait", "steps", "failure", "stop_reason", "earlier"), ...matched("key") },
  run_items: sealed("items"),
  run_topics: matched("topic"),
  effects: { ...sealed("request", "response", "failure", "session"), ...matched("recipient", "vendor_id") },
  messages: { ...sealed("body", "media"), ...matched("key", "sender", "recipient", "vendor_id") },
  received: { ...sealed("body", "media", "raw"), ...matched("contact", "address", "key", "vendor_id", "quotes") },
  conversations: matched("contact"),
  attachments: sealed("url", "sha256", "failure"),
  attachment_pieces: sealed("content"),
  consent_entries: { ...sealed("word", "reason", "recorded_by"), ...matched("contact") },
  consents: matched("contact"),
  notifications: {
    ...sealed("title", "cause", "remedy", "request", "response"),
    ...matched("fingerprint", "key"),
  },
  issues: { ...sealed("title"), ...matched("fingerprint") },
  quarantined_records: { ...sealed("document", "problems"), ...matched("key", "identity") },
  operations: sealed("work"),
  broadcasts: sealed("name", "audience"),
  broadcast_recipients: { ...sealed("reason"), ...matched("key", "recipient") },
  templates: sealed("variables"),
  answers: { ...sealed("request_hash", "body"), ...matched("key") },
  turns: matched("place"),
  breakers: sealed("reason"),
  connection_switches: sealed("switched_by", "reason"),
  users: matched("name", "subject"),
  user_sessions: sealed("address", "browser"),
  api_keys: sealed("name", "created_by"),
  // A hash over few things that can be guessed is found by trying.
  audit_entries: {
    ...sealed("target", "facts", "address", "request_id", "previous", "hash"),
    ...matched("actor_id"),
  },
  audit_anchors: sealed("hash"),
};
