-- What a message has cost, as the vendor says later: millionths of a unit of the currency (ISO 4217).
ALTER TABLE messages ADD COLUMN price_micros BIGINT;
ALTER TABLE messages ADD COLUMN price_currency TEXT;
-- JSON: what a broadcast was likely to cost when it was started; NULL before, and for those that are older.
ALTER TABLE broadcasts ADD COLUMN estimate TEXT;

-- Broadcasts that are carried on; asked twice a second, and nearly always none.
CREATE INDEX broadcasts_unfinished ON broadcasts (id) WHERE finished_at IS NULL;

-- Estimates, as at the end of 0001.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('broadcasts', 'broadcasts_unfinished', '20 1');
ANALYZE sqlite_schema;
