-- Who did what: append-only, each row's hash covers its content and the hash before (ADR 27). `target` and `facts` are JSON.
CREATE TABLE audit_entries (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT COLLATE "C" NOT NULL,
  actor_role TEXT,
  action TEXT COLLATE "C" NOT NULL,
  target TEXT NOT NULL,
  facts TEXT NOT NULL,
  address TEXT,
  request_id TEXT,
  outcome TEXT NOT NULL,
  code TEXT,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX audit_entries_actor ON audit_entries (actor_id, id);
CREATE INDEX audit_entries_action ON audit_entries (action, id);

-- The last entry that was taken away in order, where the chain begins now; one row.
CREATE TABLE audit_anchors (
  name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  id TEXT COLLATE "C" NOT NULL,
  hash TEXT NOT NULL,
  at BIGINT NOT NULL
);
