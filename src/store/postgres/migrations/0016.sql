-- One flow for each record of an audience, and what has become of everybody in it.

CREATE TABLE broadcasts (
  id TEXT COLLATE "C" PRIMARY KEY,
  name TEXT NOT NULL,
  flow TEXT NOT NULL,
  flow_hash TEXT,
  audience TEXT NOT NULL,
  per_second BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  cursor TEXT COLLATE "C",
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
  id TEXT COLLATE "C" PRIMARY KEY,
  broadcast_id TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  recipient TEXT COLLATE "C",
  run_id TEXT COLLATE "C",
  outcome TEXT COLLATE "C" NOT NULL,
  outcome_rank BIGINT NOT NULL,
  exclusion TEXT COLLATE "C",
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
