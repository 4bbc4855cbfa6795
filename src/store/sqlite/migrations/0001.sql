-- Instants are milliseconds since 1970. JSON is text. `shard` is core/shard.ts; it distributes, it never filters here.

CREATE TABLE events (
  id TEXT PRIMARY KEY,
  shard INTEGER NOT NULL,
  kind TEXT NOT NULL,
  data_type TEXT,
  key TEXT,
  version INTEGER,
  payload TEXT NOT NULL,
  caused_by_run TEXT,
  depth INTEGER NOT NULL,
  dedupe_key TEXT,
  decisions TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX events_dedupe_key ON events (dedupe_key) WHERE dedupe_key IS NOT NULL;
CREATE INDEX events_record ON events (data_type, key, id);
CREATE INDEX events_type ON events (data_type, id);
CREATE INDEX events_kind ON events (kind, id);

-- A record is its latest event: the document is stored once.
CREATE TABLE records (
  data_type TEXT NOT NULL,
  key TEXT NOT NULL,
  shard INTEGER NOT NULL,
  version INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  deleted INTEGER NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (data_type, key)
);
CREATE INDEX records_newest ON records (data_type, event_id) WHERE deleted = 0;

-- Values of the fields marked x-index, of the newest version only, with its event: that orders what is found.
CREATE TABLE record_index (
  data_type TEXT NOT NULL,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  key TEXT NOT NULL,
  event_id TEXT NOT NULL,
  PRIMARY KEY (data_type, key, field)
);
CREATE INDEX record_index_value ON record_index (data_type, field, value, event_id);

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  shard INTEGER NOT NULL,
  flow TEXT NOT NULL,
  flow_hash TEXT NOT NULL,
  event_id TEXT NOT NULL,
  data_type TEXT,
  key TEXT,
  status TEXT NOT NULL,
  due_at BIGINT,
  leased_by TEXT,
  fence INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  steps TEXT NOT NULL,
  failure TEXT,
  stop_reason TEXT,
  depth INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  finished_at BIGINT
);
CREATE INDEX runs_due ON runs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX runs_flow ON runs (flow, id);
CREATE INDEX runs_status ON runs (status, id);
CREATE INDEX runs_event ON runs (event_id, id);
CREATE INDEX runs_record ON runs (data_type, key, id);
CREATE INDEX runs_type ON runs (data_type, id);

-- The ledger.
CREATE TABLE effects (
  id TEXT PRIMARY KEY,
  shard INTEGER NOT NULL,
  key TEXT NOT NULL UNIQUE,
  run_id TEXT NOT NULL,
  step_id TEXT NOT NULL,
  connection TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  on_repeat TEXT NOT NULL,
  recipient TEXT,
  request TEXT NOT NULL,
  state TEXT NOT NULL,
  vendor_id TEXT,
  response TEXT,
  failure TEXT,
  attempts INTEGER NOT NULL,
  intended_at BIGINT NOT NULL,
  started_at BIGINT,
  settled_at BIGINT
);
CREATE INDEX effects_run ON effects (run_id, id);
CREATE INDEX effects_state ON effects (state, id);

CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  shard INTEGER NOT NULL,
  effect_id TEXT NOT NULL UNIQUE,
  run_id TEXT NOT NULL,
  flow TEXT NOT NULL,
  connection TEXT NOT NULL,
  data_type TEXT,
  key TEXT,
  channel TEXT NOT NULL,
  sender TEXT,
  recipient TEXT NOT NULL,
  body TEXT NOT NULL,
  segments INTEGER NOT NULL,
  media TEXT NOT NULL,
  vendor_id TEXT,
  status TEXT NOT NULL,
  status_rank INTEGER NOT NULL,
  error_code TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX messages_vendor ON messages (vendor_id) WHERE vendor_id IS NOT NULL;
CREATE INDEX messages_recipient ON messages (recipient, id);
CREATE INDEX messages_status ON messages (status, id);
CREATE INDEX messages_run ON messages (run_id, id);
CREATE INDEX messages_record ON messages (data_type, key, id);
CREATE INDEX messages_type ON messages (data_type, id);

