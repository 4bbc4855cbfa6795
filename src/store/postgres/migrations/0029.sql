-- Looks at connections, kept beside the last one: a few thousand of each connection. `concerns` is JSON.
CREATE TABLE past_checks (
  id TEXT COLLATE "C" PRIMARY KEY,
  connection TEXT COLLATE "C" NOT NULL,
  checked_at BIGINT NOT NULL,
  occasion TEXT COLLATE "C" NOT NULL,
  took_ms BIGINT NOT NULL,
  health TEXT COLLATE "C" NOT NULL,
  concerns TEXT NOT NULL,
  more BIGINT NOT NULL
);
CREATE INDEX past_checks_connection ON past_checks (connection, id);
