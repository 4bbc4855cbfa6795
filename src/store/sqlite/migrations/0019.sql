-- Every version of a collection that was installed, with its files: to go back to it, to compare with it, to pack it again.
CREATE TABLE collection_versions (
  name TEXT NOT NULL,
  integrity TEXT NOT NULL,
  version TEXT NOT NULL,
  -- Path to text, as JSON.
  files TEXT NOT NULL,
  origin TEXT NOT NULL,
  signature TEXT,
  installed_at BIGINT NOT NULL,
  PRIMARY KEY (name, integrity)
);
-- Which of them is installed; NULL for what was installed before they were kept.
ALTER TABLE collections ADD COLUMN integrity TEXT;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('collection_versions', 'sqlite_autoindex_collection_versions_1', '100 10 1');
ANALYZE sqlite_schema;
