-- What running, waiting, deciding and putting right need.

-- A run of one item of an `each` step, and what a run rests for.
ALTER TABLE runs ADD COLUMN parent_run TEXT;
ALTER TABLE runs ADD COLUMN parent_step TEXT;
ALTER TABLE runs ADD COLUMN item_index INTEGER;
ALTER TABLE runs ADD COLUMN path TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN item TEXT;
ALTER TABLE runs ADD COLUMN wait TEXT;
CREATE INDEX runs_parent ON runs (parent_run, id) WHERE parent_run IS NOT NULL;
CREATE INDEX runs_items ON runs (parent_run, parent_step, status) WHERE parent_run IS NOT NULL;
CREATE INDEX runs_open ON runs (flow, data_type, key, id) WHERE finished_at IS NULL;
-- Empty, unless something is broken: nobody would ever take these up.
CREATE INDEX runs_stranded ON runs (id) WHERE finished_at IS NULL AND due_at IS NULL;

ALTER TABLE effects ADD COLUMN expires_at BIGINT;
CREATE INDEX effects_open ON effects (connection, recipient, id) WHERE settled_at IS NULL AND recipient IS NOT NULL;

-- What resting runs want to be woken by.
CREATE TABLE run_topics (
  topic TEXT NOT NULL,
  run_id TEXT NOT NULL,
  PRIMARY KEY (topic, run_id)
);
CREATE INDEX run_topics_run ON run_topics (run_id);

-- Equal warnings and errors, counted. Informations and notices have no issue, and cost nothing here.
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
  last_notification_id TEXT NOT NULL
);
CREATE INDEX issues_newest ON issues (last_notification_id);
CREATE INDEX issues_state ON issues (state, last_notification_id);
CREATE INDEX issues_level ON issues (level, last_notification_id);
CREATE INDEX notifications_open ON notifications (fingerprint, id)
  WHERE state <> 'resolved' AND level IN ('warning', 'error');

-- The issues of what was raised before there were issues.
INSERT INTO issues
  (fingerprint, level, state, title, code, flow, count, first_seen_at, last_seen_at, last_notification_id)
SELECT newest.fingerprint, newest.level,
  CASE WHEN counted.unseen > 0 THEN 'new' WHEN counted.seen > 0 THEN 'acknowledged' ELSE 'resolved' END,
  newest.title, newest.code, newest.flow, counted.count, counted.first_seen_at, newest.created_at, newest.id
FROM notifications newest JOIN (
  SELECT MAX(id) AS id, COUNT(*) AS count, MIN(created_at) AS first_seen_at,
    COUNT(*) FILTER (WHERE state = 'new') AS unseen, COUNT(*) FILTER (WHERE state = 'acknowledged') AS seen
  FROM notifications WHERE level IN ('warning', 'error') GROUP BY fingerprint
) counted ON counted.id = newest.id;

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
  per_second REAL NOT NULL,
  cursor TEXT,
  examined INTEGER NOT NULL,
  started INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  finished_at BIGINT
);
CREATE INDEX operations_state ON operations (state, id);

-- Estimates, as at the end of 0001.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('runs', 'runs_parent', '1000000 100 1'),
  ('runs', 'runs_items', '1000000 100 100 30'),
  ('runs', 'runs_open', '10000 1000 1000 2 1'),
  ('runs', 'runs_stranded', '2 1'),
  ('effects', 'effects_open', '10000 2000 2 1'),
  ('run_topics', 'sqlite_autoindex_run_topics_1', '10000 2 1'),
  ('run_topics', 'run_topics_run', '10000 2'),
  ('issues', 'sqlite_autoindex_issues_1', '1000 1'),
  ('issues', 'issues_newest', '1000 1'),
  ('issues', 'issues_state', '1000 300 1'),
  ('issues', 'issues_level', '1000 500 1'),
  ('notifications', 'notifications_open', '10000 100 1'),
  ('quarantined_records', 'sqlite_autoindex_quarantined_records_1', '100000 1'),
  ('quarantined_records', 'quarantined_records_state', '100000 30000 1'),
  ('quarantined_records', 'quarantined_records_type', '100000 20000 1'),
  ('operations', 'sqlite_autoindex_operations_1', '1000 1'),
  ('operations', 'operations_state', '1000 300 1');
ANALYZE sqlite_schema;
