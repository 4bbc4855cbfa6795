-- Publishers of collections whose signature is enough to install. Few rows, read whole.
CREATE TABLE publishers (
  key TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  trusted_at BIGINT NOT NULL
);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('publishers', 'sqlite_autoindex_publishers_1', '20 1');
ANALYZE sqlite_schema;
