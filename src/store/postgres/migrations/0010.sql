-- Which attempt at a call has its recipient's turn, and since when. A process of before this one leaves both out.
ALTER TABLE turns ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE turns ADD COLUMN taken_at BIGINT;

-- Room in a page for the next version of a run: one that changes nothing that is indexed then stays within its page.
ALTER TABLE runs SET (fillfactor = 80);

-- What the last change of what is installed or switched on called itself: of two who change something at a time, one is refused.
CREATE TABLE definition_changes (
  name TEXT COLLATE "C" PRIMARY KEY,
  stamp TEXT COLLATE "C" NOT NULL
);
