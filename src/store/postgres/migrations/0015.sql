-- Which connections were switched off, or on again, and by whom; and what the last look at each one found.

CREATE TABLE connection_switches (
  connection TEXT COLLATE "C" PRIMARY KEY,
  active BIGINT NOT NULL,
  switched_by TEXT,
  reason TEXT,
  switched_at BIGINT NOT NULL
);

CREATE TABLE connection_checks (
  connection TEXT COLLATE "C" PRIMARY KEY,
  health TEXT COLLATE "C" NOT NULL,
  found TEXT NOT NULL,
  checked_at BIGINT NOT NULL
);
