-- Whether what says who somebody is is sealed in this database, and under which data key, itself sealed by PATCHBAY_SECRET
-- (ADR 36). One row, from the first opening on.
CREATE TABLE people_seals (
  name TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL,
  data_key TEXT,
  changed_at BIGINT NOT NULL
);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('people_seals', 'sqlite_autoindex_people_seals_1', '1 1');
ANALYZE sqlite_schema;
