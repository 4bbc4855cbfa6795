-- What may be sent to a contact who has not written lately.

-- The condition of a call that a vendor takes only for a while after the contact has written, with what is sent otherwise.
ALTER TABLE effects ADD COLUMN session TEXT;

-- Texts with placeholders that are kept at a vendor, as they were when they were last fetched.
CREATE TABLE templates (
  connection TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  language TEXT COLLATE "C" NOT NULL,
  form TEXT COLLATE "C" NOT NULL,
  body TEXT,
  variables TEXT NOT NULL,
  approval TEXT NOT NULL,
  opens_conversations INTEGER NOT NULL,
  PRIMARY KEY (connection, id)
);
CREATE INDEX templates_name ON templates (connection, name);

-- Which connections' templates somebody needs, and how fetching them went.
CREATE TABLE template_lists (
  connection TEXT COLLATE "C" PRIMARY KEY,
  wanted_at BIGINT NOT NULL,
  fetched_at BIGINT,
  tried_at BIGINT,
  failure TEXT
);
