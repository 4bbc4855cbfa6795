-- Who did what: append-only, each row's hash covers its content and the hash before (ADR 27). `target` and `facts` are JSON.
CREATE TABLE audit_entries (
  id TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_role TEXT,
  action TEXT NOT NULL,
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
  name TEXT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  hash TEXT NOT NULL,
  at BIGINT NOT NULL
);

-- Estimates, as at the end of 0001.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('audit_entries', 'sqlite_autoindex_audit_entries_1', '100000 1'),
  ('audit_entries', 'audit_entries_actor', '100000 2000 1'),
  ('audit_entries', 'audit_entries_action', '100000 2000 1'),
  ('audit_anchors', 'sqlite_autoindex_audit_anchors_1', '1 1');
ANALYZE sqlite_schema;
