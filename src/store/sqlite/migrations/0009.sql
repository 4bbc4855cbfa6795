-- How far each lane to a database server has come; an embedded store has none, and the table only for being the same.
CREATE TABLE write_lanes (
  lane TEXT PRIMARY KEY,
  number BIGINT NOT NULL,
  written_at BIGINT NOT NULL
);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('write_lanes', 'sqlite_autoindex_write_lanes_1', '20 1');
ANALYZE sqlite_schema;
