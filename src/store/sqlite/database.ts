import { DatabaseSync, type StatementSyncInstance } from "@photostructure/sqlite";
import { PatchbayError } from "../../core/errors.js";
import type { Row, Statement } from "../sql/statement.js";

/** Prepared statements kept per connection. */
const MAX_PREPARED = 300;

/** How long a statement waits for another connection's lock, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;

/** One connection with its prepared statements. */
export interface Database {
  all(statement: Statement): Row[];
  run(statement: Statement): number;
  exec(sql: string): void;
  close(): void;
}

/**
 * Opens a connection with the pragmas that durability needs, and reads them back: the driver's own default after WAL
 * is `synchronous=NORMAL`, which loses acknowledged rows when the power fails.
 *
 * @throws STORE_NOT_DURABLE, STORE_UNAVAILABLE
 */
export function openDatabase(path: string, { readOnly }: { readOnly: boolean }): Database {
  const db = new DatabaseSync(path, { readOnly, timeout: BUSY_TIMEOUT_MS });
  if (!readOnly) requireDurability(db, path);
  const prepared = new Map<string, StatementSyncInstance>();

  function prepare(sql: string): StatementSyncInstance {
    const known = prepared.get(sql);
    if (known) return known;
    if (prepared.size >= MAX_PREPARED) prepared.delete(prepared.keys().next().value ?? "");
    const statement = db.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  }

  return {
    all: ({ sql, values }) => prepare(sql).all(...values) as Row[],
    run: ({ sql, values }) => prepare(sql).run(...values).changes,
    // The closure over `db` also keeps it alive: a statement alone does not, and a collected database is a closed one.
    exec: (sql) => db.exec(sql),
    close: () => {
      prepared.clear();
      db.close();
    },
  };
}

/**
 * Pages that the write-ahead log has when whoever commits makes a checkpoint: most of it has been done beside (`checkpoints.ts`), and
 * then the log begins anew. It keeps the room.
 */
const WAL_PAGES = 8_000;
const WAL_BYTES = WAL_PAGES * 4_120;

function requireDurability(db: InstanceType<typeof DatabaseSync>, path: string): void {
  // Counts only before the first table; a file that was made without it is changed by `patchbay compact`.
  db.exec("PRAGMA auto_vacuum = INCREMENTAL");
  db.exec("PRAGMA journal_mode = WAL");
  db.exec("PRAGMA synchronous = FULL");
  db.exec(`PRAGMA wal_autocheckpoint = ${WAL_PAGES}`);
  db.exec(`PRAGMA journal_size_limit = ${WAL_BYTES}`);
  db.exec("PRAGMA temp_store = MEMORY");
  const mode = Object.values(db.prepare("PRAGMA journal_mode").get() as Row)[0];
  const synchronous = Object.values(db.prepare("PRAGMA synchronous").get() as Row)[0];
  const wanted = path === ":memory:" ? "memory" : "wal";
  if (mode === wanted && Number(synchronous) >= 2) return;
  db.close();
  throw new PatchbayError(
    "STORE_NOT_DURABLE",
    `${path} opened with journal_mode=${mode} and synchronous=${synchronous}; ${wanted} and 2 (FULL) are needed`,
  );
}
