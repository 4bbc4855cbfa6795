-- What retention needs.

-- Since when part of what belongs to an event is no longer kept: it is not replayed and its runs are not retried any more.
ALTER TABLE events ADD COLUMN closed_at BIGINT;

-- Calls whose outcome nobody knows hold back what went to the same recipient.
CREATE INDEX effects_doubt ON effects (recipient, connection) WHERE state = 'unknown' AND recipient IS NOT NULL;

CREATE INDEX answers_age ON answers (created_at);

-- Estimates, as at the end of 0001.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('effects', 'effects_doubt', '1000 1 1');
ANALYZE sqlite_schema;
