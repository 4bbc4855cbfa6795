-- Looks at connections, kept beside the last one: a few thousand of each connection. `concerns` is JSON.
CREATE TABLE past_checks (
  id TEXT PRIMARY KEY,
  connection TEXT NOT NULL,
  checked_at BIGINT NOT NULL,
  occasion TEXT NOT NULL,
  took_ms BIGINT NOT NULL,
  health TEXT NOT NULL,
  concerns TEXT NOT NULL,
  more BIGINT NOT NULL
);
CREATE INDEX past_checks_connection ON past_checks (connection, id);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('past_checks', 'sqlite_autoindex_past_checks_1', '10000 1'),
  ('past_checks', 'past_checks_connection', '10000 1000 1');
ANALYZE sqlite_schema;
