-- What running, waiting, deciding and putting right need.

-- A run of one item of an `each` step, and what a run rests for.
ALTER TABLE runs ADD COLUMN parent_run TEXT COLLATE "C";
ALTER TABLE runs ADD COLUMN parent_step TEXT COLLATE "C";
ALTER TABLE runs ADD COLUMN item_index INTEGER;
ALTER TABLE runs ADD COLUMN path TEXT COLLATE "C" NOT NULL DEFAULT '';
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
  topic TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (topic, run_id)
);
-- A hash, which cannot be gone through: the table is often empty when the planner looks, and full a moment later.
CREATE INDEX run_topics_run ON run_topics USING hash (run_id);

-- Equal warnings and errors, counted. Informations and notices have no issue, and cost nothing here.
CREATE TABLE issues (
  fingerprint TEXT COLLATE "C" PRIMARY KEY,
  level TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  title TEXT NOT NULL,
  code TEXT COLLATE "C",
  flow TEXT COLLATE "C",
  count INTEGER NOT NULL,
  first_seen_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  last_notification_id TEXT COLLATE "C" NOT NULL
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
  id TEXT COLLATE "C" PRIMARY KEY,
  shard INTEGER NOT NULL,
  data_type TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C",
  document TEXT NOT NULL,
  problems TEXT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  event_id TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX quarantined_records_state ON quarantined_records (state, id);
CREATE INDEX quarantined_records_type ON quarantined_records (data_type, id);

CREATE TABLE schedules (
  flow TEXT COLLATE "C" PRIMARY KEY,
  slot_at BIGINT NOT NULL
);

CREATE TABLE operations (
  id TEXT COLLATE "C" PRIMARY KEY,
  work TEXT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  per_second DOUBLE PRECISION NOT NULL,
  cursor TEXT COLLATE "C",
  examined INTEGER NOT NULL,
  started INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  finished_at BIGINT
);
CREATE INDEX operations_state ON operations (state, id);
