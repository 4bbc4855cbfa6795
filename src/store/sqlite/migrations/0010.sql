-- Which attempt at a call has its recipient's turn, and since when. A process of before this one leaves both out.
ALTER TABLE turns ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE turns ADD COLUMN taken_at INTEGER;
