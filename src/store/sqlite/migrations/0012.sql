-- What may be sent to a contact who has not written lately.

-- The condition of a call that a vendor takes only for a while after the contact has written, with what is sent otherwise.
ALTER TABLE effects ADD COLUMN session TEXT;

-- Texts with placeholders that are kept at a vendor, as they were when they were last fetched.
CREATE TABLE templates (
  connection TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  form TEXT NOT NULL,
  body TEXT,
  variables TEXT NOT NULL,
  approval TEXT NOT NULL,
  opens_conversations INTEGER NOT NULL,
  PRIMARY KEY (connection, id)
);
CREATE INDEX templates_name ON templates (connection, name);

-- Which connections' templates somebody needs, and how fetching them went.
CREATE TABLE template_lists (
  connection TEXT PRIMARY KEY,
  wanted_at BIGINT NOT NULL,
  fetched_at BIGINT,
  tried_at BIGINT,
  failure TEXT
);

-- Estimates, as at the end of 0001.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('templates', 'sqlite_autoindex_templates_1', '300 100 1'),
  ('templates', 'templates_name', '300 100 2'),
  ('template_lists', 'sqlite_autoindex_template_lists_1', '5 1');
ANALYZE sqlite_schema;
