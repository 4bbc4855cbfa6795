import { readdirSync } from "node:fs";
import { join } from "node:path";
import { PatchbayError } from "../../core/errors.js";

/** One numbered file of a dialect's migrations folder. */
export interface Migration {
  readonly number: number;
  /** Where its SQL is. */
  readonly path: string;
}

/** Lists a folder's migrations in the order in which they are applied: `0001.sql`, `0002.sql`, … */
export function listMigrations(folder: string): readonly Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}\.sql$/.test(name))
    .sort()
    .map((name) => ({ number: Number(name.slice(0, 4)), path: join(folder, name) }));
}

/**
 * Gives the migrations that a database still lacks, in order.
 *
 * @param applied Numbers that the database has.
 * @param only Numbers that it is to have and no others; all when absent.
 * @throws STORE_AHEAD when it has, or is to have, a number that this version does not know.
 */
export function missingMigrations(
  migrations: readonly Migration[],
  applied: readonly number[],
  only?: readonly number[],
): readonly Migration[] {
  const known = migrations.map(({ number }) => number);
  const ahead = [...applied, ...(only ?? [])].filter((number) => !known.includes(number));
  if (ahead.length > 0) {
    throw new PatchbayError(
      "STORE_AHEAD",
      `The database has migration ${ahead.join(", ")}; this version knows up to ${known.at(-1) ?? 0}`,
    );
  }
  return migrations.filter(({ number }) => (only ?? known).includes(number) && !applied.includes(number));
}
