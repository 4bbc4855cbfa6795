-- What the processes on one store tell each other.

CREATE TABLE processes (
  name TEXT COLLATE "C" PRIMARY KEY,
  role TEXT COLLATE "C" NOT NULL,
  version TEXT COLLATE "C" NOT NULL,
  started_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
);

-- Connections whose vendor does not answer.
CREATE TABLE breakers (
  connection TEXT COLLATE "C" PRIMARY KEY,
  since BIGINT NOT NULL,
  tried_at BIGINT NOT NULL,
  reason TEXT NOT NULL
);

-- When the next call of a connection is free, in milliseconds since 1970 and parts of them.
CREATE TABLE paces (
  connection TEXT COLLATE "C" PRIMARY KEY,
  free_at DOUBLE PRECISION NOT NULL
);

-- What only one process does at a time.
CREATE TABLE leases (
  name TEXT COLLATE "C" PRIMARY KEY,
  holder TEXT COLLATE "C" NOT NULL,
  ends_at BIGINT NOT NULL
);

-- Who is calling whom: of two processes that would call one recipient at a time, one does.
CREATE TABLE turns (
  place TEXT COLLATE "C" PRIMARY KEY,
  effect_id TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  ends_at BIGINT NOT NULL
);
