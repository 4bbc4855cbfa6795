import type { PeopleSetting } from "../../src/core/people-seal.js";
import { createSealer } from "../../src/secrets/sealer.js";
import { looksSealed } from "../../src/store/sql/people/cipher.js";
import { isSealed } from "../../src/store/sql/people/codec.js";
import { peopleColumns } from "../../src/store/sql/people/columns.js";
import type { Row } from "../../src/store/sql/statement.js";

export const sealerSecret = "the secret of the tests of sealing";

export const sealer = createSealer(sealerSecret);

/** People are sealed, under a secret that all tests share: deriving a key from it takes a while. */
export const sealing: PeopleSetting = { sealed: true, sealer: async () => sealer };

/** The same secret, and nobody sealed. */
export const notSealing: PeopleSetting = { ...sealing, sealed: false };

/**
 * Names the values that are in the clear in a database in which people are sealed.
 *
 * @param ask Asks the database itself, beside the store.
 */
export async function clearValues(ask: (sql: string) => Promise<readonly Row[]>): Promise<readonly string[]> {
  const clear: string[] = [];
  for (const [table, columns] of Object.entries(peopleColumns)) {
    const rows = await ask(`SELECT ${Object.keys(columns).join(", ")} FROM ${table}`);
    for (const [column, how] of Object.entries(columns)) {
      for (const row of rows) {
        const value = row[column] ?? null;
        if (isSealed(value, how, "\0") || looksSealed(String(value))) continue;
        clear.push(`${table}.${column}: ${value}`);
      }
    }
  }
  return clear;
}
