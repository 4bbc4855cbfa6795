-- Publishers of collections whose signature is enough to install. Few rows, read whole.
CREATE TABLE publishers (
  key TEXT COLLATE "C" PRIMARY KEY,
  name TEXT NOT NULL,
  trusted_at BIGINT NOT NULL
);
