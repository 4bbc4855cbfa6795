-- Which connections were switched off, or on again, and by whom; and what the last look at each one found.

CREATE TABLE connection_switches (
  connection TEXT PRIMARY KEY,
  active BIGINT NOT NULL,
  switched_by TEXT,
  reason TEXT,
  switched_at BIGINT NOT NULL
);

CREATE TABLE connection_checks (
  connection TEXT PRIMARY KEY,
  health TEXT NOT NULL,
  found TEXT NOT NULL,
  checked_at BIGINT NOT NULL
);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('connection_switches', 'sqlite_autoindex_connection_switches_1', '20 1');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('connection_checks', 'sqlite_autoindex_connection_checks_1', '20 1');
ANALYZE sqlite_schema;
