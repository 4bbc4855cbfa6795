-- How far each process's lane has come: written with every group of commits, so that after a lost answer it can be told
-- whether the group was stored. Transaction numbers cannot tell that: after a crash the server gives unwritten ones again.
CREATE TABLE write_lanes (
  lane TEXT COLLATE "C" PRIMARY KEY,
  number BIGINT NOT NULL,
  written_at BIGINT NOT NULL
);
