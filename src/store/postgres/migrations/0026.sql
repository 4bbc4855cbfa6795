-- Files of installed collections that were changed here: the collection's own text, and what runs in its place.
CREATE TABLE overlays (
  collection TEXT COLLATE "C" NOT NULL,
  file TEXT COLLATE "C" NOT NULL,
  base TEXT,
  mine TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (collection, file)
);
