-- Who wants no messages: everything that was ever said about it, and what it comes to.

-- The ledger: kept for ever, because it is the proof.
CREATE TABLE consent_entries (
  id TEXT COLLATE "C" PRIMARY KEY,
  shard INTEGER NOT NULL,
  channel TEXT COLLATE "C" NOT NULL,
  contact TEXT COLLATE "C" NOT NULL,
  scope TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  how TEXT COLLATE "C" NOT NULL,
  forced INTEGER NOT NULL,
  word TEXT,
  message_id TEXT COLLATE "C",
  reason TEXT,
  recorded_by TEXT,
  event_id TEXT COLLATE "C",
  at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL
);
CREATE INDEX consent_entries_contact ON consent_entries (contact, id);

-- The newest entry of each kind, which is what a message is checked against.
CREATE TABLE consents (
  contact TEXT COLLATE "C" NOT NULL,
  channel TEXT COLLATE "C" NOT NULL,
  scope TEXT COLLATE "C" NOT NULL,
  shard INTEGER NOT NULL,
  stop_id TEXT COLLATE "C",
  start_id TEXT COLLATE "C",
  out_id TEXT COLLATE "C",
  in_id TEXT COLLATE "C",
  last_id TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (contact, channel, scope)
);
CREATE INDEX consents_last ON consents (last_id);

-- The pool of senders that a message was sent by: an opt-out of the pool covers it.
ALTER TABLE messages ADD COLUMN service TEXT COLLATE "C";
