import { PatchbayError } from "../../core/errors.js";

/** What the driver's messages say when the database cannot store anything for reasons outside of it. */
const outside: readonly (readonly [RegExp, string])[] = [
  [/database or disk is full/i, "the disk is full"],
  [/attempt to write a readonly database|readonly/i, "the database file or its folder is read-only"],
  [/unable to open database file/i, "the database file cannot be opened; check the path and its permissions"],
  [/disk i\/o error/i, "the disk reports an error"],
  [/file is not a database/i, "the file is not a SQLite database; give another path"],
  [/disk image is malformed/i, "the database file is damaged; restore a backup"],
  [/database is locked|database table is locked/i, "another program has locked the database file"],
];

/** Gives the catalogue's error for conditions outside the database; anything else is a defect and stays what it is. */
export function toStoreError(thrown: unknown, path: string): PatchbayError | null {
  if (thrown instanceof PatchbayError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const found = outside.find(([pattern]) => pattern.test(message));
  if (found === undefined) return null;
  return new PatchbayError("STORE_UNAVAILABLE", `${path} cannot be written: ${found[1]}`, { cause: thrown });
}
