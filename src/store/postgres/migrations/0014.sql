-- Who goes first, and how much was sent today.

-- 0: transactional, which workers take first; 1: marketing.
ALTER TABLE runs ADD COLUMN lane INTEGER NOT NULL DEFAULT 0;
CREATE INDEX runs_due_later ON runs (due_at) WHERE due_at IS NOT NULL AND lane = 1;

-- A pace may be a sender's, too ("connection sender"). When marketing's next place is free, when it is owed one among the
-- transactional places, and how much of the pace those have taken so far, in milliseconds.
ALTER TABLE paces ADD COLUMN later_at DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE paces ADD COLUMN owed_at DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE paces ADD COLUMN passed_ms DOUBLE PRECISION NOT NULL DEFAULT 0;

-- How much a sender, or a connection with all its senders, has sent on its newest day.
CREATE TABLE daily_counts (
  subject TEXT COLLATE "C" PRIMARY KEY,
  day TEXT NOT NULL,
  sent BIGINT NOT NULL,
  -- The cap that held when something was counted last.
  most BIGINT NOT NULL,
  -- The day of which the operator was told that the cap is reached.
  told_day TEXT
);
