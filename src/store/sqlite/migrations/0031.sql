-- What was made in each hour, counted by whoever leads: pages ask here, not in the tables that grow.
CREATE TABLE hourly_counts (
  hour BIGINT PRIMARY KEY,
  counted_at BIGINT NOT NULL,
  counts TEXT NOT NULL
);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('hourly_counts', 'sqlite_autoindex_hourly_counts_1', '10000 1');
ANALYZE sqlite_schema;
