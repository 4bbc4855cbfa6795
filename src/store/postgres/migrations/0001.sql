-- Instants are milliseconds since 1970. JSON is text. `shard` is core/shard.ts; it distributes, it never filters here.
-- What is ordered or looked up compares by its bytes, as in SQLite, whatever the database's own collation is.

CREATE TABLE events (
  id TEXT COLLATE "C" PRIMARY KEY,
  shard INTEGER NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  data_type TEXT COLLATE "C",
  key TEXT COLLATE "C",
  version INTEGER,
  payload TEXT NOT NULL,
  caused_by_run TEXT COLLATE "C",
  depth INTEGER NOT NULL,
  dedupe_key TEXT COLLATE "C",
  decisions TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX events_dedupe_key ON events (dedupe_key) WHERE dedupe_key IS NOT NULL;
CREATE INDEX events_record ON events (data_type, key, id);
CREATE INDEX events_type ON events (data_type, id);
CREATE INDEX events_kind ON events (kind, id);

-- A record is its latest event: the document is stored once.
CREATE TABLE records (
  data_type TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  shard INTEGER NOT NULL,
  version INTEGER NOT NULL,
  event_id TEXT COLLATE "C" NOT NULL,
  deleted INTEGER NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (data_type, key)
);
CREATE INDEX records_newest ON records (data_type, event_id) WHERE deleted = 0;

-- Values of the fields marked x-index, of the newest version only, with its event: that orders what is found.
CREATE TABLE record_index (
  data_type TEXT COLLATE "C" NOT NULL,
  field TEXT COLLATE "C" NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  event_id TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (data_type, key, field)
);
CREATE INDEX record_index_value ON record_index (data_type, field, value, event_id);

CREATE TABLE runs (
  id TEXT COLLATE "C" PRIMARY KEY,
  shard INTEGER NOT NULL,
  flow TEXT COLLATE "C" NOT NULL,
  flow_hash TEXT COLLATE "C" NOT NULL,
  event_id TEXT COLLATE "C" NOT NULL,
  data_type TEXT COLLATE "C",
  key TEXT COLLATE "C",
  status TEXT COLLATE "C" NOT NULL,
  due_at BIGINT,
  leased_by TEXT COLLATE "C",
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
  id TEXT COLLATE "C" PRIMARY KEY,
  shard INTEGER NOT NULL,
  key TEXT COLLATE "C" NOT NULL UNIQUE,
  run_id TEXT COLLATE "C" NOT NULL,
  step_id TEXT COLLATE "C" NOT NULL,
  connection TEXT COLLATE "C" NOT NULL,
  endpoint TEXT COLLATE "C" NOT NULL,
  on_repeat TEXT COLLATE "C" NOT NULL,
  recipient TEXT COLLATE "C",
  request TEXT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  vendor_id TEXT COLLATE "C",
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
  id TEXT COLLATE "C" PRIMARY KEY,
  shard INTEGER NOT NULL,
  effect_id TEXT COLLATE "C" NOT NULL UNIQUE,
  run_id TEXT COLLATE "C" NOT NULL,
  flow TEXT COLLATE "C" NOT NULL,
  connection TEXT COLLATE "C" NOT NULL,
  data_type TEXT COLLATE "C",
  key TEXT COLLATE "C",
  channel TEXT COLLATE "C" NOT NULL,
  sender TEXT COLLATE "C",
  recipient TEXT COLLATE "C" NOT NULL,
  body TEXT NOT NULL,
  segments INTEGER NOT NULL,
  media TEXT NOT NULL,
  vendor_id TEXT COLLATE "C",
  status TEXT COLLATE "C" NOT NULL,
  status_rank INTEGER NOT NULL,
  error_code TEXT COLLATE "C",
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
  id TEXT COLLATE "C" PRIMARY KEY,
  shard INTEGER NOT NULL,
  level TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  title TEXT NOT NULL,
  cause TEXT,
  remedy TEXT,
  code TEXT COLLATE "C",
  fingerprint TEXT COLLATE "C" NOT NULL,
  flow TEXT COLLATE "C",
  run_id TEXT COLLATE "C",
  event_id TEXT COLLATE "C",
  message_id TEXT COLLATE "C",
  data_type TEXT COLLATE "C",
  key TEXT COLLATE "C",
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
  name TEXT COLLATE "C" PRIMARY KEY,
  collection TEXT NOT NULL,
  hash TEXT COLLATE "C" NOT NULL,
  parameters TEXT NOT NULL,
  sealed_secrets TEXT,
  hook_secrets TEXT NOT NULL,
  installed_at BIGINT NOT NULL
);

CREATE TABLE flow_versions (
  hash TEXT COLLATE "C" PRIMARY KEY,
  version TEXT NOT NULL
);

CREATE TABLE flows (
  name TEXT COLLATE "C" PRIMARY KEY,
  active INTEGER NOT NULL,
  changed_at BIGINT NOT NULL
);

CREATE TABLE answers (
  key TEXT COLLATE "C" PRIMARY KEY,
  request_hash TEXT COLLATE "C" NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
