-- Failed attempts to sign in, which all processes count together; of a place there is a keyed hash.
CREATE TABLE sign_in_attempts (
  place TEXT PRIMARY KEY,
  busy_until BIGINT NOT NULL
);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('sign_in_attempts', 'sqlite_autoindex_sign_in_attempts_1', '1000 1');
ANALYZE sqlite_schema;
