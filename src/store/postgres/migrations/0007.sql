-- What operators need to see what happened before, and to let nothing go twice.

-- A bad push that comes again is the same held record; what the record was when it came tells whether it is still the newest.
ALTER TABLE quarantined_records ADD COLUMN identity TEXT COLLATE "C";
ALTER TABLE quarantined_records ADD COLUMN record_version INTEGER;
ALTER TABLE quarantined_records ADD COLUMN count INTEGER NOT NULL DEFAULT 1;
UPDATE quarantined_records SET identity = 'key ' || key
WHERE state = 'held' AND key IS NOT NULL AND id IN (
  SELECT MAX(id) FROM quarantined_records WHERE state = 'held' AND key IS NOT NULL GROUP BY data_type, key
);
CREATE UNIQUE INDEX quarantined_records_held ON quarantined_records (data_type, identity)
  WHERE state = 'held' AND identity IS NOT NULL;

-- How a run ended before it was taken up again.
ALTER TABLE runs ADD COLUMN earlier TEXT;
