-- Files that came with messages, and their bytes in pieces, as base64 text (ADR 0018).

CREATE TABLE attachments (
  id TEXT PRIMARY KEY,
  shard INTEGER NOT NULL,
  received_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  connection TEXT NOT NULL,
  channel TEXT NOT NULL,
  url TEXT NOT NULL,
  stated_type TEXT,
  content_type TEXT,
  bytes INTEGER,
  sha256 TEXT,
  state TEXT NOT NULL,
  vendor_copy TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  due_at BIGINT,
  failure TEXT,
  notice_id TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX attachments_received ON attachments (received_id, number);
CREATE INDEX attachments_due ON attachments (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX attachments_state ON attachments (state, id);

CREATE TABLE attachment_pieces (
  attachment_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (attachment_id, number)
);

-- What is still to be asked of a vendor about our messages, and how far walks through tables have come.
CREATE TABLE message_checks (
  message_id TEXT PRIMARY KEY,
  purpose TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  attempts INTEGER NOT NULL,
  notice_id TEXT,
  created_at BIGINT NOT NULL
);
CREATE INDEX message_checks_due ON message_checks (due_at);
CREATE TABLE walks (
  name TEXT PRIMARY KEY,
  place TEXT NOT NULL
);

-- Estimates, as at the end of 0001.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('attachments', 'sqlite_autoindex_attachments_1', '100000 1'),
  ('attachments', 'attachments_received', '100000 1 1'),
  ('attachments', 'attachments_due', '100 1'),
  ('attachments', 'attachments_state', '100000 50000 1'),
  ('attachment_pieces', 'sqlite_autoindex_attachment_pieces_1', '1000000 10 1'),
  ('message_checks', 'sqlite_autoindex_message_checks_1', '1000 1'),
  ('message_checks', 'message_checks_due', '1000 1'),
  ('walks', 'sqlite_autoindex_walks_1', '1 1');
ANALYZE sqlite_schema;
