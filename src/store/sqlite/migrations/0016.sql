-- One flow for each record of an audience, and what has become of everybody in it.

CREATE TABLE broadcasts (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  flow TEXT NOT NULL,
  flow_hash TEXT,
  audience TEXT NOT NULL,
  per_second BIGINT NOT NULL,
  state TEXT NOT NULL,
  revision BIGINT NOT NULL,
  cursor TEXT,
  walked BIGINT NOT NULL,
  examined BIGINT NOT NULL,
  started BIGINT NOT NULL,
  excluded TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  updated_at BIGINT NOT NULL,
  finished_at BIGINT
);
CREATE INDEX broadcasts_state ON broadcasts (state, id);

CREATE TABLE broadcast_recipients (
  id TEXT PRIMARY KEY,
  broadcast_id TEXT NOT NULL,
  key TEXT NOT NULL,
  recipient TEXT,
  run_id TEXT,
  outcome TEXT NOT NULL,
  outcome_rank BIGINT NOT NULL,
  exclusion TEXT,
  reason TEXT,
  code TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX broadcast_recipients_record ON broadcast_recipients (broadcast_id, key);
-- The same person is started once, whatever records they are in.
CREATE UNIQUE INDEX broadcast_recipients_person ON broadcast_recipients (broadcast_id, recipient)
  WHERE run_id IS NOT NULL AND recipient IS NOT NULL;
CREATE UNIQUE INDEX broadcast_recipients_run ON broadcast_recipients (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX broadcast_recipients_list ON broadcast_recipients (broadcast_id, id);
CREATE INDEX broadcast_recipients_outcome ON broadcast_recipients (broadcast_id, outcome, id);
CREATE INDEX broadcast_recipients_exclusion ON broadcast_recipients (broadcast_id, exclusion, id)
  WHERE exclusion IS NOT NULL;

-- Estimates, as at the end of 0001.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('broadcasts', 'sqlite_autoindex_broadcasts_1', '500 1'),
  ('broadcasts', 'broadcasts_state', '500 100 1'),
  ('broadcast_recipients', 'sqlite_autoindex_broadcast_recipients_1', '10000000 1'),
  ('broadcast_recipients', 'broadcast_recipients_record', '10000000 20000 1'),
  ('broadcast_recipients', 'broadcast_recipients_person', '9000000 20000 1'),
  ('broadcast_recipients', 'broadcast_recipients_run', '9000000 1'),
  ('broadcast_recipients', 'broadcast_recipients_list', '10000000 20000 1'),
  ('broadcast_recipients', 'broadcast_recipients_outcome', '10000000 20000 4000 1'),
  ('broadcast_recipients', 'broadcast_recipients_exclusion', '1000000 2000 400 1');
ANALYZE sqlite_schema;
