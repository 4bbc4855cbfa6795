-- Failed attempts to sign in, which all processes count together; of a place there is a keyed hash.
CREATE TABLE sign_in_attempts (
  place TEXT COLLATE "C" PRIMARY KEY,
  busy_until BIGINT NOT NULL
);
