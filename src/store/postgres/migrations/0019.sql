-- Every version of a collection that was installed, with its files: to go back to it, to compare with it, to pack it again.
CREATE TABLE collection_versions (
  name TEXT COLLATE "C" NOT NULL,
  integrity TEXT COLLATE "C" NOT NULL,
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
