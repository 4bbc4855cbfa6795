-- What customers write to us, and the conversations it belongs to.

CREATE TABLE received (
  id TEXT COLLATE "C" PRIMARY KEY,
  shard INTEGER NOT NULL,
  connection TEXT COLLATE "C" NOT NULL,
  channel TEXT COLLATE "C" NOT NULL,
  contact TEXT COLLATE "C" NOT NULL,
  address TEXT COLLATE "C" NOT NULL,
  body TEXT NOT NULL,
  media TEXT NOT NULL,
  vendor_id TEXT COLLATE "C" NOT NULL UNIQUE,
  quotes TEXT,
  opt_out TEXT COLLATE "C",
  conversation_id TEXT COLLATE "C" NOT NULL,
  event_id TEXT COLLATE "C" NOT NULL,
  -- What it answers, with the run and the record of that.
  message_id TEXT COLLATE "C",
  run_id TEXT COLLATE "C",
  data_type TEXT COLLATE "C",
  key TEXT COLLATE "C",
  raw TEXT NOT NULL,
  received_at BIGINT NOT NULL
);
CREATE INDEX received_conversation ON received (conversation_id, id);
CREATE INDEX received_contact ON received (contact, id);
CREATE INDEX received_run ON received (run_id, id) WHERE run_id IS NOT NULL;

CREATE TABLE conversations (
  id TEXT COLLATE "C" PRIMARY KEY,
  shard INTEGER NOT NULL,
  channel TEXT COLLATE "C" NOT NULL,
  contact TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  begins_at BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  last_received_at BIGINT NOT NULL,
  last_received_id TEXT COLLATE "C" NOT NULL,
  updated_at BIGINT NOT NULL,
  closed_at BIGINT
);
-- One open conversation for each contact and channel.
CREATE UNIQUE INDEX conversations_open ON conversations (contact, channel) WHERE state = 'open';
CREATE INDEX conversations_contact ON conversations (contact, last_received_id);
CREATE INDEX conversations_newest ON conversations (last_received_id);
CREATE INDEX conversations_state ON conversations (state, last_received_id);
CREATE INDEX conversations_channel ON conversations (channel, last_received_id);
