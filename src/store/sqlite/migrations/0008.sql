-- What customers write to us, and the conversations it belongs to.

CREATE TABLE received (
  id TEXT PRIMARY KEY,
  shard INTEGER NOT NULL,
  connection TEXT NOT NULL,
  channel TEXT NOT NULL,
  contact TEXT NOT NULL,
  address TEXT NOT NULL,
  body TEXT NOT NULL,
  media TEXT NOT NULL,
  vendor_id TEXT NOT NULL UNIQUE,
  quotes TEXT,
  opt_out TEXT,
  conversation_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  -- What it answers, with the run and the record of that.
  message_id TEXT,
  run_id TEXT,
  data_type TEXT,
  key TEXT,
  raw TEXT NOT NULL,
  received_at BIGINT NOT NULL
);
CREATE INDEX received_conversation ON received (conversation_id, id);
CREATE INDEX received_contact ON received (contact, id);
CREATE INDEX received_run ON received (run_id, id) WHERE run_id IS NOT NULL;

CREATE TABLE conversations (
  id TEXT PRIMARY KEY,
  shard INTEGER NOT NULL,
  channel TEXT NOT NULL,
  contact TEXT NOT NULL,
  state TEXT NOT NULL,
  begins_at BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  last_received_at BIGINT NOT NULL,
  last_received_id TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  closed_at BIGINT
);
-- One open conversation for each contact and channel.
CREATE UNIQUE INDEX conversations_open ON conversations (contact, channel) WHERE state = 'open';
CREATE INDEX conversations_contact ON conversations (contact, last_received_id);
CREATE INDEX conversations_newest ON conversations (last_received_id);
CREATE INDEX conversations_state ON conversations (state, last_received_id);
CREATE INDEX conversations_channel ON conversations (channel, last_received_id);

-- Estimates, as at the end of 0001.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('received', 'sqlite_autoindex_received_1', '1000000 1'),
  ('received', 'sqlite_autoindex_received_2', '1000000 1'),
  ('received', 'received_conversation', '1000000 10 1'),
  ('received', 'received_contact', '1000000 10 1'),
  ('received', 'received_run', '1000000 2 1'),
  ('conversations', 'sqlite_autoindex_conversations_1', '500000 1'),
  ('conversations', 'conversations_open', '100000 1 1'),
  ('conversations', 'conversations_contact', '500000 4 1'),
  ('conversations', 'conversations_newest', '500000 1'),
  ('conversations', 'conversations_state', '500000 250000 1'),
  ('conversations', 'conversations_channel', '500000 250000 1');
ANALYZE sqlite_schema;
