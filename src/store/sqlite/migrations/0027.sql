-- Keys of programs. What is kept of a key is its SHA-256; `data_types` is JSON, NULL for no limit.
CREATE TABLE api_keys (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL,
  hash TEXT NOT NULL,
  role TEXT NOT NULL,
  data_types TEXT,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  used_at BIGINT,
  revoked_at BIGINT
);

-- People who sign in: by a password (scrypt, with its parameters) or as a provider's subject. `factor` is JSON: the second factor.
CREATE TABLE users (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  password TEXT,
  subject TEXT UNIQUE,
  factor TEXT,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  disabled_at BIGINT
);

-- Browsers in which people are signed in. No backup has them: who was signed in then is not signed in after a restore.
CREATE TABLE user_sessions (
  id TEXT NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL,
  user_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  address TEXT NOT NULL,
  browser TEXT NOT NULL
);

-- What the first owner is made with; empty from then on.
CREATE TABLE setup_tokens (
  hash TEXT NOT NULL PRIMARY KEY,
  made_at BIGINT NOT NULL
);

-- Estimates, as at the end of 0001.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('api_keys', 'sqlite_autoindex_api_keys_1', '50 1'),
  ('users', 'sqlite_autoindex_users_1', '20 1'),
  ('users', 'sqlite_autoindex_users_2', '20 1'),
  ('users', 'sqlite_autoindex_users_3', '20 1'),
  ('user_sessions', 'sqlite_autoindex_user_sessions_1', '50 1'),
  ('setup_tokens', 'sqlite_autoindex_setup_tokens_1', '2 1');
ANALYZE sqlite_schema;