CREATE TABLE notifications (
  id TEXT PRIMARY KEY,
  shard INTEGER NOT NULL,
  level TEXT NOT NULL,
  state TEXT NOT NULL,
  title TEXT NOT NULL,
  cause TEXT,
  remedy TEXT,
  code TEXT,
  fingerprint TEXT NOT NULL,
  flow TEXT,
  run_id TEXT,
  event_id TEXT,
  message_id TEXT,
  data_type TEXT,
  key TEXT,
  retries INTEGER NOT NULL,
  request TEXT,
  response TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX notifications_level ON notifications (level, id);
CREATE INDEX notifications_state ON notifications (state, id);
CREATE INDEX notifications_flow ON notifications (flow, id);
CREATE INDEX notifications_run ON notifications (run_id, id);
CREATE INDEX notifications_record ON notifications (data_type, key, id);
CREATE INDEX notifications_type ON notifications (data_type, id);

CREATE TABLE collections (
  name TEXT PRIMARY KEY,
  collection TEXT NOT NULL,
  hash TEXT NOT NULL,
  parameters TEXT NOT NULL,
  sealed_secrets TEXT,
  hook_secrets TEXT NOT NULL,
  installed_at BIGINT NOT NULL
);

CREATE TABLE flow_versions (
  hash TEXT PRIMARY KEY,
  version TEXT NOT NULL
);

CREATE TABLE flows (
  name TEXT PRIMARY KEY,
  active INTEGER NOT NULL,
  changed_at BIGINT NOT NULL
);

CREATE TABLE answers (
  key TEXT PRIMARY KEY,
  request_hash TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- How selective the indexes are, said once instead of measured: of two filters the narrower one chooses the index
-- (a run's notifications, not all of a level), whatever happens to be in the tables. The first number of each is how
-- many rows there are, the others how many have the same first column, the same first two, and so on.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('events', 'sqlite_autoindex_events_1', '10000000 1'),
  ('events', 'events_dedupe_key', '5000000 1'),
  ('events', 'events_record', '10000000 2000000 4 1'),
  ('events', 'events_type', '10000000 2000000 1'),
  ('events', 'events_kind', '10000000 1000000 1'),
  ('records', 'sqlite_autoindex_records_1', '5000000 1000000 1'),
  ('records', 'records_newest', '5000000 1000000 1'),
  ('record_index', 'sqlite_autoindex_record_index_1', '10000000 2000000 2 1'),
  ('record_index', 'record_index_value', '10000000 2000000 1000000 10 1'),
  ('runs', 'sqlite_autoindex_runs_1', '10000000 1'),
  ('runs', 'runs_due', '1000 2'),
  ('runs', 'runs_flow', '10000000 500000 1'),
  ('runs', 'runs_status', '10000000 1500000 1'),
  ('runs', 'runs_event', '10000000 2 1'),
  ('runs', 'runs_record', '10000000 2000000 4 1'),
  ('runs', 'runs_type', '10000000 2000000 1'),
  ('effects', 'sqlite_autoindex_effects_1', '10000000 1'),
  ('effects', 'sqlite_autoindex_effects_2', '10000000 1'),
  ('effects', 'effects_run', '10000000 2 1'),
  ('effects', 'effects_state', '10000000 2000000 1'),
  ('messages', 'sqlite_autoindex_messages_1', '10000000 1'),
  ('messages', 'sqlite_autoindex_messages_2', '10000000 1'),
  ('messages', 'messages_vendor', '10000000 1'),
  ('messages', 'messages_recipient', '10000000 10 1'),
  ('messages', 'messages_status', '10000000 1000000 1'),
  ('messages', 'messages_run', '10000000 2 1'),
  ('messages', 'messages_record', '10000000 2000000 4 1'),
  ('messages', 'messages_type', '10000000 2000000 1'),
  ('notifications', 'sqlite_autoindex_notifications_1', '10000000 1'),
  ('notifications', 'notifications_level', '10000000 2500000 1'),
  ('notifications', 'notifications_state', '10000000 3000000 1'),
  ('notifications', 'notifications_flow', '10000000 500000 1'),
  ('notifications', 'notifications_run', '10000000 2 1'),
  ('notifications', 'notifications_record', '10000000 2000000 4 1'),
  ('notifications', 'notifications_type', '10000000 2000000 1');
ANALYZE sqlite_schema;
