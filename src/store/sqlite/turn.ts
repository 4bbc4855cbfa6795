import { stat } from "node:fs/promises";
import type { SealedRows } from "../../core/people-seal.js";
import type { TurnOptions } from "../../core/tables.js";
import { type Turning, turnPeople } from "../sql/people/turn.js";
import type { Statement } from "../sql/statement.js";
import type { Database } from "./database.js";
import { migrate } from "./migrate.js";
import { tableOf } from "./tables.js";
import { toColumn } from "./wire.js";
import { withLock, writeAnew } from "./with-lock.js";

/**
 * Seals people in a database file, or opens what is sealed. Neither the file nor its log keeps the pages from before: it is
 * written anew, and what a file system keeps of files that were overwritten is the disk's.
 */
export async function turnSqlite(
  to: "sealed" | "clear",
  { path, migrationsFolder }: { readonly path: string; readonly migrationsFolder: string },
  options: TurnOptions,
): Promise<SealedRows> {
  const before = (await stat(path)).size;
  const changed = await withLock(path, (database) => {
    migrate(database, migrationsFolder);
    return turnPeople(to, turningOf(database), options);
  });
  return { changed, before, after: (await stat(path)).size };
}

function turningOf(database: Database): Turning {
  const run = ({ sql, values }: Statement): number => database.run({ sql, values: values.map(toColumn) });
  return {
    // A page is read and written on the caller's thread.
    ask: async (statement) => {
      await new Promise((resolve) => setImmediate(resolve));
      return database.all({ ...statement, values: statement.values.map(toColumn) });
    },
    commit: async (writes) => {
      database.exec("BEGIN IMMEDIATE");
      try {
        const changed = writes.map(run);
        database.exec("COMMIT");
        return changed;
      } catch (thrown) {
        database.exec("ROLLBACK");
        throw thrown;
      }
    },
    tables: async (names) => names.map((name) => tableOf(database, name)),
    compact: async () => writeAnew(database),
    now: Date.now,
  };
}
