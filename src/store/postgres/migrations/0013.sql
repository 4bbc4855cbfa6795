-- Files that came with messages, and their bytes in pieces, as base64 text (ADR 0018).

CREATE TABLE attachments (
  id TEXT COLLATE "C" PRIMARY KEY,
  shard INTEGER NOT NULL,
  received_id TEXT COLLATE "C" NOT NULL,
  number INTEGER NOT NULL,
  connection TEXT COLLATE "C" NOT NULL,
  channel TEXT COLLATE "C" NOT NULL,
  url TEXT NOT NULL,
  stated_type TEXT,
  content_type TEXT,
  bytes INTEGER,
  sha256 TEXT,
  state TEXT COLLATE "C" NOT NULL,
  vendor_copy TEXT COLLATE "C" NOT NULL,
  attempts INTEGER NOT NULL,
  due_at BIGINT,
  failure TEXT,
  notice_id TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX attachments_received ON attachments (received_id, number);
CREATE INDEX attachments_due ON attachments (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX attachments_state ON attachments (state, id);

CREATE TABLE attachment_pieces (
  attachment_id TEXT COLLATE "C" NOT NULL,
  number INTEGER NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (attachment_id, number)
);
-- Pictures do not get smaller by being compressed again.
ALTER TABLE attachment_pieces ALTER COLUMN content SET STORAGE EXTERNAL;

-- What is still to be asked of a vendor about our messages, and how far walks through tables have come.
CREATE TABLE message_checks (
  message_id TEXT COLLATE "C" PRIMARY KEY,
  purpose TEXT COLLATE "C" NOT NULL,
  due_at BIGINT NOT NULL,
  attempts INTEGER NOT NULL,
  notice_id TEXT COLLATE "C",
  created_at BIGINT NOT NULL
);
CREATE INDEX message_checks_due ON message_checks (due_at);
CREATE TABLE walks (
  name TEXT COLLATE "C" PRIMARY KEY,
  place TEXT COLLATE "C" NOT NULL
);
