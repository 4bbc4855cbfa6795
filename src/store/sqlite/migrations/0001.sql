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

-- Values of the fields marked x-index, of the newest version only.
CREATE TABLE record_index (
  data_type TEXT NOT NULL,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (data_type, key, field)
);
CREATE INDEX record_index_value ON record_index (data_type, field, value, key);

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
CREATE INDEX effects_open ON effects (state, id) WHERE state <> 'done';

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
