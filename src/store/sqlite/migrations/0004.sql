-- What the processes on one store tell each other.

CREATE TABLE processes (
  name TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  version TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
);

-- Connections whose vendor does not answer.
CREATE TABLE breakers (
  connection TEXT PRIMARY KEY,
  since BIGINT NOT NULL,
  tried_at BIGINT NOT NULL,
  reason TEXT NOT NULL
);

-- When the next call of a connection is free, in milliseconds since 1970 and parts of them.
CREATE TABLE paces (
  connection TEXT PRIMARY KEY,
  free_at DOUBLE PRECISION NOT NULL
);

-- What only one process does at a time.
CREATE TABLE leases (
  name TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  ends_at BIGINT NOT NULL
);

-- Who is calling whom: of two processes that would call one recipient at a time, one does.
CREATE TABLE turns (
  place TEXT PRIMARY KEY,
  effect_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  ends_at BIGINT NOT NULL
);

-- Estimates, as at the end of 0001.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('processes', 'sqlite_autoindex_processes_1', '20 1'),
  ('breakers', 'sqlite_autoindex_breakers_1', '5 1'),
  ('paces', 'sqlite_autoindex_paces_1', '20 1'),
  ('leases', 'sqlite_autoindex_leases_1', '5 1'),
  ('turns', 'sqlite_autoindex_turns_1', '1000 1');
ANALYZE sqlite_schema;
