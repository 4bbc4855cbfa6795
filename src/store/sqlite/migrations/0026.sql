-- Files of installed collections that were changed here: the collection's own text, and what runs in its place.
CREATE TABLE overlays (
  collection TEXT NOT NULL,
  file TEXT NOT NULL,
  base TEXT,
  mine TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (collection, file)
);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('overlays', 'sqlite_autoindex_overlays_1', '100 10 1');
ANALYZE sqlite_schema;
