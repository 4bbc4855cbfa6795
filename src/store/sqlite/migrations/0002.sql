-- Steps inside steps, waits, issues, quarantine, schedules and bulk operations.

ALTER TABLE runs ADD COLUMN parent_run TEXT;
ALTER TABLE runs ADD COLUMN parent_step TEXT;
ALTER TABLE runs ADD COLUMN item_index INTEGER;
ALTER TABLE runs ADD COLUMN item TEXT;
ALTER TABLE runs ADD COLUMN path TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN wait TEXT;
CREATE INDEX runs_parent ON runs (parent_run, id) WHERE parent_run IS NOT NULL;
-- What an older run of the same flow for the same record may be in the way of.
CREATE INDEX runs_open ON runs (data_type, key, flow, id) WHERE finished_at IS NULL;
-- Nothing is here, unless something is broken.
CREATE INDEX runs_stranded ON runs (id) WHERE finished_at IS NULL AND due_at IS NULL;

ALTER TABLE effects ADD COLUMN expires_at BIGINT;
CREATE INDEX effects_open ON effects (connection, recipient, id) WHERE settled_at IS NULL;

-- What resting runs can be woken by.
CREATE TABLE run_topics (
  topic TEXT NOT NULL,
  run_id TEXT NOT NULL,
  PRIMARY KEY (topic, run_id)
);
CREATE INDEX run_topics_run ON run_topics (run_id);

-- Equal warnings and errors, counted as one. `last_notification` orders the list and is its cursor.
CREATE TABLE issues (
  fingerprint TEXT PRIMARY KEY,
  level TEXT NOT NULL,
  state TEXT NOT NULL,
  title TEXT NOT NULL,
  code TEXT,
  flow TEXT,
  count INTEGER NOT NULL,
  first_seen_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  last_notification TEXT NOT NULL
);
CREATE INDEX issues_newest ON issues (last_notification);
CREATE INDEX issues_state ON issues (state, last_notification);
CREATE INDEX issues_level ON issues (level, last_notification);
CREATE INDEX notifications_open ON notifications (fingerprint)
  WHERE state <> 'resolved' AND level IN ('warning', 'error');

CREATE TABLE quarantined_records (
  id TEXT PRIMARY KEY,
  shard INTEGER NOT NULL,
  data_type TEXT NOT NULL,
  key TEXT,
  document TEXT NOT NULL,
  problems TEXT NOT NULL,
  state TEXT NOT NULL,
  event_id TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX quarantined_records_state ON quarantined_records (state, id);
CREATE INDEX quarantined_records_type ON quarantined_records (data_type, id);

CREATE TABLE schedules (
  flow TEXT PRIMARY KEY,
  slot_at BIGINT NOT NULL
);

CREATE TABLE operations (
  id TEXT PRIMARY KEY,
  work TEXT NOT NULL,
  state TEXT NOT NULL,
  per_second INTEGER NOT NULL,
  cursor TEXT,
  examined INTEGER NOT NULL,
  started INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  finished_at BIGINT
);
CREATE INDEX operations_state ON operations (state, id);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('runs', 'runs_parent', '1000000 100 1'),
  ('runs', 'runs_open', '1000 500 2 1 1'),
  ('runs', 'runs_stranded', '1 1'),
  ('effects', 'effects_open', '1000 500 2 1'),
  ('run_topics', 'sqlite_autoindex_run_topics_1', '1000 2 1'),
  ('run_topics', 'run_topics_run', '1000 2'),
  ('issues', 'sqlite_autoindex_issues_1', '1000 1'),
  ('issues', 'issues_newest', '1000 1'),
  ('issues', 'issues_state', '1000 300 1'),
  ('issues', 'issues_level', '1000 500 1'),
  ('notifications', 'notifications_open', '1000 10'),
  ('quarantined_records', 'sqlite_autoindex_quarantined_records_1', '100000 1'),
  ('quarantined_records', 'quarantined_records_state', '100000 30000 1'),
  ('quarantined_records', 'quarantined_records_type', '100000 20000 1'),
  ('schedules', 'sqlite_autoindex_schedules_1', '100 1'),
  ('operations', 'sqlite_autoindex_operations_1', '1000 1'),
  ('operations', 'operations_state', '1000 300 1');
ANALYZE sqlite_schema;
