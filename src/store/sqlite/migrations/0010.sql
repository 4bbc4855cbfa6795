-- Which attempt at a call has its recipient's turn, and since when. A process of before this one leaves both out.
ALTER TABLE turns ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE turns ADD COLUMN taken_at INTEGER;

-- What the last change of what is installed or switched on called itself: of two who change something at a time, one is refused.
CREATE TABLE definition_changes (
  name TEXT PRIMARY KEY,
  stamp TEXT NOT NULL
);

-- Estimates, as at the end of 0001.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('definition_changes', 'sqlite_autoindex_definition_changes_1', '1 1');
ANALYZE sqlite_schema;
