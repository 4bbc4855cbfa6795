-- The deadline of a call counts from its first attempt, however long later ones are put off.
ALTER TABLE effects ADD COLUMN first_attempt_at BIGINT;
UPDATE effects SET first_attempt_at = started_at WHERE settled_at IS NULL;

-- How often a run was woken: one that comes to rest learns so that it was woken while it was being looked at.
ALTER TABLE runs ADD COLUMN wakes INTEGER NOT NULL DEFAULT 0;

-- The lists of `each` steps, kept once: the run itself says only how far it has come.
CREATE TABLE run_items (
  run_id TEXT COLLATE "C" NOT NULL,
  step_id TEXT COLLATE "C" NOT NULL,
  batch INTEGER NOT NULL,
  total INTEGER NOT NULL,
  items TEXT NOT NULL,
  PRIMARY KEY (run_id, step_id, batch)
);
