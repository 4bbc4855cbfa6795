-- Who wants no messages: everything that was ever said about it, and what it comes to.

-- The ledger: kept for ever, because it is the proof.
CREATE TABLE consent_entries (
  id TEXT PRIMARY KEY,
  shard INTEGER NOT NULL,
  channel TEXT NOT NULL,
  contact TEXT NOT NULL,
  scope TEXT NOT NULL,
  state TEXT NOT NULL,
  how TEXT NOT NULL,
  forced INTEGER NOT NULL,
  word TEXT,
  message_id TEXT,
  reason TEXT,
  recorded_by TEXT,
  event_id TEXT,
  at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL
);
CREATE INDEX consent_entries_contact ON consent_entries (contact, id);

-- The newest entry of each kind, which is what a message is checked against.
CREATE TABLE consents (
  contact TEXT NOT NULL,
  channel TEXT NOT NULL,
  scope TEXT NOT NULL,
  shard INTEGER NOT NULL,
  stop_id TEXT,
  start_id TEXT,
  out_id TEXT,
  in_id TEXT,
  last_id TEXT NOT NULL,
  PRIMARY KEY (contact, channel, scope)
);
CREATE INDEX consents_last ON consents (last_id);

-- The pool of senders that a message was sent by: an opt-out of the pool covers it.
ALTER TABLE messages ADD COLUMN service TEXT;

-- Estimates, as at the end of 0001.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('consent_entries', 'sqlite_autoindex_consent_entries_1', '1000000 1'),
  ('consent_entries', 'consent_entries_contact', '1000000 2 1'),
  ('consents', 'sqlite_autoindex_consents_1', '1000000 2 2 1'),
  ('consents', 'consents_last', '1000000 1');
ANALYZE sqlite_schema;
